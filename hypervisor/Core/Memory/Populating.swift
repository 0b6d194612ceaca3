#if canImport(XenABI)
  import XenABI
#endif

extension Handle where Object == Domain {
  /// Puts a block of new frames, cleared, at a place of any alignment, in the largest pages that the alignment allows.
  /// What lay there is given back first. In a domain whose guest frames are machine frames, it is the block of that
  /// very number.
  ///
  /// - Parameters:
  ///   - place: the first guest frame.
  ///   - order: how many frames: 2 to that power.
  ///   - limit: the frames lie under this one.
  /// - Throws: `outOfMemory` where the domain's maximum, the pool or the tables are exhausted, or the machine frame is
  ///   not free; `invalidArgument` for an unreachable or, where it matters, misaligned place; `busy` as `empty`.
  package func populate(
    _ place: GuestFrame, _ order: FrameOrder, below limit: MachineFrame = MachineFrame(.max)
  ) throws(HypercallError) {
    let count = order.frameCount
    guard order <= .superpage1G else { throw .invalidArgument }
    try checkPopulating(place, order)
    let first = try takeBlock(place, order, below: limit)
    var done: UInt64 = 0
    do throws(HypercallError) {
      try empty(place, count: count)
      while done < count {
        let piece = largestLeaf(place.advanced(by: done), first.advanced(by: done), count &- done)
        try map(place.advanced(by: done), piece, to: first.advanced(by: done), .ram)
        done &+= piece.frameCount
      }
    } catch {
      unmapPieces(place, first, count: done, of: count)
      object.hypervisor.object.allocator.free(first, order)
      throw error
    }
    object.memory.held &+= count
    object.memory.current &+= count
  }

  /// Checks that a block may be populated, as far as it does not depend on what is free.
  ///
  /// - Throws: `outOfMemory` where it is more than the domain's maximum lets it have; as `checkEmptying`.
  func checkPopulating(_ place: GuestFrame, _ order: FrameOrder) throws(HypercallError) {
    try checkEmptying(place, count: order.frameCount)
    guard object.memory.held <= object.memory.maximum,
      order.frameCount <= object.memory.maximum &- object.memory.held
    else { throw .outOfMemory }
  }

  private func takeBlock(
    _ place: GuestFrame, _ order: FrameOrder, below limit: MachineFrame
  ) throws(HypercallError) -> MachineFrame {
    let hypervisor = object.hypervisor
    guard object.isDirectMapped else {
      guard let first = hypervisor.object.allocator.allocate(order, owner: object.id, below: limit) else {
        throw .outOfMemory
      }
      return first
    }
    guard place.rawValue & (order.frameCount &- 1) == 0 else { throw .invalidArgument }
    let first = MachineFrame(place.rawValue)
    guard hypervisor.object.allocator.claim(first, order, owner: object.id) else { throw .outOfMemory }
    return first
  }

  /// The largest page that fits both places, and into what is left of the block.
  private func largestLeaf(_ place: GuestFrame, _ frame: MachineFrame, _ left: UInt64) -> FrameOrder {
    var order = object.p2m.format.largestLeaf
    while order > .page {
      let mask = order.frameCount &- 1
      if (place.rawValue | frame.rawValue) & mask == 0, order.frameCount <= left { return order }
      order = FrameOrder(order.rawValue &- 9)
    }
    return .page
  }

  /// Undoes the mapping of the first `done` of a block's `count` frames, in the same pages: no table has to be split.
  private func unmapPieces(_ place: GuestFrame, _ first: MachineFrame, count done: UInt64, of count: UInt64) {
    var undone: UInt64 = 0
    while undone < done {
      let piece = largestLeaf(place.advanced(by: undone), first.advanced(by: undone), count &- undone)
      do throws(HypercallError) { try unmap(place.advanced(by: undone), piece) } catch { return }
      undone &+= piece.frameCount
    }
  }

  /// Clears those frames that `populate` would hand out now and that still wait for it, so that it takes no longer than
  /// a piece of a hypercall may.
  ///
  /// - Returns: whether all of them are clear, or none would be handed out anyway.
  func prepare(
    _ place: GuestFrame, _ order: FrameOrder, below limit: MachineFrame, budget: inout Int
  ) -> Bool {
    let hypervisor = object.hypervisor
    let block =
      object.isDirectMapped
      ? MachineFrame(place.rawValue) : hypervisor.object.allocator.nextBlock(order, below: limit)
    guard let block, block.rawValue < hypervisor.object.allocator.table.count else { return true }
    return hypervisor.object.allocator.scrub(block, order, budget: &budget)
  }
}
