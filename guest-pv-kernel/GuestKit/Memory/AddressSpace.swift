import CGuest

/// Page tables of the guest's own: four levels, pages of 4 KiB and 2 MiB (Intel SDM vol. 3 4.5).
///
/// The tables are frames of `PhysicalMemory`, which are mapped one to one; they are given back when the value ends,
/// which must not be while it is in use.
struct AddressSpace: ~Copyable {
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
  struct Translation {
    let address: GuestPhysicalAddress
    let size: PageSize
    let rights: PageRights
  }

  /// The frame of the table of level 4.
  let root: GuestFrame
  private let isOwned: Bool

  /// An empty one; nil where no frame is left.
  init?() {
    guard let page = Pages() else { return nil }
    root = page.leak()
    isOwned = true
  }

  /// One that shares with `kernel` everything that is mapped there now in the lower 512 GiB; nil where no frame is left.
  init?(sharing kernel: borrowing AddressSpace) {
    self.init()
    Self.table(root).store64(Self.entry(kernel.root, 0).asBorrowed.rawValue, at: 0)
  }

  /// Works on tables that someone else owns.
  init(borrowing root: GuestFrame) {
    self.root = root
    isOwned = false
  }

  deinit {
    if isOwned { Self.free(root, level: 4) }
  }

  /// A frame that is a table.
  private static func table(_ frame: GuestFrame) -> MemoryWindow {
    // Frames of tables are this module's own, and RAM is mapped one to one.
    unsafe MemoryWindow(unsafeAddress: frame.address.rawValue, byteCount: Int(pageSize))
  }

  private static func entry(_ table: GuestFrame, _ index: Int) -> PageTableEntry {
    PageTableEntry(rawValue: Self.table(table).load64(at: index * 8))
  }

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
      let entry = Self.entry(table, index)
      if entry.isPresent {
        if entry.isLarge { throw .occupied }
        table = entry.frame
      } else {
        guard let page = Pages() else { throw .outOfMemory }
        let next = page.leak()
        Self.table(table).store64(PageTableEntry(table: next).rawValue, at: index * 8)
        table = next
      }
    }
    let index = Self.index(address, level: lastLevel)
    if Self.entry(table, index).isPresent { throw .occupied }
    Self.table(table).store64(PageTableEntry(page: frame, size: size, rights: rights).rawValue, at: index * 8)
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
      let entry = Self.entry(table, index)
      if !entry.isPresent { return nil }
      if level == 1 { return (table, index, .small) }
      if entry.isLarge { return (table, index, .large) }
      table = entry.frame
    }
    return nil
  }

  /// What an address leads to, or nil.
  func translate(_ address: GuestVirtualAddress) -> Translation? {
    guard let leaf = leaf(address) else { return nil }
    let entry = Self.entry(leaf.table, leaf.index)
    // In a large page's entry, bit 12 is not part of the address (the PAT bit).
    let frame = leaf.size == .large ? entry.frame.rawValue & ~1 : entry.frame.rawValue
    let offset = address.rawValue & (leaf.size.byteCount - 1)
    return Translation(
      address: GuestPhysicalAddress(frame << pageShift | offset), size: leaf.size, rights: entry.rights)
  }

  /// Takes the page's mapping away, and out of this processor's buffers; returns whether there was one.
  @discardableResult
  func unmap(_ address: GuestVirtualAddress) -> Bool {
    guard let leaf = leaf(address) else { return false }
    Self.table(leaf.table).store64(PageTableEntry.empty.rawValue, at: leaf.index * 8)
    cguest_invlpg(address.rawValue)
    return true
  }

  /// Changes what a mapping allows; returns whether there is one.
  @discardableResult
  func protect(_ address: GuestVirtualAddress, _ rights: PageRights) -> Bool {
    guard let leaf = leaf(address), let translation = translate(address) else { return false }
    let page = GuestFrame(translation.address.frame.rawValue & ~(leaf.size.frameCount - 1))
    let entry = PageTableEntry(page: page, size: leaf.size, rights: rights)
    Self.table(leaf.table).store64(entry.rawValue, at: leaf.index * 8)
    cguest_invlpg(address.rawValue)
    return true
  }

  /// Has the processor use these tables.
  func activate() { cguest_write_cr3(root.address.rawValue) }
  var isActive: Bool { cguest_read_cr3() == root.address.rawValue }

  private static func free(_ frame: GuestFrame, level: Int) {
    if level > 1 {
      for index in 0..<512 {
        let entry = entry(frame, index)
        if entry.isPresent && !entry.isLarge && !entry.isBorrowed { free(entry.frame, level: level - 1) }
      }
    }
    PhysicalMemory.give(frame)
  }
}
