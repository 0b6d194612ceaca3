/// What kind of domain is to be made (public header `domctl.h`, `XEN_DOMCTL_CDF_*`).
public struct DomainCreationFlags: OptionSet, BitwiseCopyable, Sendable {
  public var rawValue: UInt32
  @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// `XEN_DOMCTL_CDF_hvm`: hardware-assisted.
  public static var hardwareAssisted: Self { Self(rawValue: 1 << 0) }
  /// `XEN_DOMCTL_CDF_hap`: with nested page tables.
  public static var nestedPaging: Self { Self(rawValue: 1 << 1) }
  /// `XEN_DOMCTL_CDF_oos_off`: a hint for shadow page tables, without effect.
  public static var noOutOfSync: Self { Self(rawValue: 1 << 3) }
}

/// The pieces of a PC that a domain is to have (public header `arch-x86/xen.h`, `XEN_X86_EMU_*`).
public struct EmulationFlags: OptionSet, BitwiseCopyable, Sendable {
  public var rawValue: UInt32
  @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// `XEN_X86_EMU_LAPIC`: a local APIC, all that a pvh domain has.
  public static var localAPIC: Self { Self(rawValue: 1 << 0) }
  /// The bits that have a meaning (`XEN_X86_EMU_ALL`).
  public static var known: Self { Self(rawValue: 0x7FF) }
}

/// A domain that is to be made (public header `domctl.h`, `xen_domctl` with `xen_domctl_createdomain`).
public struct DomainControlCreate: WireStructure, Sendable {
  /// Which one, and the domain: 0 for a number that the hypervisor chooses. Out: its number.
  public var header: DomainControlHeader
  /// `ssidref`: not looked at.
  public var securityID: UInt32
  /// `handle`: the 16 bytes by which tools know it.
  public var handle: InlineArray<16, UInt8>
  /// `flags`.
  public var flags: DomainCreationFlags
  /// `iommu_opts`: 0.
  public var iommuOptions: UInt32
  /// `max_vcpus`.
  public var maximumVCPUs: UInt32
  /// `max_evtchn_port`: the highest port that it can have.
  public var maximumPort: UInt32
  /// `max_grant_frames`: the frames of its grant table; below 0 for the default.
  public var maximumGrantFrames: Int32
  /// `max_maptrack_frames`: 256 mappings of others' grants for each; below 0 for the default.
  public var maximumMaptrackFrames: Int32
  /// `grant_opts`: the version of the grant table in bits 3:0.
  public var grantOptions: UInt32
  /// `vmtrace_size`: 0.
  public var traceSize: UInt32
  /// `cpupool_id`: 0.
  public var cpuPool: UInt32
  /// `arch.emulation_flags`.
  public var emulationFlags: EmulationFlags
  /// `arch.misc_flags`: 0.
  public var miscellaneousFlags: UInt32
  /// The rest of the union, which no field uses.
  public var unused: InlineArray<8, UInt64>

  /// A pvh domain with one vCPU and the default limits.
  @inline(__always) public init(domain: DomainID = .zero) {
    header = DomainControlHeader(operation: .create, domain: domain)
    securityID = 0
    handle = InlineArray(repeating: 0)
    flags = DomainCreationFlags.hardwareAssisted.union(.nestedPaging)
    iommuOptions = 0
    maximumVCPUs = 1
    maximumPort = 1023
    maximumGrantFrames = -1
    maximumMaptrackFrames = -1
    grantOptions = 1
    traceSize = 0
    cpuPool = 0
    emulationFlags = .localAPIC
    miscellaneousFlags = 0
    unused = InlineArray(repeating: 0)
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 144 }
  public init(from reader: inout WireReader) {
    header = DomainControlHeader(from: &reader)
    securityID = reader.u32()
    handle = reader.byteArray()
    flags = DomainCreationFlags(rawValue: reader.u32())
    iommuOptions = reader.u32()
    maximumVCPUs = reader.u32()
    maximumPort = reader.u32()
    maximumGrantFrames = reader.i32()
    maximumMaptrackFrames = reader.i32()
    grantOptions = reader.u32()
    traceSize = reader.u32()
    cpuPool = reader.u32()
    emulationFlags = EmulationFlags(rawValue: reader.u32())
    miscellaneousFlags = reader.u32()
    unused = InlineArray(repeating: 0)
  }
  public func write(to writer: inout WireWriter) {
    header.write(to: &writer)
    writer.u32(securityID)
    writer.byteArray(handle)
    writer.u32(flags.rawValue)
    writer.u32(iommuOptions)
    writer.u32(maximumVCPUs)
    writer.u32(maximumPort)
    writer.i32(maximumGrantFrames)
    writer.i32(maximumMaptrackFrames)
    writer.u32(grantOptions)
    writer.u32(traceSize)
    writer.u32(cpuPool)
    writer.u32(emulationFlags.rawValue)
    writer.u32(miscellaneousFlags)
  }
}

/// How many vCPUs a domain gets (public header `domctl.h`, `xen_domctl` with `xen_domctl_max_vcpus`).
public struct DomainControlVCPUCount: WireStructure, Sendable {
  /// Which one, and the domain.
  public var header: DomainControlHeader
  /// `max`.
  public var count: UInt32
  /// Padding.
  public var reserved: UInt32
  /// The rest of the union, which no field uses.
  public var unused: InlineArray<15, UInt64>

  @inline(__always) public init(domain: DomainID = .zero, count: UInt32 = 0) {
    header = DomainControlHeader(operation: .setVCPUCount, domain: domain)
    self.count = count
    reserved = 0
    unused = InlineArray(repeating: 0)
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 144 }
  @inline(__always) public init(from reader: inout WireReader) {
    header = DomainControlHeader(from: &reader)
    count = reader.u32()
    reserved = reader.u32()
    unused = InlineArray(repeating: 0)
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    header.write(to: &writer)
    writer.u32(count)
    writer.u32(reserved)
  }
}
