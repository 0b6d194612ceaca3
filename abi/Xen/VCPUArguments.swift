/// Where a vCPU's `vcpu_info` is to lie (public header `vcpu.h`, `vcpu_register_vcpu_info`).
public struct RegisterVCPUInfo: WireStructure, Equatable, Sendable {
  /// `mfn`: the guest frame.
  public var frame: GuestFrame
  /// The byte within the frame; the 64 bytes do not cross its end.
  public var offset: UInt32
  /// Ignored.
  public var reserved: UInt32

  @inline(__always) public init(frame: GuestFrame = GuestFrame(0), offset: UInt32 = 0) {
    self.frame = frame
    self.offset = offset
    reserved = 0
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 16 }
  @inline(__always) public init(from reader: inout WireReader) {
    frame = GuestFrame(reader.u64())
    offset = reader.u32()
    reserved = reader.u32()
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.u64(frame.rawValue)
    writer.u32(offset)
    writer.u32(reserved)
  }
}

/// Where a copy of a vCPU's runstate is kept (public header `vcpu.h`, `vcpu_register_runstate_memory_area`).
public struct RegisterRunstateArea: WireStructure, Equatable, Sendable {
  /// `addr`: the virtual address of a `RunstateInformation`, translated at registration.
  public var address: GuestVirtualAddress

  @inline(__always) public init(address: GuestVirtualAddress = GuestVirtualAddress(0)) {
    self.address = address
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 8 }
  @inline(__always) public init(from reader: inout WireReader) {
    address = reader.pointer()
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.pointer(address)
  }
}

/// Where a copy of a vCPU's time information is kept (public header `vcpu.h`, `vcpu_register_time_memory_area`).
public struct RegisterTimeArea: WireStructure, Equatable, Sendable {
  /// `addr`: the virtual address of a `vcpu_time_info`, translated at registration.
  public var address: GuestVirtualAddress

  @inline(__always) public init(address: GuestVirtualAddress = GuestVirtualAddress(0)) {
    self.address = address
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 8 }
  @inline(__always) public init(from reader: inout WireReader) {
    address = reader.pointer()
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.pointer(address)
  }
}

/// A vCPU's periodic timer (public header `vcpu.h`, `vcpu_set_periodic_timer`).
public struct SetPeriodicTimer: WireStructure, Equatable, Sendable {
  /// `period_ns`: at least a millisecond.
  public var period: Nanoseconds

  @inline(__always) public init(period: Nanoseconds = .zero) {
    self.period = period
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 8 }
  @inline(__always) public init(from reader: inout WireReader) {
    period = Nanoseconds(reader.u64())
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.u64(period.rawValue)
  }
}

/// A vCPU's one-shot timer (public header `vcpu.h`, `vcpu_set_singleshot_timer`).
public struct SetSingleshotTimer: WireStructure, Equatable, Sendable {
  /// `timeout_abs_ns`: in system time.
  public var deadline: Nanoseconds
  /// What to do with a deadline in the past.
  public var flags: SingleshotTimerFlags

  @inline(__always) public init(
    deadline: Nanoseconds = .zero, flags: SingleshotTimerFlags = SingleshotTimerFlags(rawValue: 0)
  ) {
    self.deadline = deadline
    self.flags = flags
  }

  @inline(__always) public static func size(_ width: CallWidth) -> Int { width == .bits64 ? 16 : 12 }
  @inline(__always) public init(from reader: inout WireReader) {
    deadline = Nanoseconds(reader.u64())
    flags = SingleshotTimerFlags(rawValue: reader.u32())
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.u64(deadline.rawValue)
    writer.u32(flags.rawValue)
  }
}

/// How a one-shot timer is set (public header `vcpu.h`, `VCPU_SSHOTTMR_*`).
public struct SingleshotTimerFlags: OptionSet, BitwiseCopyable, Sendable {
  public var rawValue: UInt32
  @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// `VCPU_SSHOTTMR_future`: a deadline in the past is refused with -ETIME; else it fires at once.
  @inline(__always) public static var future: Self { Self(rawValue: 1 << 0) }
}
