import Builder
import Testing
import XenABI

@testable import Core

/// A processor by what it says of its leaks.
private struct LeakyHost: HostCPUID {
  var isIntel = true
  /// Family and model as in leaf 1.
  var signature: UInt32 = 0x0005_0654
  /// EDX of leaf 7; EDX of its subleaf 2.
  var structured: UInt32 = 0
  var structured2: UInt32 = 0
  /// EBX of leaf 0x80000008; EAX and ECX of leaf 0x80000021.
  var extended8: UInt32 = 0
  var extended21: (eax: UInt32, ecx: UInt32) = (0, 0)

  func leaf(_ leaf: UInt32, _ subleaf: UInt32) -> CPUIDResult {
    switch (leaf, subleaf) {
    case (0, _): CPUIDResult(eax: 0x16, ebx: isIntel ? 0x756E_6547 : 0x6874_7541)
    case (1, _): CPUIDResult(eax: signature)
    case (7, 0): CPUIDResult(eax: 2, edx: structured)
    case (7, 2): CPUIDResult(edx: structured2)
    case (0x8000_0000, _): CPUIDResult(eax: 0x8000_0021)
    case (0x8000_0008, _): CPUIDResult(ebx: extended8)
    case (0x8000_0021, _): CPUIDResult(eax: extended21.eax, ecx: extended21.ecx)
    default: .zero
    }
  }

  static func amd(family: UInt32, _ extended8: UInt32 = 0, _ extended21: (UInt32, UInt32) = (0, 0)) -> Self {
    let signature = family < 15 ? family << 8 : 15 << 8 | (family - 15) << 20
    return LeakyHost(isIntel: false, signature: signature, extended8: extended8, extended21: extended21)
  }

  func controls(
    _ options: MitigationOptions = MitigationOptions(), capabilities: UInt64 = 0, executesSuperpages: Bool? = nil
  ) -> SpeculationControls {
    SpeculationControls(
      SpeculationFeatures(host: self) { capabilities }, options, executesSuperpages: executesSuperpages)
  }
}

@Suite struct SpeculationTests {
  private static let ibrs: UInt32 = 1 << 26
  private static let verw: UInt32 = 1 << 10
  private static let flush: UInt32 = 1 << 28
  private static let capabilities: UInt32 = 1 << 29

