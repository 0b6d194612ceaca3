#if canImport(XenABI)
  import XenABI
#endif

/// event_channel_op: what opens ports (public header `event_channel.h`).
extension Caller {
  /// EVTCHNOP_alloc_unbound: a port for another domain to connect to. That domain need not exist yet.
  ///
  /// - Throws: `noSuchDomain`, `notPermitted` for another's port, `noSpace`, `outOfMemory`.
  func eventChannelAllocateUnbound(_ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    var request = try memory.read(EventChannelAllocateUnbound.self, at: argument)
    let subject = try subject(request.domain)
    let remote = request.remoteDomain == .current ? domain.object.id : request.remoteDomain
    request.port = try subject.open(.unbound(for: remote))
    return try answer(request, at: argument, with: request.port, of: subject)
  }

  /// EVTCHNOP_bind_interdomain: connects to a port that its owner keeps open for the caller.
  ///
  /// - Throws: `noSuchDomain`, `invalidArgument` where the port is not open for the caller, `noSpace`, `outOfMemory`.
  func eventChannelBindInterdomain(_ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    var request = try memory.read(EventChannelBindInterdomain.self, at: argument)
    let remote = try peer(request.remoteDomain)
    let end = try remote.object.ports.used(request.remotePort)
    guard end.object.state == .unbound, end.object.number == UInt32(domain.object.id.rawValue) else {
      throw .invalidArgument
    }
    let local = try domain.connect(to: remote, request.remotePort, end)
    request.localPort = local
    let result = try answer(request, at: argument, with: local, of: domain)
    // What the remote end sent while nobody was connected is lost: the new end looks once in any case.
    domain.deliver(local)
    return result
  }

  /// EVTCHNOP_bind_virq: a port for a virtual interrupt.
  ///
  /// - Throws: `invalidArgument` for no such interrupt, or a global one on another vCPU than 0; `notFound` for no such
  ///   vCPU; `notPermitted` for a global one, which are the control domain's; `alreadyExists`; `noSpace`,
  ///   `outOfMemory`.
  func eventChannelBindVirtualIRQ(_ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    var request = try memory.read(EventChannelBindVirtualIRQ.self, at: argument)
    let interrupt = request.virtualIRQ
    guard interrupt.rawValue < UInt32(VirtualIRQ.count), interrupt.isPerVCPU || request.vcpu == .zero else {
      throw .invalidArgument
    }
    guard interrupt.isPerVCPU || isPrivileged else { throw .notPermitted }
    guard let target = domain.vcpu(request.vcpu) else { throw .notFound }
    let slot = Int(interrupt.rawValue)
    guard target.object.virqs[slot].rawValue == 0 else { throw .alreadyExists }
    request.port = try domain.open(.virtualIRQ(interrupt, vcpu: request.vcpu))
    target.object.virqs[slot] = request.port
    return try answer(request, at: argument, with: request.port, of: domain)
  }

  /// EVTCHNOP_bind_pirq: a port for a physical interrupt, which starts with it.
  ///
  /// - Throws: `invalidArgument` for a number that stands for no interrupt, or one that its device refuses;
  ///   `alreadyExists`; `noSpace`, `outOfMemory`.
  func eventChannelBindPhysicalIRQ(_ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    var request = try memory.read(EventChannelBindPhysicalIRQ.self, at: argument)
    request.port = try hypervisor.bind(request.physicalIRQ, for: domain)
    return try answer(request, at: argument, with: request.port, of: domain)
  }

  /// EVTCHNOP_bind_ipi: a port that signals a vCPU of the caller's domain.
  ///
  /// - Throws: `notFound` for no such vCPU, `noSpace`, `outOfMemory`.
  func eventChannelBindIPI(_ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    var request = try memory.read(EventChannelBindIPI.self, at: argument)
    guard domain.vcpu(request.vcpu) != nil else { throw .notFound }
    request.port = try domain.open(.ipi(request.vcpu))
    return try answer(request, at: argument, with: request.port, of: domain)
  }

  /// Writes the structure with the new port back. Where that fails the port is closed again, so that a guest that
  /// can't learn of a port does not keep it.
  private func answer<S: WireStructure>(
    _ structure: S, at argument: GuestVirtualAddress, with port: EventPort, of owner: Handle<Domain>
  ) throws(HypercallError) -> UInt64 {
    do throws(HypercallError) {
      try memory.write(structure, at: argument)
    } catch {
      try owner.close(port)
      throw error
    }
    return 0
  }
}
