#if canImport(XenABI)
  import XenABI
#endif

extension Handle where Object == Domain {
  /// Opens a port.
  ///
  /// - Throws: `noSpace`, `outOfMemory`.
  func open(_ entry: PortEntry) throws(HypercallError) -> EventPort {
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
    case .interdomain:
      let remote = EventPort(entry.object.number)
      if let end = entry.object.peer.handle?.object.ports.entry(remote) {
        end.object = .unbound(for: object.id, vcpu: end.object.vcpu)
      }
    }
    object.sharedInfo.clearPending(port)
    object.ports.release(port)
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
    var budget = 256
    while let port = object.ports.nextToClose(&budget) {
      do throws(HypercallError) { try close(port) } catch { continue }  // it is in use: `nextToClose` has looked
    }
    return object.ports.finishClosing()
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
