#if canImport(XenABI)
  import XenABI
#endif

/// event_channel_op: what works on open ports (public header `event_channel.h`).
extension Caller {
  /// EVTCHNOP_send: makes an event pending at the other end. One that nobody is connected to is dropped.
  ///
  /// - Throws: `invalidArgument` for a port that is free, or an interrupt's; `badAddress`.
  @inline(__always)
  func eventChannelSend(_ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    // The structure is the port alone: read as such, since this is the call that guests make most.
    let port = EventPort(try memory.readAligned32(argument))
    guard let entry = domain.object.ports.entry(port) else { throw .invalidArgument }
    // Only a connected port has a peer.
    if let peer = entry.object.peer.handle {
      peer.deliver(EventPort(entry.object.number))
      return 0
    }
    switch entry.object.state {
    case .ipi: domain.deliver(port)
    case .unbound, .interdomain: break
    case .free, .physicalIRQ, .virtualIRQ: throw .invalidArgument
    }
    return 0
  }

  /// EVTCHNOP_close: frees a port.
  ///
  /// - Throws: `invalidArgument` for a port that is free.
  func eventChannelClose(_ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    try domain.close(try memory.read(EventChannelClose.self, at: argument).port)
    return 0
  }

  /// EVTCHNOP_status: what a port is bound to.
  ///
  /// - Throws: `noSuchDomain`, `notPermitted` for another's port, `invalidArgument` for a port that can't be.
  func eventChannelStatus(_ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    var status = try memory.read(EventChannelStatus.self, at: argument)
    let subject = try subject(status.domain)
    guard status.port.rawValue < SharedInfoPage.portLimit(subject.object.width) else { throw .invalidArgument }
    let entry = subject.object.ports.entry(status.port)?.object ?? PortEntry()
    status.vcpu = entry.vcpu
    switch entry.state {
    case .free: status.state = .closed
    case .unbound:
      status.state = .unbound
      status.peer = entry.number
    case .interdomain:
      status.state = .interdomain
      status.peer = UInt32((entry.peer.handle?.object.id ?? .invalid).rawValue)
      status.remotePort = EventPort(entry.number)
    case .physicalIRQ:
      status.state = .physicalIRQ
      status.peer = entry.number
    case .virtualIRQ:
      status.state = .virtualIRQ
      status.peer = entry.number
    case .ipi: status.state = .ipi
    }
    try memory.write(status, at: argument)
    return 0
  }

  /// EVTCHNOP_bind_vcpu: chooses the vCPU that is told of a port's events.
  ///
  /// - Throws: `notFound` for no such vCPU; `invalidArgument` for a port that is free, an IPI's, or a virtual
  ///   interrupt's that each vCPU has of its own.
  func eventChannelBindVCPU(_ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    let request = try memory.read(EventChannelBindVCPU.self, at: argument)
    guard domain.vcpu(request.vcpu) != nil else { throw .notFound }
    let entry = try domain.object.ports.used(request.port)
    switch entry.object.state {
    case .unbound, .interdomain, .physicalIRQ: break
    case .virtualIRQ: guard !VirtualIRQ(entry.object.number).isPerVCPU else { throw .invalidArgument }
    case .free, .ipi: throw .invalidArgument
    }
    entry.object.vcpu = request.vcpu
    return 0
  }

  /// EVTCHNOP_unmask: clears a port's mask and delivers what is pending.
  ///
  /// - Throws: `invalidArgument` for a port that is free.
  func eventChannelUnmask(_ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    let port = try readPort(argument)
    _ = try domain.object.ports.used(port)
    domain.unmask(port)
    return 0
  }

  /// A port in the caller's memory. Out of line: a walk of the guest's tables inlined is much code, and only sending
  /// is worth it.
  @inline(never)
  func readPort(_ address: GuestVirtualAddress) throws(HypercallError) -> EventPort {
    EventPort(try memory.read(UInt32.self, at: address))
  }

  /// EVTCHNOP_reset: closes all of a domain's ports, a bounded number at a time; how far it got is kept with them.
  ///
  /// - Throws: `noSuchDomain`, `notPermitted` for another's ports.
  func eventChannelReset(_ argument: GuestVirtualAddress) throws(HypercallError) -> HypercallOutcome {
    let request = try memory.read(EventChannelReset.self, at: argument)
    return try subject(request.domain).closeSomePorts() ? .done(0) : .repeats
  }
}
