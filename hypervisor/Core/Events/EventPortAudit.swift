#if canImport(XenABI)
  import XenABI
#endif

extension Handle where Object == Hypervisor {
  /// Checks that all domains' ports fit together: what is connected is connected at both ends, what is bound to an
  /// interrupt is known to it, and the counts are right.
  ///
  /// - Returns: the number of faults. Takes long: for tests and the debug audit only.
  package func auditPorts() -> UInt64 {
    var faults: UInt64 = 0
    var next = object.domains.first
    while let domain = next {
      var used: UInt32 = 0
      var number: UInt32 = 0
      while number < EventPorts.capacity {
        let port = EventPort(number)
        if let entry = domain.object.ports.entry(port), entry.object.state != .free {
          used &+= 1
          if number == 0 || !isConsistent(entry.object, port, of: domain) { faults &+= 1 }
        }
        number &+= 1
      }
      if used != domain.object.ports.usedCount { faults &+= 1 }
      faults &+= domain.auditVirtualIRQs()
      next = domain.object.next
    }
    return faults &+ auditPhysicalIRQs()
  }

  private func isConsistent(_ entry: PortEntry, _ port: EventPort, of domain: Handle<Domain>) -> Bool {
    switch entry.state {
    case .free, .unbound, .ipi: return true
    case .physicalIRQ: return object.physicalInterrupts.isBound(PhysicalIRQ(entry.number), to: port, of: domain)
    case .virtualIRQ:
      let vcpu = VirtualIRQ(entry.number).isPerVCPU ? entry.vcpu : .zero
      return domain.vcpu(vcpu)?.object.virqs[Int(entry.number % UInt32(VirtualIRQ.count))] == port
    case .interdomain:
      guard let peer = entry.peer.handle, contains(peer),
        let end = peer.object.ports.entry(EventPort(entry.number))
      else { return false }
      return end.object.state == .interdomain && end.object.peer == Link(domain) && end.object.number == port.rawValue
    }
  }

  /// Whether a domain is in the list: only then is it still there to be looked at.
  private func contains(_ wanted: Handle<Domain>) -> Bool {
    var next = object.domains.first
    while let domain = next {
      if domain == wanted { return true }
      next = domain.object.next
    }
    return false
  }
}

extension Handle where Object == Domain {
  /// The virtual interrupts whose port is not bound to them, and the pollers that do not poll.
  fileprivate func auditVirtualIRQs() -> UInt64 {
    var faults: UInt64 = 0
    var number: UInt32 = 0
    while number < object.vcpuCount {
      if let vcpu = vcpu(VCPUID(number)) {
        var irq = 0
        while irq < VirtualIRQ.count {
          let port = vcpu.object.virqs[irq]
          if port.rawValue != 0 {
            let entry = object.ports.entry(port)?.object ?? PortEntry()
            if entry.state != .virtualIRQ || entry.number != UInt32(irq) { faults &+= 1 }
          }
          irq &+= 1
        }
        if vcpu.object.poll.isPolling != (object.ports.pollers >> number & 1 != 0) { faults &+= 1 }
      }
      number &+= 1
    }
    return faults
  }
}
