/// What a port is bound to (public header `event_channel.h`, `EVTCHNSTAT_*`).
public struct EventChannelState: RawRepresentable, Equatable, BitwiseCopyable, Sendable {
  public var rawValue: UInt32
  @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }
  @inline(__always) public init(_ number: UInt32) { rawValue = number }

  /// Free.
  @inline(__always) public static var closed: Self { Self(0) }
  /// Waits for a domain to connect.
  @inline(__always) public static var unbound: Self { Self(1) }
  /// Connected to another port.
  @inline(__always) public static var interdomain: Self { Self(2) }
  /// Bound to a physical interrupt.
  @inline(__always) public static var physicalIRQ: Self { Self(3) }
  /// Bound to a virtual interrupt.
  @inline(__always) public static var virtualIRQ: Self { Self(4) }
  /// Signals a vCPU of its own domain.
  @inline(__always) public static var ipi: Self { Self(5) }
}

/// The state of a port (public header `event_channel.h`, `evtchn_status`).
///
/// The last two fields are the header's union: `unbound` and `interdomain` begin with a domain, the others with a
/// number.
public struct EventChannelStatus: WireStructure, Equatable, Sendable {
  /// `dom`: whose port; only the control domain may name another.
  public var domain: DomainID
  /// Which port.
  public var port: EventPort
  /// Out: `status`.
  public var state: EventChannelState
  /// Out: the vCPU that is told of its events.
  public var vcpu: VCPUID
  /// Out: the remote domain (`unbound`, `interdomain`), or the number of the interrupt.
  public var peer: UInt32
  /// Out: the remote port (`interdomain`).
  public var remotePort: EventPort

  @inline(__always) public init(domain: DomainID = .current, port: EventPort = EventPort(0)) {
    self.domain = domain
    self.port = port
    state = .closed
    vcpu = .zero
    peer = 0
    remotePort = EventPort(0)
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 24 }
  @inline(__always) public init(from reader: inout WireReader) {
    domain = DomainID(reader.u16())
    port = EventPort(reader.u32())
    state = EventChannelState(reader.u32())
    vcpu = VCPUID(reader.u32())
    peer = reader.u32()
    remotePort = EventPort(reader.u32())
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.u16(domain.rawValue)
    writer.u32(port.rawValue)
    writer.u32(state.rawValue)
    writer.u32(vcpu.rawValue)
    writer.u32(peer)
    writer.u32(remotePort.rawValue)
  }
}
