/// An entry of a guest's page tables, of any level and mode; a four-byte entry has its upper half clear.
///
/// Intel SDM vol. 3 4.3 to 4.5, tables 4-4 to 4-20; AMD APM vol. 2 5.4.
struct GuestPageTableEntry: OptionSet, BitwiseCopyable {
  var rawValue: UInt64
  @inline(__always) init(rawValue: UInt64) { self.rawValue = rawValue }

  /// P: the entry means something.
  @inline(__always) static var present: Self { Self(rawValue: 1 << 0) }
  /// R/W: writes are allowed.
  @inline(__always) static var writable: Self { Self(rawValue: 1 << 1) }
  /// U/S: user accesses are allowed.
  @inline(__always) static var user: Self { Self(rawValue: 1 << 2) }
  /// A: a translation used the entry.
  @inline(__always) static var accessed: Self { Self(rawValue: 1 << 5) }
  /// D: a write used the entry, which maps a page.
  @inline(__always) static var dirty: Self { Self(rawValue: 1 << 6) }
  /// PS: above level 1, the entry maps a page and not a table.
  @inline(__always) static var pageSize: Self { Self(rawValue: 1 << 7) }
  /// XD, NX: instruction fetches are forbidden.
  @inline(__always) static var noExecute: Self { Self(rawValue: 1 << 63) }

  /// The bits below the address of a 2 MiB page that are reserved: 20:13. Bit 12 is an attribute of the memory type.
  @inline(__always) static var reservedIn2M: Self { Self(rawValue: 0x1F_E000) }
  /// The same for a 1 GiB page: 29:13.
  @inline(__always) static var reservedIn1G: Self { Self(rawValue: 0x3FFF_E000) }
  /// The bits of a 4 MiB page's entry that are never part of an address: 21.
  @inline(__always) static var reservedIn4M: Self { Self(rawValue: 0x20_0000) }
  /// The reserved low bits of an entry in PAE's first table: 8:6 and 2:1. Bit 5 is reserved too, but QEMU's interpreter
  /// sets it as the mark of use that it is in all other tables, and goes on.
  @inline(__always) static var reservedInPointer: Self { Self(rawValue: 0x1C6) }
  /// The bits above the address that long mode ignores and PAE reserves: 62:52.
  @inline(__always) static var reservedInPAE: Self { Self(rawValue: 0x7FF0_0000_0000_0000) }

  /// The physical address in bits 51:12, of a table or of a 4 KiB page.
  @inline(__always) var address: UInt64 { rawValue & 0x000F_FFFF_FFFF_F000 }
  /// The physical address of a 2 MiB page.
  @inline(__always) var address2M: UInt64 { rawValue & 0x000F_FFFF_FFE0_0000 }
  /// The physical address of a 1 GiB page.
  @inline(__always) var address1G: UInt64 { rawValue & 0x000F_FFFF_C000_0000 }
  /// The physical address of a 4 MiB page: bits 39:32 of it are in bits 20:13 (PSE-36).
  @inline(__always) var address4M: UInt64 { rawValue & 0xFFC0_0000 | (rawValue >> 13 & 0xFF) << 32 }
}
