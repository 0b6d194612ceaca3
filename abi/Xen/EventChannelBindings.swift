/// A port for another domain to connect to (public header `event_channel.h`, `evtchn_alloc_unbound`).
public struct EventChannelAllocateUnbound: WireStructure, Equatable, Sendable {
  /// `dom`: whose port it becomes; only the control domain may name another.
  public var domain: DomainID
  /// `remote_dom`: who may connect; `DomainID.current` for a loop.
  public var remoteDomain: DomainID
  /// Out: the port.
  public var port: EventPort

  @inline(__always) public init(domain: DomainID = .current, remoteDomain: DomainID = .zero) {
    self.domain = domain
    self.remoteDomain = remoteDomain
    port = EventPort(0)
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 8 }
  @inline(__always) public init(from reader: inout WireReader) {
    domain = DomainID(reader.u16())
    remoteDomain = DomainID(reader.u16())
    port = EventPort(reader.u32())
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.u16(domain.rawValue)
    writer.u16(remoteDomain.rawValue)
    writer.u32(port.rawValue)
  }
}

/// Connects to another domain's unbound port (public header `event_channel.h`, `evtchn_bind_interdomain`).
public struct EventChannelBindInterdomain: WireStructure, Equatable, Sendable {
  /// `remote_dom`: whose port that is.
  public var remoteDomain: DomainID
  /// `remote_port`.
  public var remotePort: EventPort
  /// Out: the caller's own end.
  public var localPort: EventPort

  @inline(__always) public init(remoteDomain: DomainID = .zero, remotePort: EventPort = EventPort(0)) {
    self.remoteDomain = remoteDomain
    self.remotePort = remotePort
    localPort = EventPort(0)
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 12 }
  @inline(__always) public init(from reader: inout WireReader) {
    remoteDomain = DomainID(reader.u16())
    remotePort = EventPort(reader.u32())
    localPort = EventPort(reader.u32())
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.u16(remoteDomain.rawValue)
    writer.u32(remotePort.rawValue)
    writer.u32(localPort.rawValue)
  }
}

/// A port for a virtual interrupt (public header `event_channel.h`, `evtchn_bind_virq`).
public struct EventChannelBindVirtualIRQ: WireStructure, Equatable, Sendable {
  /// `virq`.
  public var virtualIRQ: VirtualIRQ
  /// The vCPU; 0 for those that are bound once a domain.
  public var vcpu: VCPUID
  /// Out: the port.
  public var port: EventPort

  @inline(__always) public init(virtualIRQ: VirtualIRQ = VirtualIRQ(0), vcpu: VCPUID = .zero) {
    self.virtualIRQ = virtualIRQ
    self.vcpu = vcpu
    port = EventPort(0)
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 12 }
  @inline(__always) public init(from reader: inout WireReader) {
    virtualIRQ = VirtualIRQ(reader.u32())
    vcpu = VCPUID(reader.u32())
    port = EventPort(reader.u32())
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.u32(virtualIRQ.rawValue)
    writer.u32(vcpu.rawValue)
    writer.u32(port.rawValue)
  }
}

/// A port for a physical interrupt (public header `event_channel.h`, `evtchn_bind_pirq`).
public struct EventChannelBindPhysicalIRQ: WireStructure, Equatable, Sendable {
  /// `pirq`: as `map_pirq` gave it.
  public var physicalIRQ: PhysicalIRQ
  /// Bit 0 (`BIND_PIRQ__WILL_SHARE`): others may bind it too.
  public var flags: UInt32
  /// Out: the port.
  public var port: EventPort

  @inline(__always) public init(physicalIRQ: PhysicalIRQ = PhysicalIRQ(0), flags: UInt32 = 0) {
    self.physicalIRQ = physicalIRQ
    self.flags = flags
    port = EventPort(0)
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 12 }
  @inline(__always) public init(from reader: inout WireReader) {
    physicalIRQ = PhysicalIRQ(reader.u32())
    flags = reader.u32()
    port = EventPort(reader.u32())
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.u32(physicalIRQ.rawValue)
    writer.u32(flags)
    writer.u32(port.rawValue)
  }
}

extension EventChannelBindPhysicalIRQ {
  /// `BIND_PIRQ__WILL_SHARE`.
  public static var willShare: UInt32 { 1 }
}

/// A port that signals a vCPU of the same domain (public header `event_channel.h`, `evtchn_bind_ipi`).
public struct EventChannelBindIPI: WireStructure, Equatable, Sendable {
  /// The vCPU that gets the event.
  public var vcpu: VCPUID
  /// Out: the port.
  public var port: EventPort

  @inline(__always) public init(vcpu: VCPUID = .zero) {
    self.vcpu = vcpu
    port = EventPort(0)
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 8 }
  @inline(__always) public init(from reader: inout WireReader) {
    vcpu = VCPUID(reader.u32())
    port = EventPort(reader.u32())
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.u32(vcpu.rawValue)
    writer.u32(port.rawValue)
  }
}
