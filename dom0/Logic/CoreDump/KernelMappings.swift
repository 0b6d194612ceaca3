#if canImport(XenABI)
  import XenABI
#endif

/// Where a guest's own page tables show its RAM: the upper half of the addresses of long mode, in which kernels live
/// (AMD APM vol. 2 5.3, Intel SDM vol. 3 4.5).
///
/// The walk goes by ascending addresses, one table a step. Tables are the guest's and may say anything, also refer to
/// themselves: their number and that of the mappings are bounded, and what is not RAM is left out.
struct KernelMappings {
  /// What was found, neighbours joined.
  private(set) var found: [CoreRange] = []
  private let ram: [CoreRange]
  private var next: Next?
  private var open: [Table] = []
  private var tableCount = 0

  /// A table that is to be read.
  private struct Next {
    let address: UInt64
    /// 1 for a table of pages.
    let level: Int
    /// The virtual address that its first entry stands for.
    let base: UInt64
  }

  private struct Table {
    let entries: [UInt64]
    let level: Int
    let base: UInt64
    var index: Int
  }

  /// The most tables that are read, and mappings that are kept.
  static var tableLimit: Int { 16384 }
  static var rangeLimit: Int { CoreFile.rangeLimit / 2 }
  static var entryCount: Int { 512 }

  /// - Parameters:
  ///   - control: the registers of a vCPU, whose CR3 names the tables. None are looked at outside of long mode.
  ///   - ram: the guest's RAM.
  init(_ control: HVMControlRegisters, isLongMode: Bool, ram: [CoreRange]) {
    self.ram = ram
    guard isLongMode else { return }
    let levels = control.cr4 >> 12 & 1 == 0 ? 4 : 5
    // Above the addresses that are translated, an address repeats their highest bit.
    next = Next(address: control.cr3 & Self.addressMask, level: levels, base: .max << UInt64(12 + 9 * levels))
  }

  var isDone: Bool { next == nil && open.isEmpty }

  /// Goes on to the next table.
  ///
  /// - Parameter read: the 512 entries of the table at a guest-physical address; nil where there is none.
  mutating func step(_ read: (GuestPhysicalAddress) -> [UInt64]?) {
    if let next {
      self.next = nil
      tableCount += 1
      if tableCount > Self.tableLimit { open = [] }
      guard tableCount <= Self.tableLimit, let entries = read(GuestPhysicalAddress(next.address)),
        entries.count == Self.entryCount
      else { return }
      // Of the root, the upper half.
      let first = tableCount == 1 ? Self.entryCount / 2 : 0
      open.append(Table(entries: entries, level: next.level, base: next.base, index: first))
    }
    while next == nil, var table = open.popLast() {
      while next == nil && table.index < Self.entryCount {
        look(at: table.entries[table.index], of: table)
        table.index += 1
      }
      if table.index < Self.entryCount { open.append(table) }
    }
  }

  private mutating func look(at entry: UInt64, of table: Table) {
    if entry & 1 == 0 { return }
    let shift = UInt64(12 + 9 * (table.level - 1))
    let base = table.base &+ UInt64(table.index) << shift
    // Bit 7 makes an entry of the second and third level a large page.
    if table.level == 1 || (table.level <= 3 && entry >> 7 & 1 != 0) {
      add(base, entry & Self.addressMask & (.max << shift), 1 << shift)
    } else {
      next = Next(address: entry & Self.addressMask, level: table.level - 1, base: base)
    }
  }

  private static var addressMask: UInt64 { 0x000F_FFFF_FFFF_F000 }

  /// Keeps what is RAM of a mapping.
  private mutating func add(_ virtual: UInt64, _ physical: UInt64, _ byteCount: UInt64) {
    for range in ram {
      let start = max(physical, range.address.rawValue)
      let end = min(physical + byteCount, range.address.rawValue + range.byteCount)
      if start >= end { continue }
      let address = virtual + (start - physical)
      if let last = found.last, last.address.rawValue + last.byteCount == start,
        last.virtualAddress.rawValue &+ last.byteCount == address, start != range.address.rawValue
      {
        found[found.count - 1].byteCount += end - start
      } else if found.count < Self.rangeLimit {
        found.append(
          CoreRange(
            address: GuestPhysicalAddress(start), virtualAddress: GuestVirtualAddress(address),
            byteCount: end - start))
      }
    }
  }
}
