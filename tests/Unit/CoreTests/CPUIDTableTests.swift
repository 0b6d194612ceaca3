import Testing
import XenABI

@testable import Core

/// A machine with every bit of every leaf set, but for what has a structure of its own.
struct EveryBitHost: HostCPUID {
  var isIntel = true
  var lastLeaf: UInt32 = 0x20
  /// What XSAVEC needs for the components up to 7, by EBX of leaf 0xD, subleaf 1.
  var compactSize: UInt32 = 2432

  func leaf(_ leaf: UInt32, _ subleaf: UInt32) -> CPUIDResult {
    let ones = CPUIDResult(eax: .max, ebx: .max, ecx: .max, edx: .max)
    switch leaf {
    case 0:
      return isIntel
        ? CPUIDResult(eax: lastLeaf, ebx: 0x756E_6547, ecx: 0x6C65_746E, edx: 0x4965_6E69)
        : CPUIDResult(eax: lastLeaf, ebx: 0x6874_7541, ecx: 0x444D_4163, edx: 0x6974_6E65)
    case 4, 0x8000_001D:
      return subleaf < 4 ? CPUIDResult(eax: 0xFFFF_FC01 | subleaf << 5, ebx: 7, ecx: 8, edx: 1) : .zero
    case 0xD:
      switch subleaf {
      case 0: return CPUIDResult(eax: .max, ebx: 11008, ecx: 11008, edx: .max)
      case 1: return CPUIDResult(eax: .max, ebx: compactSize, ecx: .max, edx: .max)
      case 2: return CPUIDResult(eax: 256, ebx: 576)
      case 5: return CPUIDResult(eax: 64, ebx: 1088, ecx: 0)
      case 6: return CPUIDResult(eax: 512, ebx: 1152, ecx: 2)
      case 7: return CPUIDResult(eax: 1024, ebx: 1664, ecx: 0)
      case 17, 18: return CPUIDResult(eax: 8192, ebx: 2816)
      default: return .zero
      }
    case 0x8000_0000: return CPUIDResult(eax: 0x8000_0028)
    default: return ones
    }
  }
}

/// A machine of long ago: SSE2, no XSAVE, leaves up to 2.
private struct OldHost: HostCPUID {
  func leaf(_ leaf: UInt32, _ subleaf: UInt32) -> CPUIDResult {
    switch leaf {
    case 0: CPUIDResult(eax: 2, ebx: 0x6874_7541, ecx: 0x444D_4163, edx: 0x6974_6E65)
    case 1: CPUIDResult(eax: 0x0000_0F48, ebx: 0x0800, ecx: 1, edx: 0x0782_0BFF | 1 << 24)
    case 0x8000_0000: CPUIDResult(eax: 0x8000_0004)
    case 0x8000_0001: CPUIDResult(edx: 0x2010_0800 | 1 << 9)
    default: .zero
    }
  }
}

struct TestGuest: CPUIDGuest {
  var controlRegister4 = ControlRegister4(rawValue: 0)
  var enabledStates = ExtendedStates.x87
  var apicID: UInt32 = 0
  var isAPICEnabled = true
  var vcpuID = VCPUID.zero
}

extension CPUIDPolicy {
  static func testing(_ capabilities: Capabilities, hertz: UInt64 = 2_400_000_000) -> Self {
    CPUIDPolicy(
      layout: .svm, domain: DomainID(7), capabilities: capabilities,
      clock: Clock(
        frequency: Hertz(hertz), origin: TSCTicks(0), wallTime: WallTime(seconds: 0), isInvariant: true),
      clockOffset: 0x1_0000_0002)
  }
}

extension CPUIDTable {
  /// The lookup, on a table that lies at an address as it does in the hypervisor.
  fileprivate func result(leaf: UInt32, subleaf: UInt32, for guest: TestGuest) -> CPUIDResult {
    var table = self
    return withUnsafeMutablePointer(to: &table) { Handle($0).result(leaf: leaf, subleaf: subleaf, for: guest) }
  }
}

@Suite struct CPUIDTableTests {
  private let everything: CPUIDPolicy.Capabilities = [
    .tscAux, .invpcid, .processContextIdentifiers, .tscDeadline, .extendedStates, .upcallVector,
  ]
  private let guest = TestGuest()

