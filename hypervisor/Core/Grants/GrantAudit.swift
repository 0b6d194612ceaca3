#if canImport(XenABI)
  import XenABI
#endif

extension Handle where Object == Hypervisor {
  /// Checks that grants and mappings fit together: each mapping has its pin and appears where it says, and no pin is
  /// without its mapping. To be called between hypercalls, when no copy pins anything.
  ///
  /// - Returns: the number of faults. Takes long: for tests and the debug audit only.
  package func auditGrants() -> UInt64 {
    var faults: UInt64 = 0
    var pins: UInt64 = 0
    var mappings: UInt64 = 0
    var next = object.domains.first
    while let domain = next {
      pins &+= domain.countPins()
      faults &+= domain.auditMappings(&mappings)
      next = domain.object.next
    }
    return faults &+ (pins == mappings ? 0 : 1)
  }
}

extension Handle where Object == Domain {
  fileprivate func countPins() -> UInt64 {
    var pins: UInt64 = 0
    var reference: UInt32 = 0
    while reference < object.grants.entryCount {
      let active = object.grants.active(GrantReference(reference))
      pins &+= UInt64(active.object.readers) &+ UInt64(active.object.writers)
      reference &+= 1
    }
    return pins
  }

  fileprivate func auditMappings(_ mappings: inout UInt64) -> UInt64 {
    var faults: UInt64 = 0
    var used: UInt32 = 0
    var handle: UInt32 = 0
    while handle < object.grants.mappings.handleLimit {
      if let mapping = object.grants.mappings[GrantHandle(handle)], mapping.object.isInUse {
        used &+= 1
        if !isConsistent(mapping.object) { faults &+= 1 }
      }
      handle &+= 1
    }
    mappings &+= UInt64(used)
    if used != object.grants.mappings.usedCount { faults &+= 1 }
    return faults
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
