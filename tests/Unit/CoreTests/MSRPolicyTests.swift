import Testing
import XenABI

@testable import Core

@Suite struct MSRPolicyTests {
  private func policy(isIntel: Bool = true, _ capabilities: CPUIDPolicy.Capabilities = [.tscAux, .tscDeadline])
    -> MSRPolicy
  {
    MSRPolicy(CPUIDTable(host: EveryBitHost(isIntel: isIntel), policy: .testing(capabilities)))
  }

  @Test func knowsTheGuestsRegisters() {
    let known: [(UInt32, GuestMSR)] = [
      (0x174, .sysenterCS), (0x175, .sysenterESP), (0x176, .sysenterEIP), (0x277, .pageAttributeTable),
      (0xC000_0080, .efer), (0xC000_0081, .star), (0xC000_0082, .lstar), (0xC000_0083, .cstar), (0xC000_0084, .sfmask),
      (0xC000_0100, .fsBase), (0xC000_0101, .gsBase), (0xC000_0102, .kernelGSBase), (0xC000_0103, .tscAux),
    ]
    for (number, register) in known { #expect(policy().read(number) == .state(register)) }
    #expect(policy([]).read(0xC000_0103) == .fault)
    #expect(policy().read(0x10) == .timeStampCounter)
    #expect(policy().read(0x1B) == .apicBase)
    #expect(policy().read(0x3A) == .value(1))
    #expect(policy().read(0x6E0) == .tscDeadline)
    #expect(policy([]).read(0x6E0) == .fault)
    #expect(policy().read(0x80B) == .apic(0x80B))
    #expect(policy().read(0x4000_0000) == .value(0))
    #expect(policy().read(0x1A0) == .value(0x1801))
    #expect(policy(isIntel: false).read(0x1A0) == .fault)
    #expect(policy(isIntel: false).read(0xC001_0015) == .value(1 << 24))
  }

  @Test func refusesTheRest() {
    // MTRRs, machine checks, speculation control, debug control, XSS, TSC_ADJUST, SVM's and Hyper-V's.
    for number in [
      0, 0x3B, 0x48, 0x49, 0xFE, 0x10A, 0x179, 0x17A, 0x1D9, 0x200, 0x250, 0x2FF, 0x400, 0x480, 0xDA0, 0x7FF, 0x900,
      0x4000_0001, 0xC000_0104, 0xC001_0010, 0xC001_0114, 0xC001_0117, .max,
    ] as [UInt32] {
      #expect(policy().read(number) == .fault)
      #expect(policy().write(number, 0) == .fault)
    }
    #expect(policy().write(0x3A, 1) == .fault)
  }

  @Test func checksAddresses() {
    for number in [0x175, 0x176, 0xC000_0082, 0xC000_0083, 0xC000_0100, 0xC000_0101, 0xC000_0102] as [UInt32] {
      for good in [0, 0x7FFF_FFFF_FFFF, 0xFFFF_8000_0000_0000, .max] as [UInt64] {
        guard case .state(_, good) = policy().write(number, good) else {
          Issue.record("\(number) refused \(good)")
          continue
        }
      }
      for bad in [1 << 47, 0xFFFF_7FFF_FFFF_FFFF, 1 << 63] as [UInt64] {
        #expect(policy().write(number, bad) == .fault)
      }
    }
    #expect(policy().write(0xC000_0084, 1 << 32) == .fault)
    #expect(policy().write(0xC000_0103, 1 << 32) == .fault)
    #expect(policy().write(0xC000_0081, .max) == .state(.star, .max))
  }

  @Test func checksMemoryTypes() {
    for type in 0...255 as ClosedRange<UInt64> {
      let isType = [0, 1, 4, 5, 6, 7].contains(type)
      for place in 0..<8 as Range<UInt64> {
        let value = 0x0007_0406_0007_0406 & ~(0xFF << (place * 8)) | type << (place * 8)
        #expect(policy().write(0x277, value) == (isType ? .state(.pageAttributeTable, value) : .fault))
      }
    }
  }

  @Test func checksEFER() throws {
    #expect(policy().write(0xC000_0080, 0xD01) == .extendedFeatures(ExtendedFeatures(rawValue: 0xD01)))
    for bit in [1, 2, 9, 12, 13, 14, 15, 21, 63] as [UInt64] {
      #expect(policy().write(0xC000_0080, 1 << bit) == .fault)
    }
    let active: ExtendedFeatures = [.longModeEnable, .longModeActive]
    #expect(try active.afterWrite([.longModeEnable, .systemCall], pagingIsOn: true) == active.union(.systemCall))
    #expect(throws: GeneralProtection()) { try active.afterWrite([], pagingIsOn: true) }
    #expect(throws: GeneralProtection()) { try ExtendedFeatures([]).afterWrite(.longModeEnable, pagingIsOn: true) }
    #expect(try ExtendedFeatures([]).afterWrite(active, pagingIsOn: false) == .longModeEnable)
  }

  @Test func takesTheHypercallPage() {
    #expect(policy().write(0x4000_0000, 0x1234_5000) == .hypercallPage(GuestFrame(0x12345)))
    #expect(policy().write(0x4000_0000, 0x1234_5001) == .fault)
    #expect(policy().write(0x10, 5) == .timeStampCounter(TSCTicks(5)))
    #expect(policy().write(0x830, 6) == .apic(0x830, 6))
    #expect(policy().write(0x8B, 6) == .ignored)
  }
}
