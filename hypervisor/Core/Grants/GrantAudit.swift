#if canImport(XenABI)
  import XenABI
#endif

/// The part of an audit that is about grants.
extension Handle where Object == Domain {
  func countPins(_ left: inout Int) -> Bool {
    let hypervisor = object.hypervisor
    while hypervisor.object.audit.cursor < UInt64(object.grants.entryCount) {
      guard left > 0 else { return false }
      left &-= 20
      let active = object.grants.active(GrantReference(UInt32(truncatingIfNeeded: hypervisor.object.audit.cursor)))
      hypervisor.object.audit.pins &+= UInt64(active.object.readers) &+ UInt64(active.object.writers)
      hypervisor.object.audit.cursor &+= 1
    }
    return true
  }

  /// Checks that each mapping has its pin and appears where it says.
  func auditMappings(_ left: inout Int) -> Bool {
    let hypervisor = object.hypervisor
    while hypervisor.object.audit.cursor < UInt64(object.grants.mappings.handleLimit) {
      guard left > 0 else { return false }
      left &-= 60
      let handle = GrantHandle(UInt32(truncatingIfNeeded: hypervisor.object.audit.cursor))
      if let mapping = object.grants.mappings[handle], mapping.object.isInUse {
        hypervisor.object.audit.count &+= 1
        if !isConsistent(mapping.object) {
          hypervisor.expectGrants(
            UInt64(mapping.object.machineFrame), .max, "the frame of grant handle", UInt64(handle.rawValue),
            of: object.id)
        }
      }
      hypervisor.object.audit.cursor &+= 1
    }
    hypervisor.object.audit.mappings &+= hypervisor.object.audit.count
    hypervisor.expectGrants(
      UInt64(object.grants.mappings.usedCount), hypervisor.object.audit.count, "the count of grant handles in use", 0,
      of: object.id)
    return true
  }

  private func isConsistent(_ mapping: GrantMapping) -> Bool {
    guard let granter = mapping.granter.handle, mapping.reference.rawValue < granter.object.grants.entryCount else {
      return false
    }
    let active = granter.object.grants.active(mapping.reference).object
    guard active.machineFrame == mapping.machineFrame, active.peer == object.id,
      mapping.isReadOnly ? active.readers > 0 : active.writers > 0
    else { return false }
    guard mapping.flags.contains(.hostMap) else { return true }
    let place = object.p2m.lookup(mapping.place)
    return place.frame == MachineFrame(UInt64(mapping.machineFrame))
      && place.type == (mapping.isReadOnly ? .grantReadOnly : .grantReadWrite)
  }
}

extension Handle where Object == Hypervisor {
  /// Checks that no pin is without its mapping.
  func comparePins() -> Bool {
    expectGrants(object.audit.pins, object.audit.mappings, "the count of pins", 0, of: .hypervisor)
    return true
  }
}
