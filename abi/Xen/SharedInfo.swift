/// Where the parts of a domain's shared-info page lie (public headers `xen.h` and `arch-x86/xen.h`, `struct
/// shared_info`), in the width of the domain's kernel.
///
/// The page holds 32 `vcpu_info` records of 64 bytes, the 2-level event bitmaps, the wallclock and a part for the
/// architecture. All of it but the wallclock and the time records is also written by the guest.
public struct SharedInfoLayout: Equatable, BitwiseCopyable, Sendable {
  /// The width of the kernel whose page it is.
  public let width: CallWidth
  @inline(__always) public init(_ width: CallWidth) { self.width = width }

  /// The `vcpu_info` records in the page; vCPUs past them must register a place of their own.
  public static var vcpuInfoCount: Int { 32 }
  /// Where the record of vCPU `id` starts; nil for one that has no record in the page.
  @inline(__always) public func vcpuInfo(_ id: VCPUID) -> Int? {
    id.rawValue < UInt32(Self.vcpuInfoCount) ? Int(id.rawValue) &* VCPUInfoLayout.size : nil
  }
  /// The words of each event bitmap, and so the bits of a selector.
  @inline(__always) public var bitmapWords: Int { width.wordSize &* 8 }
  /// The ports that a 2-level domain can have: 4096, or 1024 in the narrow layout.
  @inline(__always) public var portCount: Int { bitmapWords &* bitmapWords }
  /// `evtchn_pending`: a bit a port.
  @inline(__always) public var pendingBits: Int { 2048 }
  /// `evtchn_mask`: a bit a port.
  @inline(__always) public var maskBits: Int { pendingBits &+ bitmapWords &* width.wordSize }
  /// `wc_version`: odd while the wallclock is being written.
  @inline(__always) public var wallclockVersion: Int { maskBits &+ bitmapWords &* width.wordSize }
  /// `wc_sec`: the low half of the seconds since 1970 at which system time was 0.
  @inline(__always) public var wallclockSeconds: Int { wallclockVersion &+ 4 }
  /// `wc_nsec`: the nanoseconds that go with them.
  @inline(__always) public var wallclockNanoseconds: Int { wallclockVersion &+ 8 }
  /// `wc_sec_hi`: the high half of the seconds.
  @inline(__always) public var wallclockSecondsHigh: Int {
    width == .bits64 ? wallclockVersion &+ 12 : architecture &+ 24
  }
  /// `arch`: the architecture's part, which begins with `max_pfn` and the frame-list frames.
  @inline(__always) public var architecture: Int {
    width == .bits64 ? wallclockVersion &+ 16 : wallclockVersion &+ 12
  }
  /// `arch.nmi_reason`: why an NMI was sent.
  @inline(__always) public var nmiReason: Int { architecture &+ 2 &* width.wordSize }
}

/// Where the members of a `vcpu_info` record lie (public header `xen.h`, `struct vcpu_info`).
public struct VCPUInfoLayout: Equatable, BitwiseCopyable, Sendable {
  /// The width of the kernel whose record it is.
  public let width: CallWidth
  @inline(__always) public init(_ width: CallWidth) { self.width = width }

  /// The bytes of a record, in both widths.
  public static var size: Int { 64 }
  /// `evtchn_upcall_pending`: a byte, not 0 while the vCPU has events to look at.
  @inline(__always) public var upcallPending: Int { 0 }
  /// `evtchn_upcall_mask`: a byte, not 0 while a pv guest wants no upcalls.
  @inline(__always) public var upcallMask: Int { 1 }
  /// `evtchn_pending_sel`: a bit for each word of the pending bitmap.
  @inline(__always) public var pendingSelector: Int { width.wordSize }
  /// `arch.cr2`: a pv guest's page-fault address.
  @inline(__always) public var faultAddress: Int { width.wordSize &* 2 }
  /// `time`: the vCPU's time record, `VCPUTimeInfo`.
  @inline(__always) public var time: Int { 32 }
}

/// A vCPU's time record (public header `xen.h`, `struct vcpu_time_info`): 32 bytes, alike in both widths.
///
/// From it a guest computes system time in nanoseconds as
/// `systemTime + ((((tsc - timestamp) << shift) * multiplier) >> 32)`; a negative shift goes right.
public struct VCPUTimeInfo: WireStructure, Equatable, Sendable {
  /// Odd while the record is being written; whoever writes the record counts it up before and after.
  public var version: UInt32
  /// The guest's time-stamp counter at which the record holds.
  public var timestamp: TSCTicks
  /// System time at that counter value.
  public var systemTime: Nanoseconds
  /// `tsc_to_system_mul`: nanoseconds a shifted tick, a fraction of 2^32.
  public var multiplier: UInt32
  /// `tsc_shift`: by how many bits ticks are shifted to the left first.
  public var shift: Int8
  /// What the guest may rely on.
  public var flags: Flags

  /// The promises of a time record.
  public struct Flags: OptionSet, BitwiseCopyable, Sendable {
    public var rawValue: UInt8
    @inline(__always) public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// `XEN_PVCLOCK_TSC_STABLE_BIT`: the records of all vCPUs agree, so that time is monotone across them.
    public static var stable: Self { Self(rawValue: 1 << 0) }
    /// `XEN_PVCLOCK_GUEST_STOPPED`: the guest stood still, its watchdogs should forgive it.
    public static var guestStopped: Self { Self(rawValue: 1 << 1) }
  }

  public init(
    version: UInt32, timestamp: TSCTicks, systemTime: Nanoseconds, multiplier: UInt32, shift: Int8, flags: Flags
  ) {
    self.version = version
    self.timestamp = timestamp
    self.systemTime = systemTime
    self.multiplier = multiplier
    self.shift = shift
    self.flags = flags
  }

  public static func size(_ width: CallWidth) -> Int { 32 }

  public init(from reader: inout WireReader) {
    version = reader.u32()
    _ = reader.u32()
    timestamp = TSCTicks(reader.alignedU64())
    systemTime = Nanoseconds(reader.alignedU64())
    multiplier = reader.u32()
    shift = Int8(bitPattern: reader.u8())
    flags = Flags(rawValue: reader.u8())
  }

  public func write(to writer: inout WireWriter) {
    writer.u32(version)
    writer.u32(0)
    writer.alignedU64(timestamp.rawValue)
    writer.alignedU64(systemTime.rawValue)
    writer.u32(multiplier)
    writer.u8(UInt8(bitPattern: shift))
    writer.u8(flags.rawValue)
  }
}
