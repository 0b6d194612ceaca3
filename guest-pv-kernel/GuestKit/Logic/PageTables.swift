#if canImport(XenABI)
  import XenABI
#endif

/// Where page tables lie, and what holds copies of their entries.
protocol PageTableMemory {
  /// A frame of zeros, or nil.
  static func takeTable() -> GuestFrame?
  static func giveTable(_ table: GuestFrame)
  static func load(_ table: GuestFrame, _ index: Int) -> PageTableEntry
  static func store(_ entry: PageTableEntry, _ table: GuestFrame, _ index: Int)
  /// An entry that maps the address was changed: the processor must forget it.
  static func forget(_ address: GuestVirtualAddress)
}

/// Why a page can't be mapped.
enum MappingError: Error {
  /// The address, or the frame, is not a multiple of the page's size, or is not canonical.
  case misaligned
  /// Something is mapped there already.
  case occupied
  /// No frame is left for a table.
  case outOfMemory
}

/// What an address leads to.
struct PageTranslation: Equatable {
  let address: GuestPhysicalAddress
  let size: PageSize
  let rights: PageRights
}

/// Page tables of four levels, with pages of 4 KiB and 2 MiB (Intel SDM vol. 3 4.5): what is done to them. Who owns them
/// is another's business.
struct PageTables<Memory: PageTableMemory> {
  /// The frame of the table of level 4.
  let root: GuestFrame

  init(root: GuestFrame) { self.root = root }

  /// New ones, empty; nil where no frame is left.
  static func make() -> PageTables? {
    guard let root = Memory.takeTable() else { return nil }
    return PageTables(root: root)
  }

  /// Has these tables, which are new, share the lower 512 GiB of `other`, what is mapped there later included.
  func share(_ other: PageTables) { Memory.store(Memory.load(other.root, 0).asBorrowed, root, 0) }

  /// Gives the tables back, but those that are another's.
  func free() { Self.free(root, level: 4) }

  /// The place of an address in a table of that level.
  private static func index(_ address: GuestVirtualAddress, level: Int) -> Int {
    Int(address.rawValue >> (pageShift + UInt64(level - 1) * 9) & 511)
  }

  private static func isCanonical(_ address: GuestVirtualAddress) -> Bool {
    let top = Int64(bitPattern: address.rawValue) >> 47
    return top == 0 || top == -1
  }

  /// Maps one page.
  func map(
    _ address: GuestVirtualAddress, to frame: GuestFrame, size: PageSize = .small, rights: PageRights
  ) throws(MappingError) {
    if address.rawValue % size.byteCount != 0 || frame.rawValue % size.frameCount != 0 || !Self.isCanonical(address) {
      throw .misaligned
    }
    let lastLevel = size == .small ? 1 : 2
    var table = root
    for level in stride(from: 4, to: lastLevel, by: -1) {
      let index = Self.index(address, level: level)
      let entry = Memory.load(table, index)
      if entry.isPresent {
        if entry.isLarge { throw .occupied }
        table = entry.frame
      } else {
        guard let next = Memory.takeTable() else { throw .outOfMemory }
        Memory.store(PageTableEntry(table: next), table, index)
        table = next
      }
    }
    let index = Self.index(address, level: lastLevel)
    if Memory.load(table, index).isPresent { throw .occupied }
    Memory.store(PageTableEntry(page: frame, size: size, rights: rights), table, index)
  }

  /// Maps a stretch one to one, by large pages where they fit.
  func mapIdentity(_ frames: Range<UInt64>, rights: PageRights) throws(MappingError) {
    var frame = frames.lowerBound
    while frame < frames.upperBound {
      let isLarge = frame % PageSize.large.frameCount == 0 && frame + PageSize.large.frameCount <= frames.upperBound
      let size = isLarge ? PageSize.large : .small
      try map(GuestVirtualAddress(frame << pageShift), to: GuestFrame(frame), size: size, rights: rights)
      frame += size.frameCount
    }
  }

  /// The table and index of the entry that maps an address, and the page's size.
  private func leaf(_ address: GuestVirtualAddress) -> (table: GuestFrame, index: Int, size: PageSize)? {
    if !Self.isCanonical(address) { return nil }
    var table = root
    for level in stride(from: 4, through: 1, by: -1) {
      let index = Self.index(address, level: level)
      let entry = Memory.load(table, index)
      if !entry.isPresent { return nil }
      if level == 1 { return (table, index, .small) }
      if entry.isLarge { return (table, index, .large) }
      table = entry.frame
    }
    return nil
  }

  /// What an address leads to, or nil.
  func translate(_ address: GuestVirtualAddress) -> PageTranslation? {
    guard let leaf = leaf(address) else { return nil }
    let entry = Memory.load(leaf.table, leaf.index)
    // In a large page's entry, bit 12 is not part of the address (the PAT bit).
    let frame = leaf.size == .large ? entry.frame.rawValue & ~1 : entry.frame.rawValue
    let offset = address.rawValue & (leaf.size.byteCount - 1)
    return PageTranslation(
      address: GuestPhysicalAddress(frame << pageShift | offset), size: leaf.size, rights: entry.rights)
  }

  /// Takes the page's mapping away, and out of this processor's buffers; returns whether there was one.
  @discardableResult
  func unmap(_ address: GuestVirtualAddress) -> Bool {
    guard let leaf = leaf(address) else { return false }
    Memory.store(.empty, leaf.table, leaf.index)
    Memory.forget(address)
    return true
  }

  /// Changes what a mapping allows; returns whether there is one.
  @discardableResult
  func protect(_ address: GuestVirtualAddress, _ rights: PageRights) -> Bool {
    guard let leaf = leaf(address), let translation = translate(address) else { return false }
    let page = GuestFrame(translation.address.frame.rawValue & ~(leaf.size.frameCount - 1))
    Memory.store(PageTableEntry(page: page, size: leaf.size, rights: rights), leaf.table, leaf.index)
    Memory.forget(address)
    return true
  }

  private static func free(_ table: GuestFrame, level: Int) {
    if level > 1 {
      for index in 0..<512 {
        let entry = Memory.load(table, index)
        if entry.isPresent && !entry.isLarge && !entry.isBorrowed { free(entry.frame, level: level - 1) }
      }
    }
    Memory.giveTable(table)
  }
}