  /// A server of 2017, before and after its microcode was taught.
  @Test func anOldIntelProcessorIsGuardedAtEachExit() {
    #expect(LeakyHost().controls() == [.returnRefill, .codeInPages])
    let taught = LeakyHost(structured: Self.ibrs | Self.verw | Self.flush)
    #expect(
      taught.controls() == [
        .predictorBarrier, .restrictionAtExit, .returnRefill, .bufferClear, .cacheFlush, .codeInPages,
      ])
    #expect(taught.controls().guards == [.restrictionAtExit, .returnRefill, .bufferClear, .cacheFlush])
  }

  /// A later one: its guards hold for good, and nothing stands in the way of an exit.
  @Test func aNewIntelProcessorHasNoGuards() {
    let host = LeakyHost(
      structured: Self.ibrs | Self.verw | Self.flush | Self.capabilities, structured2: 1 << 4)
    let immune: UInt64 = 1 << 0 | 1 << 1 | 1 << 5 | 1 << 6 | 1 << 8 | 1 << 14 | 1 << 24
    #expect(host.controls(capabilities: immune) == [.predictorBarrier, .lastingRestriction])
    #expect(host.controls(capabilities: immune).guards.isEmpty)
    #expect(SpeculationFeatures(host: host) { immune }.contains(.historyControl))
    // Each immunity that is missing brings its guard back.
    for (bit, control) in [
      (0, SpeculationControls.cacheFlush), (1, .restrictionAtExit), (5, .bufferClear), (6, .codeInPages),
      (8, .bufferClear), (14, .bufferClear), (24, .returnRefill),
    ] as [(UInt64, SpeculationControls)] {
      #expect(host.controls(capabilities: immune & ~(1 << bit)).contains(control), "bit \(bit)")
    }
    #expect(!host.controls(capabilities: immune & ~1 | 1 << 3).contains(.cacheFlush))
    #expect(host.controls(capabilities: immune | 1 << 28).contains(.bufferClear))
  }

  /// The register of immunities is read only where there is one.
  @Test func nothingIsReadThatIsNotThere() {
    _ = SpeculationFeatures(host: LeakyHost(structured: Self.ibrs)) {
      Issue.record("IA32_ARCH_CAPABILITIES was read")
      return 0
    }
    _ = SpeculationFeatures(host: LeakyHost.amd(family: 0x17)) {
      Issue.record("IA32_ARCH_CAPABILITIES was read")
      return 0
    }
  }

  @Test func anAMDProcessorIsGuardedByItsFamily() {
    // Before Zen: nothing is offered but what software does.
    #expect(LeakyHost.amd(family: 0x15).controls() == .returnRefill)
    // A barrier is all there is.
    #expect(LeakyHost.amd(family: 0x15, 1 << 12).controls() == [.predictorBarrier, .barrierAtExit, .returnRefill])
    // Zen 2 has IBRS, and mistakes branches.
    let zen2: UInt32 = 1 << 2 | 1 << 12 | 1 << 14
    #expect(
      LeakyHost.amd(family: 0x17, zen2).controls()
        == [.predictorBarrier, .restrictionAtExit, .barrierAtExit, .returnRefill])
    #expect(!LeakyHost.amd(family: 0x17, zen2 | 1 << 29).controls().contains(.barrierAtExit))
    // Zen 3 with IBRS that stays on; Zen 4 with AIBRSE and, both, a return stack that overflows by speculation.
    let zen3 = zen2 | 1 << 16 | 1 << 19
    #expect(
      LeakyHost.amd(family: 0x19, zen3).controls()
        == [.predictorBarrier, .lastingRestriction, .barrierAtExit, .returnRefill])
    #expect(
      LeakyHost.amd(family: 0x19, zen3, (1 << 8, 0)).controls()
        == [.predictorBarrier, .lastingRestriction, .barrierAtExit])
    // One without all that.
    #expect(
      LeakyHost.amd(family: 0x1A, zen3, (1 << 8 | 1 << 29, 0)).controls() == [.predictorBarrier, .lastingRestriction])
    // TSA: VERW where it clears, unless neither kind is there.
    #expect(LeakyHost.amd(family: 0x19, zen3, (1 << 5, 0)).controls().contains(.bufferClear))
    #expect(LeakyHost.amd(family: 0x19, zen3, (1 << 5, 0b010)).controls().contains(.bufferClear))
    #expect(!LeakyHost.amd(family: 0x19, zen3, (1 << 5, 0b110)).controls().contains(.bufferClear))
  }

  @Test func theCommandLineDecides() {
    let old = LeakyHost(structured: Self.ibrs | Self.verw | Self.flush)
    let off = MitigationOptions(all: false)
    #expect(old.controls(off, executesSuperpages: true) == [])
    #expect(LeakyHost.amd(family: 0x15).controls(off) == [])
    // What is asked for is done where it can be.
    var wishes = MitigationOptions()
    wishes.returnRefill = true
    wishes.bufferClear = true
    wishes.cacheFlush = true
    wishes.restriction = true
    wishes.barrierAtExit = true
    let bare = LeakyHost.amd(family: 0x15, 1 << 2)
    #expect(bare.controls(wishes, executesSuperpages: false) == [.returnRefill, .bufferClear, .codeInPages])
    #expect(old.controls(wishes).isSuperset(of: [.barrierAtExit, .restrictionAtExit]))
    wishes.bufferClear = false
    #expect(!old.controls(wishes).contains(.bufferClear))
  }
}
