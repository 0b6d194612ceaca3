import XenABI

@testable import Core

/// Physical memory of a guest that exists only for its page tables: words at the addresses that were set.
final class FakePhysicalMemory: GuestPhysicalMemory {
  private(set) var words: [UInt64: UInt64] = [:]
  /// The pages, by frame number, that cannot be written.
  var readOnlyFrames: Set<UInt64> = []
  /// Called before each exchange: what another processor does in between.
  var beforeExchange: (FakePhysicalMemory) -> Void = { _ in }
  private(set) var exchanges = 0

  init(_ words: [UInt64: UInt64] = [:]) { self.words = words }

  /// The word at an aligned address; zero where nothing was set.
  subscript(_ address: UInt64) -> UInt64 {
    get { words[address] ?? 0 }
    set { words[address] = newValue }
  }

  /// The end of memory in bytes.
  var limit: UInt64 = 1 << 40

  private func hasMemory(_ address: UInt64) -> Bool { address < limit }

  func loadEntry64(_ address: GuestPhysicalAddress) -> UInt64? {
    precondition(address.rawValue & 7 == 0)
    return hasMemory(address.rawValue) ? self[address.rawValue] : nil
  }

  func loadEntry32(_ address: GuestPhysicalAddress) -> UInt32? {
    precondition(address.rawValue & 3 == 0)
    guard hasMemory(address.rawValue) else { return nil }
    return UInt32(truncatingIfNeeded: self[address.rawValue & ~7] >> ((address.rawValue & 4) * 8))
  }

  func compareExchange64(_ address: GuestPhysicalAddress, expected: UInt64, desired: UInt64) -> Bool? {
    guard hasMemory(address.rawValue), !readOnlyFrames.contains(address.frame.rawValue) else { return nil }
    beforeExchange(self)
    exchanges += 1
    guard self[address.rawValue] == expected else { return false }
    self[address.rawValue] = desired
    return true
  }

  func compareExchange32(_ address: GuestPhysicalAddress, expected: UInt32, desired: UInt32) -> Bool? {
    let shift = (address.rawValue & 4) * 8
    let word = self[address.rawValue & ~7]
    let others = word & ~(0xFFFF_FFFF << shift)
    return compareExchange64(
      GuestPhysicalAddress(address.rawValue & ~7), expected: others | UInt64(expected) << shift,
      desired: others | UInt64(desired) << shift)
  }

  /// Sets the four bytes at an address.
  func set32(_ address: UInt64, _ value: UInt32) {
    let shift = (address & 4) * 8
    self[address & ~7] = self[address & ~7] & ~(0xFFFF_FFFF << shift) | UInt64(value) << shift
  }
}

/// The bits of an entry, by the manuals' letters.
enum EntryBits {
  static let p: UInt64 = 1 << 0
  static let rw: UInt64 = 1 << 1
  static let us: UInt64 = 1 << 2
  static let a: UInt64 = 1 << 5
  static let d: UInt64 = 1 << 6
  static let ps: UInt64 = 1 << 7
  static let nx: UInt64 = 1 << 63
}

/// A guest in long mode with one page mapped: tables at 0x1000 (level 4) to 0x4000 (level 1), level 5 at 0x5000.
struct MappedGuest {
  /// The linear address of the page's byte 0x123: different indices at each level.
  static let linear: UInt64 = 0x0000_1234_5678_9123
  static let page: UInt64 = 0x7_6543_2000

  var memory = FakePhysicalMemory()
  var state: PagingState
  var limits = PagingLimits(physicalAddressBits: 40, hasGigabytePages: true)

  /// A page of 4 KiB (`order` 0), 2 MiB (1) or 1 GiB (2), with the same flags at each level.
  init(
    flags: UInt64 = EntryBits.p | EntryBits.rw | EntryBits.us | EntryBits.a | EntryBits.d, order: Int = 0,
    levels: Int = 4
  ) {
    state = PagingState(
      cr0: .protectionEnable.union(.paging).union(.writeProtect), cr3: levels == 5 ? 0x5000 : 0x1000,
      cr4: .physicalAddressExtension, efer: .longModeEnable.union(.longModeActive).union(.noExecuteEnable),
      privilegeLevel: 0, alignmentCheck: false)
    if levels == 5 {
      state.cr4.formUnion(.linearAddress57)
      memory[entry(5)] = 0x1000 | flags & ~EntryBits.d
    }
    for level in [4, 3, 2, 1] {
      let isLeaf = level == order + 1
      let size = UInt64(1) << (12 + 9 * UInt64(order))
      let target = isLeaf ? Self.page & ~(size - 1) | (order > 0 ? EntryBits.ps : 0) : UInt64(6 - level) << 12
      memory[entry(level)] = target | (isLeaf ? flags : flags & ~EntryBits.d)
      if isLeaf { break }
    }
  }

  /// The address of the level's entry for `linear`.
  func entry(_ level: Int) -> UInt64 {
    let table: UInt64 = level == 5 ? 0x5000 : UInt64(5 - level) << 12
    return table + (Self.linear >> (12 + 9 * UInt64(level - 1)) & 511) * 8
  }

  func translate(_ access: MemoryAccess, at linear: UInt64 = Self.linear) throws(PageWalkError) -> GuestTranslation {
    try state.translate(GuestVirtualAddress(linear), for: access, limits: limits, in: memory)
  }

  /// The error of a translation that must not succeed.
  func error(_ access: MemoryAccess, at linear: UInt64 = Self.linear) -> PageWalkError? {
    do throws(PageWalkError) {
      _ = try translate(access, at: linear)
      return nil
    } catch {
      return error
    }
  }

  /// Whether the access is allowed.
  func allows(_ access: MemoryAccess) -> Bool { error(access) == nil }

  static func fault(_ code: PageFaultErrorCode, at linear: UInt64 = Self.linear) -> PageWalkError {
    .pageFault(PageFault(address: GuestVirtualAddress(linear), errorCode: code))
  }
}
