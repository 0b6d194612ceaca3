#if canImport(XenABI)
  import XenABI
#endif

/// The places of a domain's guest-physical memory: what lies there, and emptying them.
extension Handle where Object == Domain {
  /// Maps a block, and has the translations flushed of what was there.
  ///
  /// - Throws: `outOfMemory` where a table is needed and none is to be had, `invalidArgument` for an unreachable place.
  package func map(
    _ place: GuestFrame, _ order: FrameOrder, to frame: MachineFrame, _ type: P2MType
  ) throws(HypercallError) {
    let hypervisor = object.hypervisor
    try object.p2m.set(place, order, to: frame, type, allocator: &hypervisor.object.allocator).complete(on: self)
    let end = place.advanced(by: order.frameCount)
    if object.memory.frameBound < end { object.memory.frameBound = end }
  }

  /// Unmaps a block, and has its translations flushed. What lay there is not given back.
  ///
  /// - Throws: `outOfMemory` where a superpage has to be split and no table is to be had.
  func unmap(_ place: GuestFrame, _ order: FrameOrder) throws(HypercallError) {
    let hypervisor = object.hypervisor
    try object.p2m.set(place, order, to: MachineFrame(0), .hole, allocator: &hypervisor.object.allocator)
      .complete(on: self)
  }

  /// Whether another domain's frame may appear at a place: nothing lies there. In a domain whose guest frames are
  /// machine frames no RAM of the machine may lie there either, since its devices would reach that instead.
  func isFreeForOthers(_ place: GuestFrame) -> Bool {
    guard place < P2M.frameLimit, object.p2m.lookup(place).type == .hole else { return false }
    return !object.isDirectMapped || !isRAM(MachineFrame(place.rawValue))
  }

  private func isRAM(_ frame: MachineFrame) -> Bool {
    object.hypervisor.entry(frame)?.object.flags.isMemory ?? false
  }

  /// Checks that a range of places can be emptied.
  ///
  /// - Throws: `busy` where a grant or a device is mapped, whose end is another operation's; `invalidArgument` past the
  ///   end of guest-physical memory.
  func checkEmptying(_ first: GuestFrame, count: UInt64) throws(HypercallError) {
    guard first < P2M.frameLimit, count <= P2M.frameLimit.rawValue &- first.rawValue else { throw .invalidArgument }
    var place = first
    let end = first.advanced(by: count)
    while place < end {
      let entry = object.p2m.lookup(place)
      switch entry.type {
      case .grantReadWrite, .grantReadOnly, .mmio: throw .busy
      case .hole, .ram, .ramReadOnly, .logDirty, .foreign, .shared: break
      }
      place = Self.next(after: place, entry.order)
    }
  }

  /// Whether a range of places holds nothing but the domain's own memory.
  func isOwn(_ first: GuestFrame, count: UInt64) -> Bool {
    guard first < P2M.frameLimit, count <= P2M.frameLimit.rawValue &- first.rawValue else { return false }
    var place = first
    let end = first.advanced(by: count)
    while place < end {
      let entry = object.p2m.lookup(place)
      guard entry.type.isOwn else { return false }
      place = Self.next(after: place, entry.order)
    }
    return true
  }

  /// Whether the 2 MiB from a place on, which is aligned to that, are one page, or nothing at all.
  func isOneSuperpage(_ first: GuestFrame) -> Bool { object.p2m.lookup(first).order >= .superpage2M }

  /// The first frame past the block of an order that a frame lies in.
  static func next(after place: GuestFrame, _ order: FrameOrder) -> GuestFrame {
    GuestFrame((place.rawValue | (order.frameCount &- 1)) &+ 1)
  }

  /// Empties a range of places and gives back what lay there, each by its type.
  ///
  /// - Throws: as `checkEmptying`, before anything is changed; `outOfMemory` where a superpage has to be split and no
  ///   table is to be had, with what came before emptied.
  func empty(_ first: GuestFrame, count: UInt64) throws(HypercallError) {
    try checkEmptying(first, count: count)
    var place = first
    let end = first.advanced(by: count)
    while place < end {
      let entry = object.p2m.lookup(place)
      guard entry.type != .hole else {
        place = Self.next(after: place, entry.order)
        continue
      }
      var order = entry.order
      // Part of a superpage: in the next smaller size.
      while order > .page,
        place.rawValue & (order.frameCount &- 1) != 0 || order.frameCount > end.rawValue &- place.rawValue
      {
        order = FrameOrder(order.rawValue &- 9)
      }
      try unmap(place, order)
      if entry.type == .shared { forgetShared(entry.frame, at: place) }
      release(entry.frame, order, entry.type)
      place = place.advanced(by: order.frameCount)
    }
  }

  /// Gives back what an unmapped block held.
  func release(_ first: MachineFrame, _ order: FrameOrder, _ type: P2MType) {
    let hypervisor = object.hypervisor
    switch type {
    case .ram, .ramReadOnly, .logDirty:
      object.memory.current &-= hypervisor.giveBack(first, order)
    case .foreign:
      var index: UInt64 = 0
      while index < order.frameCount {
        hypervisor.dropReference(first.advanced(by: index))
        index &+= 1
      }
    case .hole, .grantReadWrite, .grantReadOnly, .mmio, .shared: break
    }
  }

  private func forgetShared(_ frame: MachineFrame, at place: GuestFrame) {
    if frame == object.sharedInfo.frame {
      object.sharedInfoPlace = GrantTable.nowhere
    } else {
      object.grants.forgetPlace(place)
    }
  }
}

extension Handle where Object == Hypervisor {
  /// Gives up a domain's own hold on a block of its frames. Those that nobody else refers to go back to the pool, at
  /// once where that is all of them.
  ///
  /// - Returns: the frames that counted for the domain; memory below 1 MiB, which never was in the pool, does not.
  func giveBack(_ first: MachineFrame, _ order: FrameOrder) -> UInt64 {
    guard let head = entry(first) else { return 0 }
    if order > .page, isHeldByOwnerAlone(first, order), let owner = object.domains.find(head.object.owner) {
      object.allocator.free(first, order)
      owner.object.framesLeft(order.frameCount)
      return order.frameCount
    }
    var count: UInt64 = 0
    var index: UInt64 = 0
    while index < order.frameCount {
      let frame = first.advanced(by: index)
      if let entry = entry(frame), entry.object.testAndClear(.allocated) {
        dropReference(frame)
        count &+= 1
      }
      index &+= 1
    }
    return count
  }

  private func isHeldByOwnerAlone(_ first: MachineFrame, _ order: FrameOrder) -> Bool {
    var index: UInt64 = 0
    while index < order.frameCount {
      guard let entry = entry(first.advanced(by: index)), entry.object.isHeldByOwnerAlone else { return false }
      index &+= 1
    }
    return true
  }
}
