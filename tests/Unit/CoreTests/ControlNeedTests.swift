import Testing
import XenABI

@testable import Core

/// Every bit of CR4, EFER, XCR0 and XSS against what CPUID answers: what is hidden is refused.
@Suite struct ControlNeedTests {
  /// A bit of a CPUID answer: leaf, register (0 EAX to 3 EDX), bit.
  private typealias Feature = (leaf: UInt32, register: Int, bit: UInt32)

  /// The bits of CR4 that a guest can have, and the feature of each by the manuals; PCE has none.
  private static let cr4: [UInt64: Feature?] = [
    0: (1, 3, 1), 1: (1, 3, 1), 2: (1, 3, 4), 3: (1, 3, 2), 4: (1, 3, 3), 5: (1, 3, 6), 7: (1, 3, 13), 8: nil,
    9: (1, 3, 24), 10: (1, 3, 25), 11: (7, 2, 2), 16: (7, 1, 0), 17: (1, 2, 17), 18: (1, 2, 26), 20: (7, 1, 7),
    21: (7, 1, 20),
  ]
  private static let efer: [UInt64: Feature?] = [
    0: (0x8000_0001, 3, 11), 8: (0x8000_0001, 3, 29), 10: (0x8000_0001, 3, 29), 11: (0x8000_0001, 3, 20),
  ]

  private let whole = CPUIDTable(
    host: EveryBitHost(), policy: .testing([.tscAux, .invpcid, .processContextIdentifiers, .extendedStates]))

  /// The table without one feature, as a toolstack takes it away.
  private func table(without feature: Feature) throws -> CPUIDTable {
    var table = whole
    let row = feature.leaf < 32 ? whole.basic[Int(feature.leaf)] : whole.extended[Int(feature.leaf - 0x8000_0000)]
    var words = [row.eax, row.ebx, row.ecx, row.edx]
    words[feature.register] &= ~(1 << feature.bit)
    try table.level(
      CPUIDLeafEntry(
        leaf: feature.leaf, subleaf: feature.leaf == 7 ? 0 : CPUIDLeafEntry.noSubleaf, eax: words[0], ebx: words[1],
        ecx: words[2], edx: words[3]), within: whole)
    table.settle()
    return table
  }

  @Test(arguments: 0..<64 as Range<UInt64>) func aBitOfCR4GoesByItsFeature(bit: UInt64) throws {
    let wanted = ControlRegister4(rawValue: 1 << bit)
    guard let feature = Self.cr4[bit] else {
      #expect(!whole.offeredControlRegister4.contains(wanted))
      return
    }
    #expect(whole.offeredControlRegister4.contains(wanted))
    guard let feature else { return }
    #expect(try !table(without: feature).offeredControlRegister4.contains(wanted))
    #expect(try table(without: feature).offeredControlRegister4.contains(.performanceCounters))
  }

  @Test(arguments: 0..<64 as Range<UInt64>) func aBitOfEFERGoesByItsFeature(bit: UInt64) throws {
    let value = 1 << bit as UInt64
    guard let feature = Self.efer[bit] ?? nil else {
      #expect(MSRPolicy(whole).write(0xC000_0080, value) == .fault)
      return
    }
    #expect(MSRPolicy(whole).write(0xC000_0080, value) == .extendedFeatures(ExtendedFeatures(rawValue: value)))
    #expect(try MSRPolicy(table(without: feature)).write(0xC000_0080, value) == .fault)
  }

  /// x87, SSE, AVX and AVX-512 have their place in a vCPU's area; nothing else of XCR0 has, protection keys among it.
  @Test(arguments: 0..<64 as Range<UInt64>) func aBitOfXCR0HasAPlaceOrIsRefused(bit: UInt64) throws {
    let offered = [0, 1, 2, 5, 6, 7].contains(bit)
    #expect(whole.supportedStates.contains(ExtendedStates(rawValue: 1 << bit)) == offered)
    #expect(offered || !ExtendedStates(rawValue: 0xE7 | 1 << bit).isValid(within: whole.supportedStates))
    #expect(try table(without: (1, 2, 26)).supportedStates.rawValue == 0)
  }

  /// XSS is the register of supervisor states, of which CPUID shows none.
  @Test(arguments: 0..<64 as Range<UInt64>) func noBitOfXSSIsTaken(bit: UInt64) {
    #expect(MSRPolicy(whole).write(0xDA0, 1 << bit) == .fault)
    #expect(MSRPolicy(whole).read(0xDA0) == .fault)
  }
}
