import CFuzz
import CGuest

/// What a page of the playground's window leads to.
enum WindowPage {
  /// A buffer that can be read and written.
  case buffer(UInt64)
  /// Nothing.
  case hole
  /// A page with a pattern, mapped to be read only.
  case pattern
  /// A frame that the domain does not have, far behind its memory.
  case beyond
  case localAPIC
  /// An entry with a reserved bit set.
  case reserved
  /// One of the page tables that the window itself is mapped by.
  case table(Int)
  /// A frame that may be given away.
  case toy(UInt64)
}

/// What a list is of. Each kind has a page of its own, so that what is left of one is never taken for another: a number
/// of the one could be a frame of the other that the fuzzer lives in.
enum ListKind {
  case calls
  case grants
  case words
  case moreWords
  case polls

  /// The list's page in the window. Nothing is mapped behind it.
  var page: UInt64 {
    switch self {
    case .calls: 20
    case .grants: 22
    case .words: 24
    case .moreWords: 26
    case .polls: 28
    }
  }
}

/// The memory that the fuzzer plays with, and the page tables that lead to it.
///
/// The window is 512 pages below the first four GiB, and is seen from three more places of the address space. The
/// frames behind it are buffers for arguments, toys that may be given to the hypervisor, and the window's own tables, of
/// which there are copies to restore from. All other RAM is precious: the fuzzer lives there.
struct Playground: ~Copyable {
  /// The tables that may be scribbled on: level 4 (but for its first entry), 3, 2 and 1.
  private let tables: MemoryWindow
  private let pristine: MemoryWindow
  private let buffers: MemoryWindow
  private let toys: GuestFrame
  private let space: AddressSpace
  private let ramEnd: UInt64
  /// The console's page and the store's, which the domain started with.
  private let consoleFrame: UInt64
  private let storeFrame: UInt64
  /// The last copy of `pristine` was not changed since.
  private(set) var areTablesClean = true

  /// The window, where 32-bit code reaches it.
  static var window: UInt64 { 0x8000_0000 }
  /// Where else it is seen.
  static var aliases: InlineArray<3, UInt64> { [0x80_0000_0000, 0xFFFF_8000_0000_0000, 0xFFFF_FF80_0000_0000] }
  static var pageCount: UInt64 { 512 }
  /// Toys in the window, from `firstToy` on; there are as many more behind them in the second 2 MiB.
  static var firstToy: UInt64 { 40 }
  static var windowToys: UInt64 { 256 }
  /// Toys are this many frames from a multiple of it on; as many behind them are toys too, so that an extent of order
  /// 9 never reaches further, wherever it begins.
  static var toyFrames: UInt64 { 512 }
  private static var bufferCount: Int { 14 }
  private static var pattern: UInt64 { 0x7274_6F6E_6576_6144 }
  /// Entry bits: present, writable, user.
  private static var tableEntry: UInt64 { 7 }
  /// What a domain of a few MiB does not have, and may ask for.
  static var beyondFrame: UInt64 { 1 << 24 }
  /// What it never asks for: where the window leads beyond all memory, as far as its largest page reaches.
  private static var voidFrame: UInt64 { 1 << 25 }
  private static var voidFrames: UInt64 { 1 << 18 }
  private static var reservedBit: UInt64 { 1 << 51 }

  /// Takes the memory, and has the processor use the tables.
  init(grantFrame: GuestFrame) {
    toys = GuestPhysicalAddress(Self.take(Int(2 * Self.toyFrames), alignment: Int(Self.toyFrames)).address).frame
    buffers = Self.take(Self.bufferCount)
    tables = Self.take(8)
    pristine = Self.take(4)
    var ramEnd: UInt64 = 0
    for index in 0..<MemoryMap.count where MemoryMap.entry(index).type == .ram {
      ramEnd = max(ramEnd, MemoryMap.entry(index).frames.upperBound)
    }
    self.ramEnd = ramEnd
    consoleFrame = (try? XenParameters.get(.consoleFrame)) ?? 0
    storeFrame = (try? XenParameters.get(.storeFrame)) ?? 0
    space = Self.kernelSpace(with: grantFrame)
    // Where a list runs on without an end, it meets nothing before it meets what is precious.
    for offset in [0, Self.toyFrames] {
      space.unmap(GuestVirtualAddress((toys.rawValue + offset) << pageShift))
    }
    space.unmap(GuestVirtualAddress(0xFF << pageShift))
    buildTables()
    copyRoot()
    cguest_copy(pristine.address, tables.address, 4 * pageSize)
    cguest_write_cr3(tables.address)
  }

  /// Frames that are never given back.
  private static func take(_ count: Int, alignment: Int = 1) -> MemoryWindow {
    guard let pages = Pages(count: count, alignment: alignment) else { Panic.report("no memory to play with") }
    let window = pages.window
    _ = pages.leak()
    return window
  }

  private static func kernelSpace(with grantFrame: GuestFrame) -> AddressSpace {
    do {
      let space = try KernelAddressSpace.build()
      let address = GuestVirtualAddress(grantFrame.address.rawValue)
      if space.translate(address) == nil { try space.map(address, to: grantFrame, rights: .readWrite) }
      return space
    } catch {
      Panic.report("no memory for page tables")
    }
  }

