#if canImport(XenABI)
  import XenABI
#endif

/// What a mapping allows (Intel SDM vol. 3 4.6; AMD APM vol. 2 5.6). Reading is always allowed.
struct PageRights: OptionSet, BitwiseCopyable {
  let rawValue: UInt8
  static var write: PageRights { PageRights(rawValue: 1) }
  static var execute: PageRights { PageRights(rawValue: 2) }
  /// Ring 3 may use it.
  static var user: PageRights { PageRights(rawValue: 4) }
  /// Accesses go to the device, each as it is written.
  static var uncached: PageRights { PageRights(rawValue: 8) }

  static var readOnly: PageRights { PageRights(rawValue: 0) }
  static var readWrite: PageRights { .write }
  static var readExecute: PageRights { .execute }
}

/// The size of a mapping.
enum PageSize {
  /// 4 KiB.
  case small
  /// 2 MiB.
  case large

  var frameCount: UInt64 { self == .small ? 1 : 512 }
  var byteCount: UInt64 { frameCount << pageShift }
}

/// An entry of a page table of any of the four levels (Intel SDM vol. 3 4.5.5, tables 4-15 to 4-20).
struct PageTableEntry: BitwiseCopyable {
  var rawValue: UInt64

  private static var present: UInt64 { 1 << 0 }
  private static var writable: UInt64 { 1 << 1 }
  private static var user: UInt64 { 1 << 2 }
  private static var cacheDisable: UInt64 { 3 << 3 }  // PCD and PWT
  private static var large: UInt64 { 1 << 7 }
  /// A bit that the processor leaves to software: the table below belongs to another address space.
  private static var borrowed: UInt64 { 1 << 9 }
  private static var noExecute: UInt64 { 1 << 63 }
  private static var addressMask: UInt64 { 0x000F_FFFF_FFFF_F000 }

  init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Leads to the table of the next level. The rights are those of the last level, so this allows everything.
  init(table: GuestFrame) {
    rawValue = table.address.rawValue | Self.present | Self.writable | Self.user
  }

  /// Maps a page.
  init(page: GuestFrame, size: PageSize, rights: PageRights) {
    rawValue = page.address.rawValue | Self.present
    if size == .large { rawValue |= Self.large }
    if rights.contains(.write) { rawValue |= Self.writable }
    if rights.contains(.user) { rawValue |= Self.user }
    if rights.contains(.uncached) { rawValue |= Self.cacheDisable }
    if !rights.contains(.execute) { rawValue |= Self.noExecute }
  }

  static var empty: PageTableEntry { PageTableEntry(rawValue: 0) }
  var isPresent: Bool { rawValue & Self.present != 0 }
  var isLarge: Bool { rawValue & Self.large != 0 }
  var isBorrowed: Bool { rawValue & Self.borrowed != 0 }
  var frame: GuestFrame { GuestPhysicalAddress(rawValue & Self.addressMask).frame }
  var asBorrowed: PageTableEntry { PageTableEntry(rawValue: rawValue | Self.borrowed) }

  var rights: PageRights {
    var rights = PageRights.readOnly
    if rawValue & Self.writable != 0 { rights.insert(.write) }
    if rawValue & Self.user != 0 { rights.insert(.user) }
    if rawValue & Self.cacheDisable != 0 { rights.insert(.uncached) }
    if rawValue & Self.noExecute == 0 { rights.insert(.execute) }
    return rights
  }
}
