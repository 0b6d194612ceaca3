#if canImport(XenABI)
  import XenABI
#endif
#if canImport(Builder)
  import Builder
#endif

/// How far a domain has been taken apart. Each call of `relinquish` goes on from here.
struct TeardownProgress: BitwiseCopyable {
  /// What is being given back, in this order.
  enum Stage: UInt8, BitwiseCopyable {
    case ports, records, mappings, memory, tables, done
  }

  var stage = Stage.ports
  /// The grant handle or guest frame to go on at.
  var cursor: UInt64 = 0
  /// The rest of a superpage that was unmapped whole and is given back block by block.
  var block = MachineFrame(0)
  var blockFrames: UInt64 = 0
  var blockType = P2MType.hole
}

extension Handle where Object == Domain {
  /// Takes the domain apart, a piece at a time: from the first call on it is dying, and nobody gets anything new of it.
  ///
  /// The caller must not be one of the domain's own vCPUs.
  /// - Parameter budget: the work of this piece, a unit being about a hundred instructions.
  /// - Returns: true when everything of the domain's own is given back: it is dead then, and there for `reap` as soon as
  ///   no other domain holds any of its frames.
  package func relinquish(budget: Int = 500) -> Bool {
    if object.life.state == .dead { return true }
    if object.life.state < .dying { beginDying() }
    var left = max(budget, 1)
    while left > 0, object.teardown.stage != .done {
      if doStage(&left) { advanceStage() }
    }
    guard object.teardown.stage == .done else { return false }
    object.life.state = .dead
    if !isDetached {
      let hypervisor = object.hypervisor
      hypervisor.log(.error, "d\(object.id) (\(object.name)): something still leads to it: its objects are kept")
    }
    return true
  }

  /// Whether nothing but its frames, of which others may still hold some, leads to a domain that was taken apart: no
  /// port, no mapping, no table, no queue. What taking it apart should have come to, looked at where it is kept.
  var isDetached: Bool {
    guard object.ports.usedCount == 0, object.ports.leadingHere == 0, object.grants.mappings.usedCount == 0,
      object.p2m.tableCount == 1
    else { return false }
    var number: UInt32 = 0
    while number < object.vcpuCount {
      if let vcpu = vcpu(VCPUID(number)), !vcpu.isRetired { return false }
      number &+= 1
    }
    return true
  }

  private func beginDying() {
    object.life.state = .dying
    object.hypervisor.object.domains.noteDying()
    var number: UInt32 = 0
    while number < object.vcpuCount {
      vcpu(VCPUID(number))?.retire()
      number &+= 1
    }
  }

  private func advanceStage() {
    object.teardown.cursor = 0
    object.teardown.stage = TeardownProgress.Stage(rawValue: object.teardown.stage.rawValue &+ 1) ?? .done
  }

  /// Does a part of the current stage. True when the stage is at its end.
  private func doStage(_ left: inout Int) -> Bool {
    switch object.teardown.stage {
    case .ports:
      left &-= 250
      return releasePorts()
    case .records:
      left &-= 10
      releaseRecords()
      return true
    case .mappings:
      // A mapping costs ten units.
      var mappings = left / 10 &+ 1
      let before = mappings
      let isDone = releaseMappings(from: &object.teardown.cursor, budget: &mappings)
      left &-= (before &- mappings) &* 10 &+ 1
      return isDone
    case .memory:
      return releaseMemory(&left)
    case .tables:
      let tables = left / 4 &+ 1
      left = 0
      let hypervisor = object.hypervisor
      return object.p2m.freeTables(allocator: &hypervisor.object.allocator, budget: tables)
    case .done:
      return true
    }
  }

  /// Gives back the frames in which the guest registered its vCPUs' records.
  private func releaseRecords() {
    var number: UInt32 = 0
    while number < object.vcpuCount {
      if let vcpu = vcpu(VCPUID(number)), let frame = vcpu.object.info.heldFrame {
        let map = object.hypervisor.object.map
        vcpu.object.info = VCPUInfoPlace(in: object.sharedInfo, vcpu: vcpu.object.id, map: map)
        object.hypervisor.dropReference(frame)
      }
      number &+= 1
    }
  }

  /// Empties guest-physical memory from the cursor on. A superpage is unmapped at once, and then given back in blocks.
  private func releaseMemory(_ left: inout Int) -> Bool {
    while left > 0 {
      if object.teardown.blockFrames > 0 {
        releaseBlock(&left)
        continue
      }
      let place = GuestFrame(object.teardown.cursor)
      guard place < object.memory.frameBound else { return true }
      let entry = object.p2m.lookup(place)
      left &-= 1
      object.teardown.cursor = Self.next(after: place, entry.order).rawValue
      if entry.type == .hole { continue }
      // The cursor is at the start of whatever leaf is there: no table has to be split.
      do throws(HypercallError) { try unmap(place, entry.order) } catch { continue }
      object.teardown.block = entry.frame
      object.teardown.blockFrames = entry.order.frameCount
      object.teardown.blockType = entry.type
    }
    return false
  }

  private func releaseBlock(_ left: inout Int) {
    let isLarge = object.teardown.blockFrames >= FrameOrder.superpage2M.frameCount
    let order = isLarge ? FrameOrder.superpage2M : .page
    release(object.teardown.block, order, object.teardown.blockType)
    object.teardown.block = object.teardown.block.advanced(by: order.frameCount)
    object.teardown.blockFrames &-= order.frameCount
    left &-= isLarge ? 150 : 5
  }
}

extension Handle where Object == Hypervisor {
  /// Goes on with what a domain's end left to do: takes a dying one apart, forgets a dead one that nothing refers to any
  /// more. Called by the idle loop, a bounded piece a call; false where there is nothing to do.
  package func reapOne() -> Bool {
    if object.domains.leavingCount == 0 { return false }
    var next = object.domains.first
    while let domain = next {
      if domain.object.life.state == .dying {
        _ = domain.relinquish()
        return true
      }
      if reap(domain) { return true }
      next = domain.object.next
    }
    return false
  }

  /// Forgets a dead domain, if none of its frames is held by anyone any more and nothing leads to it, and frees the
  /// frames of its objects: its handle is of no use after that.
  ///
  /// - Returns: whether it was forgotten.
  @discardableResult
  package func reap(_ domain: Handle<Domain>) -> Bool {
    guard domain.object.life.state == .dead, domain.object.memory.held == 0, domain.isDetached else { return false }
    object.domains.remove(domain)
    keepCounters(of: domain)
    var number = 0
    while number < domain.object.vcpus.count {
      if let vcpu = domain.object.vcpus[number] {
        object.services.layout.releaseVCPU(vcpu.rawAddress)
        freeObject(vcpu, frameCount: vcpu.object.frameCount)
      }
      number &+= 1
    }
    if let memoryMap = domain.object.memoryMap {
      freeObject(memoryMap, frameCount: (UInt64(MemoryLayout<GuestMemoryMap>.size) &+ pageSize &- 1) >> pageShift)
    }
    domain.object.grants.freeFrames(&object.allocator)
    domain.object.p2m.destroyRoot(allocator: &object.allocator)
    freeObject(domain, frameCount: Domain.frameCount)
    return true
  }

  private func freeObject<Member: ~Copyable>(_ handle: Handle<Member>, frameCount: UInt64) {
    let first = handle.machineAddress(in: object.map).frame
    object.allocator.free(first, byteCount: frameCount &* pageSize)
  }
}
