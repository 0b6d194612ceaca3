/// What a domain is doing (public header `domctl.h`, `XEN_DOMINF_*`). Bits 23:16 hold the reason of a shutdown.
public struct DomainFlags: OptionSet, BitwiseCopyable, Sendable {
  public var rawValue: UInt32
  @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// `XEN_DOMINF_dying`: being taken apart.
  public static var dying: Self { Self(rawValue: 1 << 0) }
  /// `XEN_DOMINF_hvm_guest`: hardware-assisted.
  public static var hardwareAssisted: Self { Self(rawValue: 1 << 1) }
  /// `XEN_DOMINF_shutdown`: ended, with a reason.
  public static var shutdown: Self { Self(rawValue: 1 << 2) }
  /// `XEN_DOMINF_paused`: paused by a tool.
  public static var paused: Self { Self(rawValue: 1 << 3) }
  /// `XEN_DOMINF_blocked`: all of its vCPUs wait for events.
  public static var blocked: Self { Self(rawValue: 1 << 4) }
  /// `XEN_DOMINF_running`: one of its vCPUs is on a physical CPU.
  public static var running: Self { Self(rawValue: 1 << 5) }
  /// `XEN_DOMINF_hap`: with nested page tables.
  public static var nestedPaging: Self { Self(rawValue: 1 << 8) }

  /// The reason of a shutdown (`XEN_DOMINF_shutdownshift`).
  public var shutdownReason: ShutdownReason {
    get { ShutdownReason(rawValue >> 16 & 0xFF) }
    set { rawValue = rawValue & ~0xFF_0000 | (newValue.rawValue & 0xFF) << 16 }
  }
}

/// What there is to know of a domain (public header `domctl.h`, `xen_domctl_getdomaininfo`).
///
/// Counts are of 4 KiB frames.
public struct DomainInformation: WireStructure, Sendable {
  /// Its number.
  public var domain: DomainID
  /// Padding.
  public var reserved: UInt16
  /// What it is doing.
  public var flags: DomainFlags
  /// `tot_pages`: frames it has.
  public var frameCount: UInt64
  /// `max_pages`: frames it may have.
  public var maximumFrameCount: UInt64
  /// `outstanding_pages`: frames claimed for it; 0.
  public var outstandingFrameCount: UInt64
  /// `shr_pages`: 0.
  public var sharedFrameCount: UInt64
  /// `paged_pages`: 0.
  public var pagedFrameCount: UInt64
  /// `shared_info_frame`: the guest frame of its `shared_info`; all ones if there is none.
  public var sharedInfoFrame: GuestFrame
  /// `cpu_time`: the time its vCPUs have run.
  public var cpuTime: Nanoseconds
  /// `nr_online_vcpus`.
  public var onlineVCPUCount: UInt32
  /// `max_vcpu_id`: the highest number of a vCPU.
  public var maximumVCPUID: UInt32
  /// `ssidref`: 0.
  public var securityID: UInt32
  /// The 16 bytes by which tools know it.
  public var handle: InlineArray<16, UInt8>
  /// `cpupool`: 0.
  public var cpuPool: UInt32
  /// `gpaddr_bits`: the width of its guest-physical addresses.
  public var addressBits: UInt8
  /// Padding.
  public var reserved2: InlineArray<7, UInt8>
  /// `arch_config.emulation_flags`.
  public var emulationFlags: UInt32
  /// `arch_config.misc_flags`.
  public var miscellaneousFlags: UInt32

  @inline(__always) public init(domain: DomainID = .zero) {
    self.domain = domain
    reserved = 0
    flags = DomainFlags(rawValue: 0)
    frameCount = 0
    maximumFrameCount = 0
    outstandingFrameCount = 0
    sharedFrameCount = 0
    pagedFrameCount = 0
    sharedInfoFrame = GuestFrame(0)
    cpuTime = .zero
    onlineVCPUCount = 0
    maximumVCPUID = 0
    securityID = 0
    handle = InlineArray(repeating: 0)
    cpuPool = 0
    addressBits = 0
    reserved2 = InlineArray(repeating: 0)
    emulationFlags = 0
    miscellaneousFlags = 0
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 112 }
  @inline(__always) public init(from reader: inout WireReader) {
    domain = DomainID(reader.u16())
    reserved = reader.u16()
    flags = DomainFlags(rawValue: reader.u32())
    frameCount = reader.alignedU64()
    maximumFrameCount = reader.alignedU64()
    outstandingFrameCount = reader.alignedU64()
    sharedFrameCount = reader.alignedU64()
    pagedFrameCount = reader.alignedU64()
    sharedInfoFrame = GuestFrame(reader.alignedU64())
    cpuTime = Nanoseconds(reader.alignedU64())
    onlineVCPUCount = reader.u32()
    maximumVCPUID = reader.u32()
    securityID = reader.u32()
    handle = reader.byteArray()
    cpuPool = reader.u32()
    addressBits = reader.u8()
    reserved2 = reader.byteArray()
    emulationFlags = reader.u32()
    miscellaneousFlags = reader.u32()
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.u16(domain.rawValue)
    writer.u16(reserved)
    writer.u32(flags.rawValue)
    writer.alignedU64(frameCount)
    writer.alignedU64(maximumFrameCount)
    writer.alignedU64(outstandingFrameCount)
    writer.alignedU64(sharedFrameCount)
    writer.alignedU64(pagedFrameCount)
    writer.alignedU64(sharedInfoFrame.rawValue)
    writer.alignedU64(cpuTime.rawValue)
    writer.u32(onlineVCPUCount)
    writer.u32(maximumVCPUID)
    writer.u32(securityID)
    writer.byteArray(handle)
    writer.u32(cpuPool)
    writer.u8(addressBits)
    writer.byteArray(reserved2)
    writer.u32(emulationFlags)
    writer.u32(miscellaneousFlags)
  }
}
