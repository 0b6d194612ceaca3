import CGuest

/// Page tables in this guest's RAM, which is mapped one to one.
enum OwnPageTableMemory: PageTableMemory {
  private static func window(_ table: GuestFrame) -> MemoryWindow {
    // Frames of tables come from `takeTable` alone.
    unsafe MemoryWindow(unsafeAddress: table.address.rawValue, byteCount: Int(pageSize))
  }

  static func takeTable() -> GuestFrame? {
    guard let page = Pages() else { return nil }
    return page.leak()
  }
  static func giveTable(_ table: GuestFrame) { PhysicalMemory.give(table) }
  static func load(_ table: GuestFrame, _ index: Int) -> PageTableEntry {
    PageTableEntry(rawValue: window(table).load64(at: index * 8))
  }
  static func store(_ entry: PageTableEntry, _ table: GuestFrame, _ index: Int) {
    window(table).store64(entry.rawValue, at: index * 8)
  }
  static func forget(_ address: GuestVirtualAddress) { cguest_invlpg(address.rawValue) }
}

/// An address space of this guest: page tables that are given back when the value ends, which must not be while the
/// processor uses them.
struct AddressSpace: ~Copyable {
  private let tables: PageTables<OwnPageTableMemory>
  private let isOwned: Bool

  /// An empty one; nil where no frame is left.
  init?() {
    guard let tables = PageTables<OwnPageTableMemory>.make() else { return nil }
    self.tables = tables
    isOwned = true
  }

  /// One that shares with `kernel` everything in the lower 512 GiB; nil where no frame is left.
  init?(sharing kernel: borrowing AddressSpace) {
    self.init()
    tables.share(kernel.tables)
  }

  /// The tables that the processor uses, whoever owns them.
  static var current: AddressSpace {
    AddressSpace(borrowing: GuestPhysicalAddress(cguest_read_cr3() & ~(pageSize - 1)).frame)
  }

  private init(borrowing root: GuestFrame) {
    tables = PageTables(root: root)
    isOwned = false
  }

  deinit {
    if isOwned { tables.free() }
  }

  /// Maps one page.
  func map(
    _ address: GuestVirtualAddress, to frame: GuestFrame, size: PageSize = .small, rights: PageRights
  ) throws(GuestError) {
    do {
      try tables.map(address, to: frame, size: size, rights: rights)
    } catch {
      throw .mapping(error)
    }
  }

  /// Maps a stretch one to one, by large pages where they fit.
  func mapIdentity(_ frames: Range<UInt64>, rights: PageRights) throws(GuestError) {
    do {
      try tables.mapIdentity(frames, rights: rights)
    } catch {
      throw .mapping(error)
    }
  }

  /// What an address leads to, or nil.
  func translate(_ address: GuestVirtualAddress) -> PageTranslation? { tables.translate(address) }

  /// Takes the page's mapping away; returns whether there was one.
  @discardableResult
  func unmap(_ address: GuestVirtualAddress) -> Bool { tables.unmap(address) }

  /// Changes what a mapping allows; returns whether there is one.
  @discardableResult
  func protect(_ address: GuestVirtualAddress, _ rights: PageRights) -> Bool { tables.protect(address, rights) }

  /// Has the processor use these tables.
  func activate() { cguest_write_cr3(tables.root.address.rawValue) }
  var isActive: Bool { cguest_read_cr3() == tables.root.address.rawValue }
}