  @Test func fitsAPage() { #expect(MemoryLayout<CPUIDTable>.size <= 4096) }

  @Test func hidesWhatNeedsHelp() {
    let table = CPUIDTable(host: EveryBitHost(), policy: .testing(everything))
    let one = table.result(leaf: 1, subleaf: 0, for: guest)
    for bit in [2, 3, 4, 5, 6, 7, 8, 10, 11, 14, 15, 16, 18, 27] as [UInt32] { #expect(one.ecx >> bit & 1 == 0) }
    for bit in [0, 1, 9, 12, 13, 17, 19, 20, 21, 22, 23, 24, 25, 26, 28, 29, 30, 31] as [UInt32] {
      #expect(one.ecx >> bit & 1 == 1)
    }
    for bit in [7, 12, 14, 18, 21, 22, 28, 29, 30, 31] as [UInt32] { #expect(one.edx >> bit & 1 == 0) }
    for bit in [0, 6, 8, 9, 16, 24, 26] as [UInt32] { #expect(one.edx >> bit & 1 == 1) }
    #expect(one.ebx == 1 << 16 | 0xFF00)
    let seven = table.result(leaf: 7, subleaf: 0, for: guest)
    #expect(seven.eax == 1)
    for bit in [1, 2, 4, 11, 12, 14, 15, 22, 25] as [UInt32] { #expect(seven.ebx >> bit & 1 == 0) }
    for bit in [3, 4, 5, 7, 13, 16, 23, 24, 29, 31] as [UInt32] { #expect(seven.ecx >> bit & 1 == 0) }
    for bit in [5, 9, 11, 15, 18, 19, 20, 22, 24, 25, 26, 27, 28, 29, 30, 31] as [UInt32] {
      #expect(seven.edx >> bit & 1 == 0)
    }
    #expect(seven.ebx >> 10 & 1 == 1 && seven.ecx >> 22 & 1 == 1)
    for leaf in [3, 5, 8, 9, 0xA, 0xC, 0xE, 0xF, 0x10, 0x12, 0x14, 0x17, 0x1D, 0x20, 0x8000_000A, 0x8000_001F]
      as [UInt32]
    {
      #expect(table.result(leaf: leaf, subleaf: 0, for: guest) == .zero)
    }
    let extended = table.result(leaf: 0x8000_0001, subleaf: 0, for: guest)
    for bit in [2, 3, 9, 10, 12, 13, 15, 23, 24, 28, 29] as [UInt32] { #expect(extended.ecx >> bit & 1 == 0) }
    for bit in [20, 26, 27, 29] as [UInt32] { #expect(extended.edx >> bit & 1 == 1) }
    #expect(table.result(leaf: 0x8000_0008, subleaf: 0, for: guest).eax == 0x30FF)
    #expect(table.result(leaf: 0x8000_0007, subleaf: 0, for: guest) == CPUIDResult(edx: 1 << 8))
  }

  @Test func capabilitiesDecide() {
    let table = CPUIDTable(host: EveryBitHost(), policy: .testing([]))
    let one = table.result(leaf: 1, subleaf: 0, for: guest)
    for bit in [12, 17, 24, 26, 28, 29] as [UInt32] { #expect(one.ecx >> bit & 1 == 0) }
    let seven = table.result(leaf: 7, subleaf: 0, for: guest)
    for bit in [5, 10, 16, 17, 30, 31] as [UInt32] { #expect(seven.ebx >> bit & 1 == 0) }
    #expect(seven.ecx >> 22 & 1 == 0)
    #expect(table.result(leaf: 0x8000_0001, subleaf: 0, for: guest).edx >> 27 & 1 == 0)
    #expect(table.result(leaf: 0xD, subleaf: 0, for: guest) == .zero)
    #expect(!table.offersTSCAux && !table.offersTSCDeadline)
    #expect(table.result(leaf: 0x4000_0004, subleaf: 0, for: guest).eax == 0b1_1000)
    #expect(!table.offeredControlRegister4.contains(.xsave))
  }

  @Test func followsTheGuestsState() {
    let table = CPUIDTable(host: EveryBitHost(isIntel: false), policy: .testing(everything))
    var guest = TestGuest()
    guest.controlRegister4 = .xsave
    guest.apicID = 5
    guest.vcpuID = VCPUID(3)
    #expect(table.result(leaf: 1, subleaf: 0, for: guest).ecx >> 27 & 1 == 1)
    #expect(table.result(leaf: 1, subleaf: 0, for: guest).ebx >> 24 == 5)
    #expect(table.result(leaf: 0xB, subleaf: 0, for: guest) == CPUIDResult(ebx: 1, ecx: 0x100, edx: 5))
    #expect(table.result(leaf: 0xB, subleaf: 1, for: guest) == CPUIDResult(ebx: 1, ecx: 0x201, edx: 5))
    #expect(table.result(leaf: 0x1F, subleaf: 2, for: guest) == CPUIDResult(ecx: 2, edx: 5))
    #expect(table.result(leaf: 0x8000_001E, subleaf: 0, for: guest) == CPUIDResult(eax: 5))
    #expect(table.result(leaf: 0x4000_0004, subleaf: 0, for: guest) == CPUIDResult(eax: 0b101_1000, ebx: 3, ecx: 7))
    #expect(table.result(leaf: 0x8000_0001, subleaf: 0, for: guest).edx >> 9 & 1 == 1)
    guest.isAPICEnabled = false
    #expect(table.result(leaf: 1, subleaf: 0, for: guest).edx >> 9 & 1 == 0)
    #expect(table.result(leaf: 0x8000_0001, subleaf: 0, for: guest).edx >> 9 & 1 == 0)
  }

  @Test func sizesTheExtendedState() {
    let table = CPUIDTable(host: EveryBitHost(), policy: .testing(everything))
    #expect(table.supportedStates.rawValue == 0xE7)
    #expect(table.extendedStateSize == 2688)
    var guest = TestGuest()
    #expect(table.result(leaf: 0xD, subleaf: 0, for: guest) == CPUIDResult(eax: 0xE7, ebx: 576, ecx: 2688))
    guest.enabledStates = ExtendedStates(rawValue: 7)
    #expect(table.result(leaf: 0xD, subleaf: 0, for: guest).ebx == 832)
    guest.enabledStates = ExtendedStates(rawValue: 0xE7)
    #expect(table.result(leaf: 0xD, subleaf: 0, for: guest).ebx == 2688)
    // Compact: 576 + 256 + 64, aligned to 64, + 512 + 1024. XSAVES is hidden.
    #expect(table.result(leaf: 0xD, subleaf: 1, for: guest) == CPUIDResult(eax: 7, ebx: 576 + 256 + 64 + 512 + 1024))
    #expect(table.result(leaf: 0xD, subleaf: 2, for: guest) == CPUIDResult(eax: 256, ebx: 576))
    for subleaf in [3, 4, 8, 9, 17, 18, .max] as [UInt32] {
      #expect(table.result(leaf: 0xD, subleaf: subleaf, for: guest) == .zero)
    }
  }

  @Test func checksXCR0() {
    let all = ExtendedStates(rawValue: 0xE7)
    for value in [1, 3, 7, 0xE7] as [UInt64] { #expect(ExtendedStates(rawValue: value).isValid(within: all)) }
    for value in [0, 2, 5, 0x21, 0x27, 0xE3, 0xE5, 0x8, 0x18, 0x207, 1 << 62 | 1] as [UInt64] {
      #expect(!ExtendedStates(rawValue: value).isValid(within: all))
    }
    #expect(!ExtendedStates(rawValue: 0xE7).isValid(within: ExtendedStates(rawValue: 7)))
  }

  @Test func keepsCachesOfItsOwn() {
    let table = CPUIDTable(host: EveryBitHost(), policy: .testing(everything))
    #expect(table.result(leaf: 4, subleaf: 2, for: guest) == CPUIDResult(eax: 0x3C41, ebx: 7, ecx: 8, edx: 1))
    #expect(table.result(leaf: 4, subleaf: 4, for: guest) == .zero)
    #expect(table.result(leaf: 4, subleaf: .max, for: guest) == .zero)
    #expect(table.result(leaf: 0x8000_001D, subleaf: 0, for: guest).eax & 0x03FF_C000 == 0)
  }

  @Test func namesTheHypervisor() {
    let table = CPUIDTable(host: EveryBitHost(), policy: .testing(everything))
    let signature = table.result(leaf: 0x4000_0000, subleaf: 0, for: guest)
    #expect(signature == CPUIDResult(eax: 0x4000_0005, ebx: 0x566E_6558, ecx: 0x6558_4D4D, edx: 0x4D4D_566E))
    #expect(table.result(leaf: 0x4000_0001, subleaf: 0, for: guest).eax == 0x4_0011)
    #expect(table.result(leaf: 0x4000_0002, subleaf: 0, for: guest) == CPUIDResult(eax: 1, ebx: 0x4000_0000))
    #expect(table.result(leaf: 0x4000_0003, subleaf: 0, for: guest) == CPUIDResult(eax: 6, ebx: 2, ecx: 2_400_000))
    let scale = ClockScale(frequency: Hertz(2_400_000_000))
    #expect(
      table.result(leaf: 0x4000_0003, subleaf: 1, for: guest)
        == CPUIDResult(eax: 2, ebx: 1, ecx: scale.multiplier, edx: UInt32(bitPattern: Int32(scale.shift))))
    #expect(table.result(leaf: 0x4000_0003, subleaf: 2, for: guest) == CPUIDResult(eax: 2_400_000))
    #expect(table.result(leaf: 0x4000_0003, subleaf: 3, for: guest) == .zero)
    #expect(table.result(leaf: 0x4000_0005, subleaf: 0, for: guest) == .zero)
    #expect(table.result(leaf: 0x4000_0006, subleaf: 0, for: guest) == .zero)
    let own = table.result(leaf: 0x4000_0100, subleaf: 0, for: guest)
    withUnsafeBytes(of: (own.ebx, own.ecx, own.edx)) { #expect(String(decoding: $0, as: UTF8.self) == "ApusApusApus") }
    #expect(table.result(leaf: 0x4000_0101, subleaf: 0, for: guest).eax == RingLayout.svm.rawValue)
    #expect(table.result(leaf: 0x4000_0102, subleaf: 0, for: guest) == .zero)
  }

  /// A machine whose XSAVEC needs more or less than its components come to has none for guests; Bochs 2.7 is one.
  @Test(arguments: [0, 2431, 2433, 2688] as [UInt32])
  func aDoubtfulCompactFormIsNotOffered(size: UInt32) {
    let sound = CPUIDTable(host: EveryBitHost(), policy: .testing(everything))
    #expect(sound.result(leaf: 0xD, subleaf: 1, for: guest).eax == 0b111)
    let doubtful = CPUIDTable(host: EveryBitHost(compactSize: size), policy: .testing(everything))
    #expect(doubtful.result(leaf: 0xD, subleaf: 1, for: guest) == CPUIDResult(eax: 0b101))
    #expect(doubtful.supportedStates == sound.supportedStates)
  }

  @Test func tellsIntelsGuestsTheClocks() {
    let table = CPUIDTable(host: EveryBitHost(), policy: .testing(everything))
    let crystal = table.result(leaf: 0x15, subleaf: 0, for: guest)
    #expect(UInt64(crystal.ecx) * UInt64(crystal.ebx) / UInt64(crystal.eax) == 2_400_000_000)
    let amd = CPUIDTable(host: EveryBitHost(isIntel: false), policy: .testing(everything))
    #expect(amd.result(leaf: 0x15, subleaf: 0, for: guest) == .zero)
  }

  @Test func anOldMachineIsEnough() {
    let table = CPUIDTable(host: OldHost(), policy: .testing(everything))
    #expect(table.result(leaf: 0, subleaf: 0, for: guest).eax == 0xD)
    #expect(table.result(leaf: 0, subleaf: 0, for: guest).ebx == 0x6874_7541)
    #expect(table.result(leaf: 7, subleaf: 0, for: guest) == .zero)
    #expect(table.supportedStates.rawValue == 0)
    #expect(table.result(leaf: 1, subleaf: 0, for: guest).ecx == 1 | 1 << 21 | 1 << 24 | 1 << 31)
    #expect(table.result(leaf: 0x1F, subleaf: 0, for: guest) == .zero)
    #expect(table.result(leaf: 0x8000_001E, subleaf: 0, for: guest) == .zero)
    #expect(table.physicalAddressBits == 36)
    #expect(table.offeredExtendedFeatures == [.systemCall, .longModeEnable, .longModeActive, .noExecuteEnable])
  }

  @Test func anyLeafIsHarmless() {
    let table = CPUIDTable(host: EveryBitHost(), policy: .testing(everything))
    var random = SplitMix64(seed: 3)
    for _ in 0..<100_000 {
      let bases: [UInt32] = [0, 0x4000_0000, 0x4000_0100, 0x8000_0000, UInt32(truncatingIfNeeded: random.next())]
      let base = bases[Int.random(in: 0..<5, using: &random)]
      let leaf = base &+ UInt32.random(in: 0...64, using: &random) &- 16
      let subleaf = UInt32(truncatingIfNeeded: random.next() >> UInt64.random(in: 0...63, using: &random))
      _ = table.result(leaf: leaf, subleaf: subleaf, for: guest)
    }
  }
}