  /// What is at each page of the window.
  static func page(_ index: UInt64) -> WindowPage {
    switch index {
    case 0...3: .buffer(index)
    case 5: .buffer(4)
    case 6: .pattern
    case 7: .buffer(5)
    case 8: .beyond
    case 9: .buffer(6)
    case 10: .localAPIC
    case 11: .buffer(7)
    case 12: .reserved
    case 14: .table(0)
    case 15: .buffer(8)  // what runs over the end of a table goes here
    case 17: .table(3)
    case 18: .table(2)
    case 19: .table(1)
    case ListKind.calls.page: .buffer(10)
    case ListKind.grants.page: .buffer(11)
    case ListKind.words.page: .buffer(9)
    case ListKind.polls.page: .buffer(12)
    case ListKind.moreWords.page: .buffer(13)
    case firstToy..<firstToy + windowToys: .toy(index - firstToy)
    default: .hole
    }
  }

  private func table(_ level: Int) -> UInt64 { tables.address + UInt64(4 - level) * pageSize }

  private func buildTables() {
    let window = tables
    for index in 0..<Self.pageCount {
      window.store64(entry(Self.page(index)), at: 3 * Int(pageSize) + Int(index) * 8)
    }
    // Level 2: the window, all toys as a large page, nothing that exists, a reserved bit.
    let large: UInt64 = 0x83
    let directory = 2 * Int(pageSize)
    window.store64(table(1) | Self.tableEntry, at: directory)
    window.store64(toys.address.rawValue | large, at: directory + 8)
    window.store64(Self.voidFrame << pageShift | large, at: directory + 16)
    window.store64(toys.address.rawValue | large | 1 << 13, at: directory + 24)
    // Level 3: the window, and a page of 1 GiB that leads nowhere.
    window.store64(table(2) | Self.tableEntry, at: Int(pageSize))
    window.store64(Self.voidFrame << pageShift | large, at: Int(pageSize) + 8)
  }

  /// The entry of the lowest table for a page.
  private func entry(_ page: WindowPage) -> UInt64 {
    switch page {
    case .buffer(let index): buffers.address + index << pageShift | 3
    case .hole: 0
    case .pattern: cfuzz_pattern() | 1
    case .beyond: Self.voidFrame << pageShift | 3
    case .localAPIC: 0xFEE0_0000 | 0x1B
    case .reserved: buffers.address | 3 | Self.reservedBit
    case .table(let index): tables.address + UInt64(index) * pageSize | 3
    case .toy(let index): (toys.rawValue + index) << pageShift | (index & 15 == 0 ? 7 : 3)
    }
  }

  /// Takes the fuzzer's own part of the address space into the root, and the window into that part.
  private func copyRoot() {
    space.activate()
    let root = unsafe MemoryWindow(unsafeAddress: cguest_read_cr3() & ~(pageSize - 1), byteCount: Int(pageSize))
    let first = root.load64(at: 0)
    let window = tables
    window.store64(first, at: 0)
    let lower = unsafe MemoryWindow(unsafeAddress: first & ~(pageSize - 1), byteCount: Int(pageSize))
    lower.store64(table(2) | Self.tableEntry, at: Int(Self.window >> 30) * 8)
    for index in Self.aliases.indices {
      window.store64(table(3) | Self.tableEntry, at: Int(Self.aliases[index] >> 39 & 511) * 8)
    }
  }

  /// Whether a frame is one that the fuzzer lives in, or that must stay empty.
  func isPrecious(frame: UInt64) -> Bool {
    if frame &- Self.voidFrame < Self.voidFrames { return true }
    if frame != 0 && (frame == consoleFrame || frame == storeFrame) { return true }
    if frame >= ramEnd || (frame < 0x100 && frame != SharedPage.frame.rawValue) { return false }
    return frame < toys.rawValue || frame >= toys.rawValue + 2 * Self.toyFrames
  }

  /// Whether a number, or what 32 bits leave of it, would hurt the fuzzer, taken as a frame or as an address.
  func isPrecious(value: UInt64) -> Bool {
    let low = value & 0xFFFF_FFFF
    return isPrecious(frame: value) || isPrecious(frame: value >> pageShift) || isPrecious(frame: low)
      || isPrecious(frame: low >> pageShift)
  }

  func toy(_ index: UInt64) -> GuestFrame { toys.advanced(by: index % Self.toyFrames) }
  /// Where a buffer lies, besides in the window.
  func bufferAddress(_ index: UInt64) -> UInt64 { buffers.address + index << pageShift }
  /// The address of a table, in order of level from 4 on.
  func tableAddress(_ index: Int) -> UInt64 { tables.address + UInt64(index) * pageSize }
  /// Whether the page of the pattern is as it was made.
  var patternIsIntact: Bool {
    for offset in stride(from: 0, to: pageSize, by: 8) {
      if cguest_load64(cfuzz_pattern() + offset) != Self.pattern { return false }
    }
    return true
  }

  /// Writes over an entry of the tables.
  mutating func tamper(_ offset: Int, _ value: UInt64) {
    areTablesClean = false
    let place = offset % Int(4 * pageSize) & ~7
    if place != 0 { tables.store64(value, at: place) }
  }

  /// Says that the tables may have been written to.
  mutating func soilTables() { areTablesClean = false }

  /// Puts the tables back as they were.
  mutating func restoreTables() {
    if areTablesClean { return }
    let from = pristine
    let to = tables
    for offset in stride(from: 0, to: Int(4 * pageSize), by: 8) { to.store64(from.load64(at: offset), at: offset) }
    cguest_write_cr3(tables.address)
    areTablesClean = true
  }
}
