#if canImport(XenABI)
  import XenABI
#endif

extension Handle where Object == Domain {
  /// Opens a port.
  ///
  /// - Throws: `noSuchDomain` for a dying domain's, whose end looks for ports once; `noSpace`, `outOfMemory`.
  func open(_ entry: PortEntry) throws(HypercallError) -> EventPort {
    guard object.life.state < .dying else { throw .noSuchDomain }
    let hypervisor = object.hypervisor
    hypervisor.object.allocator.noteChange()
    let limit = min(SharedInfoPage.portLimit(object.width), UInt32(clamping: UInt64(object.limits.highestPort) &+ 1))
    return try object.ports.open(
      entry, limit: limit, allocator: &hypervisor.object.allocator,
      map: hypervisor.object.map)
  }

  /// Opens a port that another domain may connect to: what the console and the store of a new domain begin with.
  ///
  /// - Throws: `noSpace`, `outOfMemory`.
  package func openPort(for remote: DomainID) throws(HypercallError) -> EventPort { try open(.unbound(for: remote)) }

  /// Closes a port: its pending bit is cleared, the other end of a connected one becomes unbound again, an interrupt's
  /// is unbound. The frames of the table stay.
  ///
  /// - Throws: `invalidArgument` for a port that is free, or can't be.
  package func close(_ port: EventPort) throws(HypercallError) {
    let entry = try object.ports.used(port)
    object.hypervisor.object.allocator.noteChange()
    switch entry.object.state {
    case .free, .unbound, .ipi: break
    case .physicalIRQ: object.hypervisor.unbind(PhysicalIRQ(entry.object.number), from: port, of: self)
    case .virtualIRQ: forget(VirtualIRQ(entry.object.number), boundTo: port)
    case .interdomain: disconnect(entry.object, port)
    }
    object.sharedInfo.clearPending(port)
    object.ports.release(port)
  }

  /// Connects a port that waits for this domain with a new one of its own.
  ///
  /// - Throws: `noSpace`, `outOfMemory`.
  func connect(
    to remote: Handle<Domain>, _ remotePort: EventPort, _ end: Handle<PortEntry>
  ) throws(HypercallError) -> EventPort {
    let local = try open(.interdomain(remote, remotePort))
    end.object = .interdomain(self, local, vcpu: end.object.vcpu)
    remote.object.ports.leadingHere &+= 1
    object.ports.leadingHere &+= 1
    return local
  }

  /// Undoes that for a port that is being closed: its other end waits for this domain again.
  private func disconnect(_ entry: PortEntry, _ port: EventPort) {
    guard let remote = entry.peer.handle else { return }
    remote.object.ports.leadingHere &-= 1
    if let end = remote.object.ports.entry(EventPort(entry.number)), end.object.leads(to: self, port) {
      end.object = .unbound(for: object.id, vcpu: end.object.vcpu)
      object.ports.leadingHere &-= 1
    }
  }

  private func forget(_ interrupt: VirtualIRQ, boundTo port: EventPort) {
    guard interrupt.rawValue < UInt32(VirtualIRQ.count) else { return }
    var number: UInt32 = 0
    while number < object.vcpuCount {
      if let vcpu = vcpu(VCPUID(number)), vcpu.object.virqs[Int(interrupt.rawValue)] == port {
        vcpu.object.virqs[Int(interrupt.rawValue)] = EventPort(0)
      }
      number &+= 1
    }
  }

  /// Closes a bounded number of the domain's ports. True when none is left.
  package func closeSomePorts() -> Bool {
    // Each port is looked at twice: it is closed, and then free.
    var budget = 512
    while let port = object.ports.lowest(&budget) {
      do throws(HypercallError) { try close(port) } catch { continue }  // it is in use: `lowest` has looked
    }
    return object.ports.isEmpty
  }

  /// Closes the ports at the domain's end, a bounded number a call, and gives the table's frames back. True when all
  /// is done.
  package func releasePorts() -> Bool {
    guard closeSomePorts() else { return false }
    let hypervisor = object.hypervisor
    object.ports.freeBuckets(&hypervisor.object.allocator, hypervisor.object.map)
    return true
  }
}
