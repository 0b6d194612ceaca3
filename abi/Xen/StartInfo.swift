/// What a pvh kernel finds at its entry, by the address in EBX (public header `arch-x86/hvm/start_info.h`,
/// `hvm_start_info`), version 1. The layout is the same for 32-bit and 64-bit kernels; every address is guest-physical,
/// and 0 means absent.
public struct HVMStartInfo: WireStructure, Equatable, Sendable {
  /// What the first word must be ("xEn3" with the top bit of the E set).
  public static var magic: UInt32 { 0x336E_C578 }
  /// The version that has a memory map.
  public static var currentVersion: UInt32 { 1 }

  /// `XEN_HVM_START_MAGIC_VALUE`.
  public var magic: UInt32
  /// From 1 on there is a memory map.
  public var version: UInt32
  /// What kind of domain starts.
  public var flags: HVMStartFlags
  /// `nr_modules`.
  public var moduleCount: UInt32
  /// `modlist_paddr`: a list of `HVMModule`.
  public var modules: GuestPhysicalAddress
  /// `cmdline_paddr`: the command line, ended by a zero.
  public var commandLine: GuestPhysicalAddress
  /// `rsdp_paddr`: ACPI's root pointer.
  public var rsdp: GuestPhysicalAddress
  /// `memmap_paddr`: a list of `HVMMemoryMapEntry`.
  public var memoryMap: GuestPhysicalAddress
  /// `memmap_entries`: the entries of the memory map.
  public var memoryMapCount: UInt32

  /// A start info of the current version with nothing in it.
  public init() {
    magic = Self.magic
    version = Self.currentVersion
    flags = HVMStartFlags()
    moduleCount = 0
    modules = GuestPhysicalAddress(0)
    commandLine = GuestPhysicalAddress(0)
    rsdp = GuestPhysicalAddress(0)
    memoryMap = GuestPhysicalAddress(0)
    memoryMapCount = 0
  }

  /// 56 bytes in both widths.
  public static var byteCount: Int { 56 }
  public static func size(_ width: CallWidth) -> Int { byteCount }

  public init(from reader: inout WireReader) {
    magic = reader.u32()
    version = reader.u32()
    flags = HVMStartFlags(rawValue: reader.u32())
    moduleCount = reader.u32()
    modules = GuestPhysicalAddress(reader.alignedU64())
    commandLine = GuestPhysicalAddress(reader.alignedU64())
    rsdp = GuestPhysicalAddress(reader.alignedU64())
    memoryMap = GuestPhysicalAddress(reader.alignedU64())
    memoryMapCount = reader.u32()
    reader.seek(Self.byteCount)
  }

  public func write(to writer: inout WireWriter) {
    writer.u32(magic)
    writer.u32(version)
    writer.u32(flags.rawValue)
    writer.u32(moduleCount)
    writer.alignedU64(modules.rawValue)
    writer.alignedU64(commandLine.rawValue)
    writer.alignedU64(rsdp.rawValue)
    writer.alignedU64(memoryMap.rawValue)
    writer.u32(memoryMapCount)
    writer.u32(0)
  }
}

/// What kind of domain starts (public header `xen.h`, `SIF_*`).
public struct HVMStartFlags: OptionSet, Equatable, BitwiseCopyable, Sendable {
  public var rawValue: UInt32
  @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }
  /// `SIF_PRIVILEGED`: the domain may ask for privileged operations.
  public static var privileged: Self { Self(rawValue: 1) }
  /// `SIF_INITDOMAIN`: the domain is the control domain, built at boot.
  public static var initialDomain: Self { Self(rawValue: 2) }
}

/// A module of the start info (public header `arch-x86/hvm/start_info.h`, `hvm_modlist_entry`).
public struct HVMModule: WireStructure, Equatable, Sendable {
  /// `paddr`: where it lies.
  public var address: GuestPhysicalAddress
  /// `size`: its bytes.
  public var byteCount: UInt64
  /// `cmdline_paddr`: its own command line, ended by a zero.
  public var commandLine: GuestPhysicalAddress

  public init(address: GuestPhysicalAddress, byteCount: UInt64, commandLine: GuestPhysicalAddress) {
    self.address = address
    self.byteCount = byteCount
    self.commandLine = commandLine
  }

  /// The bytes from one entry of the module list to the next.
  public static var stride: Int { 32 }
  public static func size(_ width: CallWidth) -> Int { stride }

  public init(from reader: inout WireReader) {
    address = GuestPhysicalAddress(reader.alignedU64())
    byteCount = reader.alignedU64()
    commandLine = GuestPhysicalAddress(reader.alignedU64())
    _ = reader.alignedU64()
  }

  public func write(to writer: inout WireWriter) {
    writer.alignedU64(address.rawValue)
    writer.alignedU64(byteCount)
    writer.alignedU64(commandLine.rawValue)
    writer.alignedU64(0)
  }
}

/// A range of the start info's memory map (public header `arch-x86/hvm/start_info.h`, `hvm_memmap_table_entry`).
public struct HVMMemoryMapEntry: WireStructure, Equatable, Sendable {
  /// `addr`: the first byte.
  public var address: GuestPhysicalAddress
  /// `size`: its bytes.
  public var byteCount: UInt64
  /// What it is good for.
  public var type: HVMMemoryType

  public init(address: GuestPhysicalAddress, byteCount: UInt64, type: HVMMemoryType) {
    self.address = address
    self.byteCount = byteCount
    self.type = type
  }

  /// The bytes from one entry of the memory map to the next.
  public static var stride: Int { 24 }
  public static func size(_ width: CallWidth) -> Int { stride }
  /// The first address past the range.
  public var end: GuestPhysicalAddress { address.advanced(by: byteCount) }

  public init(from reader: inout WireReader) {
    address = GuestPhysicalAddress(reader.alignedU64())
    byteCount = reader.alignedU64()
    type = HVMMemoryType(rawValue: reader.u32())
    _ = reader.u32()
  }

  public func write(to writer: inout WireWriter) {
    writer.alignedU64(address.rawValue)
    writer.alignedU64(byteCount)
    writer.u32(type.rawValue)
    writer.u32(0)
  }
}

/// What a range of the memory map is good for (`XEN_HVM_MEMMAP_TYPE_*`; the values are those of ACPI's E820).
public struct HVMMemoryType: RawRepresentable, Equatable, BitwiseCopyable, Sendable {
  public var rawValue: UInt32
  @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }
  /// Memory for the kernel to use.
  public static var ram: Self { Self(rawValue: 1) }
  /// Taken, or not memory at all.
  public static var reserved: Self { Self(rawValue: 2) }
  /// ACPI tables: memory to use once they have been read.
  public static var acpi: Self { Self(rawValue: 3) }
  /// ACPI tables to be kept.
  public static var acpiNVS: Self { Self(rawValue: 4) }
  /// Memory with errors.
  public static var unusable: Self { Self(rawValue: 5) }
}
