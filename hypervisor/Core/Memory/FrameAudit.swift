#if canImport(XenABI)
  import XenABI
#endif

/// The part of an audit that is about frames. The expected counts are gathered in the entries' progress words, which
/// frames in use have no use for here.
extension Handle where Object == Hypervisor {
  func forgetExpectations(_ left: inout Int) -> Bool {
    while object.audit.cursor < object.allocator.table.count {
      guard left > 0 else { return false }
      left &-= 10
      let entry = object.allocator.table[unchecked: UInt32(truncatingIfNeeded: object.audit.cursor)]
      if entry.object.referenceCount > 0 { entry.object.progress = 0 }
      object.audit.cursor &+= 1
    }
    var next = object.domains.first
    while let domain = next {
      domain.object.memory.counted = 0
      next = domain.object.next
    }
    return true
  }

  /// Compares each frame's references with those expected, and the pool with what nobody holds. What each domain holds
  /// is counted.
  func compareReferences(_ left: inout Int) -> Bool {
    while object.audit.cursor < object.allocator.table.count {
      guard left > 0 else { return false }
      left &-= 40
      compare(object.audit.cursor)
      object.audit.cursor &+= 1
    }
    expectFrames(object.allocator.freeCount, object.audit.free, "the count of free frames", 0, of: .hypervisor)
    expectFrames(object.allocator.dirtyCount, object.audit.dirty, "the count of frames to scrub", 0, of: .hypervisor)
    return true
  }

  private func compare(_ number: UInt64) {
    let entry = object.allocator.table[unchecked: UInt32(truncatingIfNeeded: number)]
    let flags = entry.object.flags
    let owner = entry.object.owner
    let count = entry.object.referenceCount
    if count > 0 {
      let expected = entry.object.progress &+ (flags.contains(.allocated) ? 1 : 0)
      entry.object.progress = 0
      if flags.contains(.needsScrub) {
        expectFrames(1, 0, "a mark for scrubbing on frame", number, of: owner)
      } else {
        expectFrames(UInt64(count), UInt64(expected), "references to frame", number, of: owner)
      }
      if let domain = object.domains.find(owner) { domain.object.memory.counted &+= 1 }
    } else if flags.contains(.ram) {
      object.audit.free &+= 1
      if flags.contains(.needsScrub) { object.audit.dirty &+= 1 }
    }
  }

  fileprivate func expectReference(_ frame: MachineFrame) {
    if let entry = entry(frame) { entry.object.progress &+= 1 }
  }
}

extension Handle where Object == Domain {
  /// Counts the references that the domain holds on others' frames and, by its records, on its own; and checks what its
  /// map says of frames against their entries.
  func expectReferences(_ left: inout Int) -> Bool {
    let hypervisor = object.hypervisor
    let handles = UInt64(object.grants.mappings.handleLimit)
    if hypervisor.object.audit.cursor == 0 { expectRecords() }
    // First the handles, then the places behind them.
    while hypervisor.object.audit.cursor < handles {
      guard left > 0 else { return false }
      left &-= 30
      let handle = GrantHandle(UInt32(truncatingIfNeeded: hypervisor.object.audit.cursor))
      hypervisor.object.audit.cursor &+= 1
      if let mapping = object.grants.mappings[handle], mapping.object.isInUse {
        hypervisor.expectReference(MachineFrame(UInt64(mapping.object.machineFrame)))
      }
    }
    while hypervisor.object.audit.cursor &- handles < object.memory.frameBound.rawValue {
      guard left > 0 else { return false }
      left &-= 80
      let place = GuestFrame(hypervisor.object.audit.cursor &- handles)
      let entry = object.p2m.lookup(place)
      if entry.type == .hole {
        hypervisor.object.audit.cursor = handles &+ Self.next(after: place, entry.order).rawValue
        continue
      }
      if !isConsistent(entry) {
        let owner = hypervisor.entry(entry.frame)?.object.owner ?? .hypervisor
        hypervisor.expectFrames(
          UInt64(owner.rawValue), UInt64(object.id.rawValue), "the owner of the frame at place", place.rawValue,
          of: object.id)
        // A frame that is wrong in another way than by its owner is a fault, too.
        if owner == object.id {
          hypervisor.expectFrames(
            entry.frame.rawValue, .max, "the frame at place", place.rawValue, of: object.id)
        }
      }
      hypervisor.object.audit.cursor &+= 1
    }
    // A superpage that is being given back is in no map any more, but still counts.
    let leaving = object.teardown.blockType.isOwn ? object.teardown.blockFrames : 0
    let mapped = hypervisor.object.audit.count &+ leaving
    hypervisor.expectFrames(object.memory.current, mapped, "the count of frames in the map", 0, of: object.id)
    return true
  }

  private func expectRecords() {
    var number: UInt32 = 0
    while number < object.vcpuCount {
      if let frame = vcpu(VCPUID(number))?.object.info.heldFrame { object.hypervisor.expectReference(frame) }
      number &+= 1
    }
  }

  func compareReservation(_: inout Int) -> Bool {
    object.hypervisor.expectFrames(
      object.memory.held, object.memory.counted, "the count of frames held", 0, of: object.id)
    return true
  }

  private func isConsistent(_ place: P2M.Entry) -> Bool {
    guard let entry = object.hypervisor.entry(place.frame) else { return place.type == .mmio }
    switch place.type {
    case .ram, .ramReadOnly, .logDirty:
      // Memory below 1 MiB never was in the pool.
      guard entry.object.flags.contains(.ram) else { return entry.object.referenceCount == 0 }
      object.hypervisor.object.audit.count &+= 1
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
