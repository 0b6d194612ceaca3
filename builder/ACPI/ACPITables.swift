#if canImport(XenABI)
  import XenABI
#endif

/// The ACPI tables of a domain: RSDP, XSDT, FADT, DSDT and MADT in one frame, but for an RSDP that is searched for.
///
/// They say that there are local APICs and no legacy hardware. Without a MADT guests stop looking for processors early
/// and never set up their timers.
package struct ACPITables: BitwiseCopyable {
  /// The most virtual CPUs of a domain: as many as `shared_info` has room for.
  package static var vcpuLimit: Int { 32 }
  /// The bytes that `write` fills at most, from `base` on.
  package static var byteCount: UInt64 { pageSize }

  /// Where the tables lie.
  package let base: GuestPhysicalAddress
  /// Where the root pointer lies; it goes into the start info.
  package let rsdp: GuestPhysicalAddress
  /// The number of virtual CPUs that the MADT lists.
  package let vcpuCount: Int

  /// Tables at `base`, which is aligned to 64 bytes, for `vcpuCount` virtual CPUs, of which at most 32 are listed.
  package init(base: GuestPhysicalAddress, vcpuCount: Int) {
    self.base = base
    rsdp = base
    self.vcpuCount = min(max(vcpuCount, 1), Self.vcpuLimit)
  }

  /// The tables of a domU with this kernel, in the places of `GuestPhysicalLayout`.
  package init(for kernel: PVHImage, vcpuCount: Int) {
    base = GuestPhysicalLayout.acpi
    rsdp = kernel.searchesRootPointer ? GuestPhysicalLayout.firmwareRootPointer : base
    self.vcpuCount = min(max(vcpuCount, 1), Self.vcpuLimit)
  }

  /// Shows in a memory map which frames the tables are in.
  package func mark(in map: inout GuestMemoryMap) throws(MemoryMapError) {
    try map.set(base, byteCount: Self.byteCount, to: .acpi)
    if rsdp.frame != base.frame { try map.set(rsdp.frame.address, byteCount: pageSize, to: .acpi) }
  }

  package var xsdt: GuestPhysicalAddress { base.advanced(by: 0x40) }
  package var dsdt: GuestPhysicalAddress { base.advanced(by: 0x80) }
  package var fadt: GuestPhysicalAddress { base.advanced(by: 0x100) }
  package var madt: GuestPhysicalAddress { base.advanced(by: 0x240) }

  /// Writes the tables.
  package func write<Writer: GuestImageWriter & ~Copyable>(into writer: inout Writer) throws(GuestWriteError) {
    try rootPointer.write(at: rsdp, into: &writer)
    try rootTable.write(at: xsdt, into: &writer)
    try definitionBlock.write(at: dsdt, into: &writer)
    try fixedTable.write(at: fadt, into: &writer)
    try interruptTable.write(at: madt, into: &writer)
  }

  /// RSDP of revision 2 (5.2.5.3): two checksums, over the first 20 bytes and over all 36.
  var rootPointer: ACPITable {
    var table = ACPITable(count: 36)
    table.put(0x2052_5450_2044_5352 as UInt64, at: 0)  // "RSD PTR "
    table.put(ACPIIdentity.oem, at: 9)
    table.put(2 as UInt8, at: 15)
    table.put(36 as UInt32, at: 20)
    table.put(xsdt.rawValue, at: 24)
    table.seal(checksumAt: 8, covered: 20)
    table.seal(checksumAt: 32, covered: 36)
    return table
  }

  /// XSDT (5.2.8): the addresses of FADT and MADT.
  var rootTable: ACPITable {
    var table = ACPITable(signature: .xsdt, revision: 1, count: ACPITable.headerSize + 16)
    table.put(fadt.rawValue, at: 36)
    table.put(madt.rawValue, at: 44)
    table.seal()
    return table
  }

  /// A DSDT without a definition (5.2.11.1).
  var definitionBlock: ACPITable {
    var table = ACPITable(signature: .dsdt, revision: 2, count: ACPITable.headerSize)
    table.seal()
    return table
  }

  /// FADT of revision 5 (5.2.9): hardware-reduced, so that every fixed register may be absent.
  var fixedTable: ACPITable {
    var table = ACPITable(signature: .fadt, revision: 5, count: 268)
    table.put(UInt32(truncatingIfNeeded: dsdt.rawValue), at: 40)
    table.put(FixedTable.bootArchitecture, at: 109)
    table.put(FixedTable.flags, at: 112)
    table.put(1 as UInt8, at: 131)  // minor version: 5.1
    table.put(dsdt.rawValue, at: 140)
    table.seal()
    return table
  }

  private enum FixedTable {
    /// IAPC_BOOT_ARCH: no VGA (bit 2), no CMOS clock (bit 5).
    static var bootArchitecture: UInt16 { 1 << 2 | 1 << 5 }
    /// Flags: WBINVD works (bit 0), no fixed power or sleep button (bits 4 and 5), HW_REDUCED_ACPI (bit 20).
    static var flags: UInt32 { 1 << 0 | 1 << 4 | 1 << 5 | 1 << 20 }
  }

  /// MADT (5.2.12): a local APIC for each virtual CPU, its ID being the virtual CPU's number; no I/O APIC.
  var interruptTable: ACPITable {
    var table = ACPITable(signature: .madt, revision: 3, count: 44 + 8 * vcpuCount)
    table.put(UInt32(truncatingIfNeeded: GuestPhysicalLayout.localAPIC.rawValue), at: 36)
    for index in 0..<vcpuCount {
      let entry = 44 + 8 * index
      let number = UInt8(truncatingIfNeeded: index)
      table.put(0 as UInt8, at: entry)  // type: processor local APIC
      table.put(8 as UInt8, at: entry + 1)  // its length
      table.put(number, at: entry + 2)  // ACPI processor UID
      table.put(number, at: entry + 3)  // APIC ID
      table.put(1 as UInt32, at: entry + 4)  // flags: enabled
    }
    table.seal()
    return table
  }
}
