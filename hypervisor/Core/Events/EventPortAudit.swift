#if canImport(XenABI)
  import XenABI
#endif

/// The part of an audit that is about event channels.
extension Handle where Object == Domain {
  /// Checks that what is connected is connected at both ends, what is bound to an interrupt is known to it, and the
  /// counts are right.
  func auditPorts(_ left: inout Int) -> Bool {
    let hypervisor = object.hypervisor
    while hypervisor.object.audit.cursor < UInt64(EventPorts.capacity) {
      guard left > 0 else { return false }
      left &-= 30
      let port = EventPort(UInt32(truncatingIfNeeded: hypervisor.object.audit.cursor))
      if let entry = object.ports.entry(port), entry.object.state != .free {
        hypervisor.object.audit.count &+= 1
        if entry.object.state == .interdomain { hypervisor.object.audit.connected &+= 1 }
        if port.rawValue == 0 || !isConsistent(entry.object, port) {
          hypervisor.expectPorts(
            UInt64(entry.object.number), .max, "the other end of port", UInt64(port.rawValue), of: object.id)
        }
      }
      hypervisor.object.audit.cursor &+= 1
    }
    hypervisor.expectPorts(
      UInt64(object.ports.usedCount), hypervisor.object.audit.count, "the count of ports in use", 0, of: object.id)
    // As many ends lead here as lead away, if each connected one has its other end.
    hypervisor.expectPorts(
      UInt64(object.ports.leadingHere), hypervisor.object.audit.connected, "the count of ports that lead here", 0,
      of: object.id)
    auditVirtualIRQs()
    return true
  }

  private func isConsistent(_ entry: PortEntry, _ port: EventPort) -> Bool {
    let hypervisor = object.hypervisor
    switch entry.state {
    case .free, .unbound, .ipi: return true
    case .physicalIRQ:
      return entry.number == 0
        || hypervisor.object.physicalInterrupts.isBound(PhysicalIRQ(entry.number), to: port, of: self)
    case .virtualIRQ:
      let target = VirtualIRQ(entry.number).isPerVCPU ? entry.vcpu : .zero
      return vcpu(target)?.object.virqs[Int(entry.number % UInt32(VirtualIRQ.count))] == port
    case .interdomain:
      guard let peer = entry.peer.handle, hypervisor.contains(peer),
        let end = peer.object.ports.entry(EventPort(entry.number))
      else { return false }
      return end.object.leads(to: self, port)
    }
  }

  /// The virtual interrupts whose port is not bound to them, and the pollers that do not poll.
  private func auditVirtualIRQs() {
    let hypervisor = object.hypervisor
    var number: UInt32 = 0
    while number < object.vcpuCount {
      if let vcpu = vcpu(VCPUID(number)) {
        var irq = 0
        while irq < VirtualIRQ.count {
          let port = vcpu.object.virqs[irq]
          if port.rawValue != 0 {
            let entry = object.ports.entry(port)?.object ?? PortEntry()
            let bound = entry.state == .virtualIRQ ? UInt64(entry.number) : .max
            hypervisor.expectPorts(
              bound, UInt64(irq), "the virtual interrupt of port", UInt64(port.rawValue), of: object.id)
          }
          irq &+= 1
        }
        hypervisor.expectPorts(
          UInt64(object.ports.pollers >> number & 1), vcpu.object.poll.isPolling ? 1 : 0, "the poll of vCPU",
          UInt64(number), of: object.id)
      }
      number &+= 1
    }
  }
}

extension Handle where Object == Hypervisor {
  /// Whether a domain is in the list: only then is it still there to be looked at.
  fileprivate func contains(_ wanted: Handle<Domain>) -> Bool {
    // Of one that is gone, whatever its frame holds now is taken for its ID, and does not lead to it.
    object.domains.find(wanted.object.id) == wanted
  }

  /// The physical interrupts whose port does not know of them.
  func auditPhysicalIRQs(_: inout Int) -> Bool {
    var number: UInt32 = 0
    while number < PhysicalInterrupts.limit {
      let record = object.physicalInterrupts[PhysicalIRQ(number)]
      if record.port.rawValue != 0 {
        let owner = record.owner.handle
        let entry = owner?.object.ports.entry(record.port)?.object ?? PortEntry()
        let bound = entry.state == .physicalIRQ ? UInt64(entry.number) : .max
        expectPorts(
          bound, UInt64(number), "the physical interrupt of port", UInt64(record.port.rawValue),
          of: owner?.object.id ?? .hypervisor)
      }
      number &+= 1
    }
    return true
  }
}
