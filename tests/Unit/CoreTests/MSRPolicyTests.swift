import Testing
import XenABI

@testable import Core

@Suite struct MSRPolicyTests {
  private func policy(
    isIntel: Bool = true, _ capabilities: CPUIDPolicy.Capabilities = [.tscAux, .tscDeadline],
    debugControl: DebugControl = []
  ) -> MSRPolicy {
    var policy = CPUIDPolicy.testing(capabilities)
    policy.debugControl = debugControl
    return MSRPolicy(CPUIDTable(host: EveryBitHost(isIntel: isIntel), policy: policy))
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
    // Machine checks, speculation control, XSS, TSC_ADJUST, VMX, SVM's, Hyper-V's, and AMD's own on Intel.
    for number in [
      0, 0x3B, 0x48, 0x49, 0x10A, 0x179, 0x17A, 0x210, 0x251, 0x26A - 0xA, 0x400, 0x480, 0xDA0, 0x7FF, 0x900,
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

  /// No CPUID bit announces them, and kernels read them unguarded.
  @Test func answersWhatAMDsKernelsTakeForGranted() {
    let policy = policy(isIntel: false)
    for number in Array(0xC001_0000...0xC001_0007) + Array(0xC001_0016...0xC001_001A) + [
      0x1DB, 0x1DE, 0xC001_0010, 0xC001_001D, 0xC001_001F, 0xC001_0114, 0xC001_0200, 0xC001_020B, 0xC001_1023,
    ] as [UInt32] {
      #expect(policy.read(number) == .value(0))
      #expect(policy.write(number, .max) == .ignored)
      #expect(self.policy().read(number) == .fault)
    }
    #expect(policy.read(0xC001_0015) == .value(1 << 24))
    #expect(policy.write(0xC001_0015, 0) == .ignored)
    #expect(policy.read(0xC001_1029) == .value(1 << 1))
    #expect(policy.write(0xC001_1029, 0) == .ignored)
    #expect(policy.read(0xC001_0055) == .value(0) && policy.write(0xC001_0055, 0) == .fault)
    #expect(policy.read(0xC001_0020) == .fault && policy.write(0xC001_0020, 1) == .ignored)
    #expect(policy.read(0xC1) == .fault && policy.read(0x79) == .fault && policy.write(0x79, 1) == .fault)
    for number in [0xC0, 0xC001_0008, 0xC001_001B, 0xC001_0115, 0xC001_020C] as [UInt32] {
      #expect(policy.read(number) == .fault && policy.write(number, 0) == .fault)
    }
  }

  @Test func answersWhatIntelsKernelsTakeForGranted() {
    for number in [0xC1, 0xC8, 0x186, 0x189, 0x309, 0x30B, 0x38D, 0x390] as [UInt32] {
      #expect(policy().read(number) == .value(0))
      #expect(policy().write(number, 1) == .ignored)
    }
    #expect(policy().read(0x79) == .fault && policy().write(0x79, 1) == .ignored)
    #expect(policy().read(0xC9) == .fault && policy().read(0x18A) == .fault)
  }

  /// DEBUGCTL is there always, and holds what the layout switches.
  @Test func debugControlHoldsWhatIsSwitched() {
    for isIntel in [false, true] {
      let none = policy(isIntel: isIntel)
      #expect(none.read(0x1D9) == .value(0) && none.write(0x1D9, 0) == .ignored)
      #expect(none.write(0x1D9, 1) == .fault && none.write(0x1D9, 2) == .fault)
    }
    let stepping = policy(debugControl: .branchTrap)
    #expect(stepping.read(0x1D9) == .state(.debugControl) && stepping.write(0x1D9, 2) == .state(.debugControl, 2))
    for bit in [0, 2, 5, 6, 7, 11, 15, 63] as [UInt64] { #expect(stepping.write(0x1D9, 1 << bit) == .fault) }
    let recording = policy(isIntel: false, debugControl: [.branchTrap, .lastBranchRecord])
    #expect(recording.write(0x1D9, 3) == .state(.debugControl, 3) && recording.write(0x1D9, 4) == .fault)
    let records: [GuestMSR] = [.lastBranchFrom, .lastBranchTo, .lastExceptionFrom, .lastExceptionTo]
    for (number, record) in zip(0x1DB...0x1DE as ClosedRange<UInt32>, records) {
      #expect(recording.read(number) == .state(record) && recording.write(number, .max) == .state(record, .max))
    }
  }

  @Test func takesTheHypercallPage() {
    #expect(policy().write(0x4000_0000, 0x1234_5000) == .hypercallPage(GuestFrame(0x12345)))
    #expect(policy().write(0x4000_0000, 0x1234_5001) == .fault)
    #expect(policy().write(0x10, 5) == .timeStampCounter(TSCTicks(5)))
    #expect(policy().write(0x830, 6) == .apic(0x830, 6))
    #expect(policy().write(0x8B, 6) == .ignored)
  }
}
