/// Frees a port (public header `event_channel.h`, `evtchn_close`).
public struct EventChannelClose: WireStructure, Equatable, Sendable {
  /// The caller's port.
  public var port: EventPort

  @inline(__always) public init(port: EventPort = EventPort(0)) {
    self.port = port
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 4 }
  @inline(__always) public init(from reader: inout WireReader) {
    port = EventPort(reader.u32())
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.u32(port.rawValue)
  }
}

/// Signals a port's other end (public header `event_channel.h`, `evtchn_send`).
public struct EventChannelSend: WireStructure, Equatable, Sendable {
  /// The caller's port.
  public var port: EventPort

  @inline(__always) public init(port: EventPort = EventPort(0)) {
    self.port = port
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 4 }
  @inline(__always) public init(from reader: inout WireReader) {
    port = EventPort(reader.u32())
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.u32(port.rawValue)
  }
}

/// Which vCPU is told of a port's events (public header `event_channel.h`, `evtchn_bind_vcpu`).
public struct EventChannelBindVCPU: WireStructure, Equatable, Sendable {
  /// The caller's port.
  public var port: EventPort
  /// The vCPU.
  public var vcpu: VCPUID

  @inline(__always) public init(port: EventPort = EventPort(0), vcpu: VCPUID = .zero) {
    self.port = port
    self.vcpu = vcpu
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 8 }
  @inline(__always) public init(from reader: inout WireReader) {
    port = EventPort(reader.u32())
    vcpu = VCPUID(reader.u32())
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.u32(port.rawValue)
    writer.u32(vcpu.rawValue)
  }
}

/// Clears a port's mask (public header `event_channel.h`, `evtchn_unmask`).
public struct EventChannelUnmask: WireStructure, Equatable, Sendable {
  /// The caller's port.
  public var port: EventPort

  @inline(__always) public init(port: EventPort = EventPort(0)) {
    self.port = port
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 4 }
  @inline(__always) public init(from reader: inout WireReader) {
    port = EventPort(reader.u32())
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.u32(port.rawValue)
  }
}

/// Closes all of a domain's ports (public header `event_channel.h`, `evtchn_reset`).
public struct EventChannelReset: WireStructure, Equatable, Sendable {
  /// `dom`: only the control domain may name another.
  public var domain: DomainID

  @inline(__always) public init(domain: DomainID = .current) {
    self.domain = domain
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 2 }
  @inline(__always) public init(from reader: inout WireReader) {
    domain = DomainID(reader.u16())
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.u16(domain.rawValue)
  }
}
