/// Event channels as the hypervisor knows them, hypercall 32 (public header `event_channel.h`). `EventChannel` is the
/// owning form.
enum XenEvents {
  /// What a port is bound to.
  enum Status: Equatable {
    case closed
    case unbound(remote: DomainID)
    case interdomain(remote: DomainID, remotePort: EventPort)
    case physicalIRQ(PhysicalIRQ)
    case virtualIRQ(VirtualIRQ)
    case ipi
    case unknown(UInt32)
  }

  /// A port of `domain` that `remote` may connect to. Another domain's takes privilege.
  static func allocateUnbound(
    for remote: DomainID, in domain: DomainID = .current
  ) throws(GuestError) -> EventPort {
    var argument = EventChannelAllocateUnbound(domain: domain, remoteDomain: remote)
    try Hypercall.eventChannelAllocateUnbound(&argument)
    return argument.port
  }

  /// A port that is connected to one that a domain keeps open for this one.
  static func bindInterdomain(_ remotePort: EventPort, of remote: DomainID) throws(GuestError) -> EventPort {
    var argument = EventChannelBindInterdomain(remoteDomain: remote, remotePort: remotePort)
    try Hypercall.eventChannelBindInterdomain(&argument)
    return argument.localPort
  }

  /// A port for a virtual interrupt.
  static func bindVirtualIRQ(_ virq: VirtualIRQ, vcpu: VCPUID = .zero) throws(GuestError) -> EventPort {
    var argument = EventChannelBindVirtualIRQ(virtualIRQ: virq, vcpu: vcpu)
    try Hypercall.eventChannelBindVirtualIRQ(&argument)
    return argument.port
  }

  /// A port whose events go to a vCPU of this domain.
  static func bindIPI(to vcpu: VCPUID) throws(GuestError) -> EventPort {
    var argument = EventChannelBindIPI(vcpu: vcpu)
    try Hypercall.eventChannelBindIPI(&argument)
    return argument.port
  }

  /// A port for a physical interrupt; `sharing` the line with others (`BIND_PIRQ__WILL_SHARE`).
  static func bindPhysicalIRQ(_ irq: PhysicalIRQ, sharing: Bool = false) throws(GuestError) -> EventPort {
    var argument = EventChannelBindPhysicalIRQ(
      physicalIRQ: irq, flags: sharing ? EventChannelBindPhysicalIRQ.willShare : 0)
    try Hypercall.eventChannelBindPhysicalIRQ(&argument)
    return argument.port
  }

  /// Signals the other end. The port must exist; one that is not connected yet is signalled to nobody.
  @inline(__always) static func send(_ port: EventPort) throws(GuestError) {
    try Hypercall.eventChannelSend(EventChannelSend(port: port))
  }

  /// Frees a port.
  static func close(_ port: EventPort) throws(GuestError) {
    try Hypercall.eventChannelClose(EventChannelClose(port: port))
  }

  /// Clears a port's mask and delivers what is pending.
  static func unmask(_ port: EventPort) throws(GuestError) {
    try Hypercall.eventChannelUnmask(EventChannelUnmask(port: port))
  }

  /// Chooses the vCPU that is told of a port's events.
  static func bind(_ port: EventPort, to vcpu: VCPUID) throws(GuestError) {
    try Hypercall.eventChannelBindVCPU(EventChannelBindVCPU(port: port, vcpu: vcpu))
  }

  /// Closes every port of a domain. Another domain's takes privilege.
  static func reset(_ domain: DomainID = .current) throws(GuestError) {
    try Hypercall.eventChannelReset(EventChannelReset(domain: domain))
  }

  /// What a port is bound to. Another domain's takes privilege.
  static func status(of port: EventPort, in domain: DomainID = .current) throws(GuestError) -> Status {
    var argument = EventChannelStatus(domain: domain, port: port)
    try Hypercall.eventChannelStatus(&argument)
    let remote = DomainID(UInt16(truncatingIfNeeded: argument.peer))
    return switch argument.state {
    case .closed: .closed
    case .unbound: .unbound(remote: remote)
    case .interdomain: .interdomain(remote: remote, remotePort: argument.remotePort)
    case .physicalIRQ: .physicalIRQ(PhysicalIRQ(argument.peer))
    case .virtualIRQ: .virtualIRQ(VirtualIRQ(argument.peer))
    case .ipi: .ipi
    default: .unknown(argument.state.rawValue)
    }
  }
}
