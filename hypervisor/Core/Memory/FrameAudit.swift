#if canImport(XenABI)
  import XenABI
#endif

extension Handle where Object == Hypervisor {
  /// Checks that every reference to a frame is somebody's: that the counts are those of the reservations, foreign
  /// mappings, grants and registered records there are, that each domain holds what it is said to hold, and that the
  /// pool has what nobody holds.
  ///
  /// The expected counts are gathered in the entries' progress words, which frames in use have no use for here.
  /// - Returns: the number of faults. Takes long: for tests and the debug audit only.
  package func auditFrames() -> UInt64 {
    forgetExpectations()
    var faults: UInt64 = 0
    var next = object.domains.first
    while let domain = next {
      faults &+= domain.expectReferences()
      next = domain.object.next
    }
    return faults &+ compareReferences() &+ compareReservations()
  }

  private func forgetExpectations() {
    var number: UInt32 = 0
    while UInt64(number) < object.allocator.table.count {
      let entry = object.allocator.table[unchecked: number]
      if entry.object.referenceCount > 0 { entry.object.progress = 0 }
      number &+= 1
    }
  }

  private func compareReferences() -> UInt64 {
    var faults: UInt64 = 0
    var free: UInt64 = 0
    var dirty: UInt64 = 0
    var number: UInt32 = 0
    while UInt64(number) < object.allocator.table.count {
      let entry = object.allocator.table[unchecked: number]
      let flags = entry.object.flags
      if entry.object.referenceCount > 0 {
        let expected = entry.object.progress &+ (flags.contains(.allocated) ? 1 : 0)
        if entry.object.referenceCount != expected || flags.contains(.needsScrub) { faults &+= 1 }
        entry.object.progress = 0
      } else if flags.contains(.ram) {
        free &+= 1
        if flags.contains(.needsScrub) { dirty &+= 1 }
      }
      number &+= 1
    }
    if free != object.allocator.freeCount { faults &+= 1 }
    if dirty != object.allocator.dirtyCount { faults &+= 1 }
    return faults
  }

  private func compareReservations() -> UInt64 {
    var faults: UInt64 = 0
    var next = object.domains.first
    while let domain = next {
      var held: UInt64 = 0
      var number: UInt32 = 0
      while UInt64(number) < object.allocator.table.count {
        let entry = object.allocator.table[unchecked: number]
        if entry.object.referenceCount > 0, entry.object.owner == domain.object.id { held &+= 1 }
        number &+= 1
      }
      if held != domain.object.memory.held { faults &+= 1 }
      next = domain.object.next
    }
    return faults
  }

  fileprivate func expectReference(_ frame: MachineFrame) {
    if let entry = entry(frame) { entry.object.progress &+= 1 }
  }
}

extension Handle where Object == Domain {
  /// Counts the references that the domain holds on others' frames and, by its records, on its own; and checks what its
  /// map says of frames against their entries.
  fileprivate func expectReferences() -> UInt64 {
    let hypervisor = object.hypervisor
    var number: UInt32 = 0
    while number < object.vcpuCount {
      if let frame = vcpu(VCPUID(number))?.object.info.heldFrame { hypervisor.expectReference(frame) }
      number &+= 1
    }
    var handle: UInt32 = 0
    while handle < object.grants.mappings.handleLimit {
      if let mapping = object.grants.mappings[GrantHandle(handle)], mapping.object.isInUse {
        hypervisor.expectReference(MachineFrame(UInt64(mapping.object.machineFrame)))
      }
      handle &+= 1
    }
    var faults: UInt64 = 0
    var own: UInt64 = 0
    var place = GuestFrame(0)
    while place < object.memory.frameBound {
      let entry = object.p2m.lookup(place)
      if entry.type == .hole {
        place = Self.next(after: place, entry.order)
        continue
      }
      if !isConsistent(entry, &own) { faults &+= 1 }
      place = place.advanced(by: 1)
    }
    // A superpage that is being given back is in no map any more, but still counts.
    let leaving = object.teardown.blockType.isOwn ? object.teardown.blockFrames : 0
    if own &+ leaving != object.memory.current { faults &+= 1 }
    return faults
  }

  private func isConsistent(_ place: P2M.Entry, _ own: inout UInt64) -> Bool {
    guard let entry = object.hypervisor.entry(place.frame) else { return place.type == .mmio }
    switch place.type {
    case .ram, .ramReadOnly, .logDirty:
      // Memory below 1 MiB never was in the pool.
      guard entry.object.flags.contains(.ram) else { return entry.object.referenceCount == 0 }
      own &+= 1
      return entry.object.owner == object.id && entry.object.flags.contains(.allocated)
    case .foreign:
      object.hypervisor.expectReference(place.frame)
      return entry.object.owner != object.id && entry.object.referenceCount > 0
    case .grantReadWrite, .grantReadOnly: return entry.object.referenceCount > 0
    case .shared: return entry.object.flags.contains(.shared)
    case .hole, .mmio: return true
    }
  }
}
