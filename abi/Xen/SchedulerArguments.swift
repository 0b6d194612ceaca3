/// Why a domain ends (public header `sched.h`, `sched_shutdown`).
public struct SchedulerShutdown: WireStructure, Equatable, Sendable {
  /// The reason.
  public var reason: ShutdownReason

  @inline(__always) public init(reason: ShutdownReason = .powerOff) {
    self.reason = reason
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 4 }
  @inline(__always) public init(from reader: inout WireReader) {
    reason = ShutdownReason(reader.u32())
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.u32(reason.rawValue)
  }
}

/// Why another domain ends (public header `sched.h`, `sched_remote_shutdown`).
public struct SchedulerRemoteShutdown: WireStructure, Equatable, Sendable {
  /// `domain_id`.
  public var domain: DomainID
  /// The reason.
  public var reason: ShutdownReason

  @inline(__always) public init(domain: DomainID = .zero, reason: ShutdownReason = .powerOff) {
    self.domain = domain
    self.reason = reason
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 8 }
  @inline(__always) public init(from reader: inout WireReader) {
    domain = DomainID(reader.u16())
    reason = ShutdownReason(reader.u32())
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.u16(domain.rawValue)
    writer.u32(reason.rawValue)
  }
}

/// What to wait for (public header `sched.h`, `sched_poll`).
public struct SchedulerPoll: WireStructure, Equatable, Sendable {
  /// A list of ports, 4 bytes apiece.
  public var ports: GuestVirtualAddress
  /// `nr_ports`: at most 128.
  public var portCount: UInt32
  /// `timeout`: in system time; 0 is no end.
  public var deadline: Nanoseconds

  @inline(__always) public init(
    ports: GuestVirtualAddress = GuestVirtualAddress(0), portCount: UInt32 = 0, deadline: Nanoseconds = .zero
  ) {
    self.ports = ports
    self.portCount = portCount
    self.deadline = deadline
  }

  @inline(__always) public static func size(_ width: CallWidth) -> Int { width == .bits64 ? 24 : 16 }
  @inline(__always) public init(from reader: inout WireReader) {
    ports = reader.pointer()
    portCount = reader.u32()
    deadline = Nanoseconds(reader.u64())
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.pointer(ports)
    writer.u32(portCount)
    writer.u64(deadline.rawValue)
  }
}
