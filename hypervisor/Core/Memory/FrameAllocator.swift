#if canImport(XenABI)
  import XenABI
#endif

/// The pool of free machine frames: a buddy allocator over the frame table.
///
/// Blocks of 2^order frames, naturally aligned, hang on one list an order. Freed frames are marked for scrubbing and
/// cleared before anyone gets them again: by the idle loop (`scrubOne`), in pieces by who is about to allocate a large
/// block (`scrub`), or at the latest in `allocate`. A frame that carries the mark is always a free one.
package struct FrameAllocator: ~Copyable {
  private let pinned = Pinned()
  package let table: FrameTable
  private let map: DirectMap
  private var heads = InlineArray<19, UInt32>(repeating: .noFrame)
  /// The free frames, scrubbed or not.
  package private(set) var freeCount: UInt64 = 0
  /// The frames that were ever given to the pool and can come back to it.
  package private(set) var managedCount: UInt64 = 0
  /// The free frames that are not scrubbed yet.
  package private(set) var dirtyCount: UInt64 = 0
  /// Changes with every change of what an audit counts over several pieces: frames, references to them, ports, grants.
  package private(set) var changes: UInt64 = 0
  /// Where the idle loop's scrubbing goes on.
  private var scrubCursor: UInt64 = 0
  /// The frames that were scrubbed so far.
  package private(set) var scrubbedCount: UInt64 = 0

  /// The largest block: 1 GiB.
  package static var maximumOrder: FrameOrder { .superpage1G }

  package init(table: FrameTable, map: DirectMap) {
    self.table = table
    self.map = map
  }

  /// Notes that something changed that an audit counts.
  @inline(__always)
  package mutating func noteChange() { changes &+= 1 }

  /// Gives a range of usable memory to the pool for the first time. Its contents are not trusted to be zero.
  package mutating func donate(_ first: MachineFrame, count: UInt64) {
    var number = first.rawValue
    let end = min(number &+ count, table.count)
    while number < end {
      var order = Self.maximumOrder
      while number & (order.frameCount &- 1) != 0 || order.frameCount > end &- number {
        order = FrameOrder(order.rawValue &- 1)
      }
      var index: UInt64 = 0
      while index < order.frameCount {
        table[unchecked: UInt32(number &+ index)].object.reset(flags: .ram.union(.needsScrub), count: 0)
        index &+= 1
      }
      managedCount &+= order.frameCount
      dirtyCount &+= order.frameCount
      release(UInt32(number), order)
      number &+= order.frameCount
    }
  }

  /// A block of frames, cleared, with one reference and the flag `allocated` on each.
  ///
  /// - Parameters:
  ///   - order: the size of the block.
  ///   - owner: whose the frames are.
  ///   - limit: every frame of the block lies under this one.
  /// - Returns: nil where no block of the order is free.
  package mutating func allocate(
    _ order: FrameOrder, owner: DomainID, below limit: MachineFrame = MachineFrame(.max)
  ) -> MachineFrame? {
    guard order <= Self.maximumOrder else { return nil }
    var from = Int(order.rawValue)
    while from <= Int(Self.maximumOrder.rawValue) {
      if let number = firstBlock(ofOrder: from, below: limit) {
        unlink(number, order: from)
        freeCount &-= FrameOrder(UInt8(from)).frameCount
        splitDown(number, from: from, to: Int(order.rawValue))
        take(number, order, owner: owner)
        return MachineFrame(UInt64(number))
      }
      from &+= 1
    }
    return nil
  }

  /// Takes one particular frame out of the pool: what an identity-mapped domain is built of.
  ///
  /// - Returns: false where the frame is not free.
  package mutating func claim(_ frame: MachineFrame, owner: DomainID) -> Bool {
    claim(frame, .page, owner: owner)
  }

  /// Takes one particular, naturally aligned block out of the pool. False where some of it is not in one free block.
  package mutating func claim(_ frame: MachineFrame, _ order: FrameOrder, owner: DomainID) -> Bool {
    guard frame.rawValue < table.count, order <= Self.maximumOrder else { return false }
    var from = Int(order.rawValue)
    while from <= Int(Self.maximumOrder.rawValue) {
      let head = UInt32(frame.rawValue & ~(FrameOrder(UInt8(from)).frameCount &- 1))
      let entry = table[unchecked: head]
      if entry.object.flags.contains(.freeHead), Int(entry.object.order.rawValue) == from {
        unlink(head, order: from)
        freeCount &-= FrameOrder(UInt8(from)).frameCount
        // Split towards the wanted block, giving back the halves that do not hold it.
        var number = head
        var at = from
        while at > Int(order.rawValue) {
          at &-= 1
          let half = UInt32(FrameOrder(UInt8(at)).frameCount)
          if UInt32(frame.rawValue) >= number &+ half {
            link(number, order: at)
            number &+= half
          } else {
            link(number &+ half, order: at)
          }
          freeCount &+= UInt64(half)
        }
        take(number, order, owner: owner)
        return true
      }
      from &+= 1
    }
    return false
  }

  /// Puts a frame back whose last reference was dropped. It is scrubbed before it is handed out again.
  package mutating func free(_ frame: MachineFrame, _ order: FrameOrder = .page) {
    guard frame.rawValue < table.count, order.frameCount <= table.count &- frame.rawValue else { return }
    var index: UInt64 = 0
    while index < order.frameCount {
      let entry = table[unchecked: UInt32(frame.rawValue &+ index)]
      entry.object.reset(flags: .ram.union(.needsScrub), count: 0)
      entry.object.owner = .hypervisor
      entry.object.progress = 0
      index &+= 1
    }
    dirtyCount &+= order.frameCount
    release(UInt32(frame.rawValue), order)
  }

  /// Frames in a row, cleared, for an object of `byteCount` bytes. Nil where there are none.
  package mutating func allocate(byteCount: UInt64, owner: DomainID) -> MachineFrame? {
    let count = (byteCount &+ pageSize &- 1) >> pageShift
    var order = FrameOrder.page
    while order.frameCount < count { order = FrameOrder(order.rawValue &+ 1) }
    guard let first = allocate(order, owner: owner) else { return nil }
    // A block is a power of two: what the object does not need goes back at once.
    var spare = count
    while spare < order.frameCount {
      free(first.advanced(by: spare))
      spare &+= 1
    }
    return first
  }

  /// Puts the frames of such an object back.
  package mutating func free(_ first: MachineFrame, byteCount: UInt64) {
    var index: UInt64 = 0
    while index < (byteCount &+ pageSize &- 1) >> pageShift {
      free(first.advanced(by: index))
      index &+= 1
    }
  }

  /// Clears one frame that waits for it. Called by the idle loop; false where there is nothing to do.
  package mutating func scrubOne() -> Bool {
    guard dirtyCount > 0 else { return false }
    var looked = 0
    while looked < 512 {
      if scrubCursor >= table.count { scrubCursor = 0 }
      let number = UInt32(scrubCursor)
      scrubCursor &+= 1
      if scrubIfDirty(number) { return true }
      looked &+= 1
    }
    return true
  }

  /// The first frame of the block that `allocate` would give now; nil where no block of the order is free.
  package func nextBlock(
    _ order: FrameOrder, below limit: MachineFrame = MachineFrame(.max)
  ) -> MachineFrame? {
    guard order <= Self.maximumOrder else { return nil }
    var from = Int(order.rawValue)
    while from <= Int(Self.maximumOrder.rawValue) {
      if let number = firstBlock(ofOrder: from, below: limit) { return MachineFrame(UInt64(number)) }
      from &+= 1
    }
    return nil
  }

  /// Clears those of the free frames of a block that wait for it, so that handing it out is short.
  ///
  /// - Parameters:
  ///   - first: where the block begins.
  ///   - order: its size.
  ///   - budget: how many frames to clear at most; what is left of it is written back.
  /// - Returns: whether none of them waits any more.
  package mutating func scrub(_ first: MachineFrame, _ order: FrameOrder, budget: inout Int) -> Bool {
    guard dirtyCount > 0 else { return true }
    var number = first.rawValue
    let end = min(number &+ order.frameCount, table.count)
    while number < end {
      if table[unchecked: UInt32(number)].object.flags.contains(.needsScrub) {
        guard budget > 0 else { return false }
        if scrubIfDirty(UInt32(number)) { budget &-= 1 }
      }
      number &+= 1
    }
    return true
  }

  private mutating func scrubIfDirty(_ number: UInt32) -> Bool {
    guard table[unchecked: number].object.testAndClear(.needsScrub) else { return false }
    clear(number)
    dirtyCount &-= 1
    noteChange()
    return true
  }

  /// The first block of a list that lies under the limit. With a limit, a bounded number of blocks is looked at.
  private func firstBlock(ofOrder order: Int, below limit: MachineFrame) -> UInt32? {
    var number = heads[order]
    let count = FrameOrder(UInt8(order)).frameCount
    var looked = 0
    while number != .noFrame, looked < 256 {
      if limit.rawValue >= UInt64(number) &+ count { return number }
      number = table[unchecked: number].object.next
      looked &+= 1
    }
    return nil
  }

  private mutating func splitDown(_ number: UInt32, from: Int, to order: Int) {
    var at = from
    while at > order {
      at &-= 1
      let half = UInt32(FrameOrder(UInt8(at)).frameCount)
      link(number &+ half, order: at)
      freeCount &+= UInt64(half)
    }
  }

  private mutating func take(_ number: UInt32, _ order: FrameOrder, owner: DomainID) {
    noteChange()
    var index: UInt32 = 0
    while UInt64(index) < order.frameCount {
      let entry = table[unchecked: number &+ index]
      if entry.object.flags.contains(.needsScrub) {
        clear(number &+ index)
        dirtyCount &-= 1
      }
      entry.object.reset(flags: .ram.union(.allocated), count: 1)
      entry.object.owner = owner
      entry.object.progress = 0
      index &+= 1
    }
  }

  private mutating func clear(_ number: UInt32) {
    scrubbedCount &+= 1
    // A frame of the pool lies in the direct map, and no one else refers to it.
    unsafe map.pointer(MachineFrame(UInt64(number)).address).initializeMemory(
      as: UInt8.self, repeating: 0, count: Int(pageSize))
  }

  private mutating func release(_ first: UInt32, _ firstOrder: FrameOrder) {
    noteChange()
    freeCount &+= firstOrder.frameCount
    var number = first
    var order = Int(firstOrder.rawValue)
    while order < Int(Self.maximumOrder.rawValue) {
      let buddy = number ^ UInt32(FrameOrder(UInt8(order)).frameCount)
      guard let entry = table[MachineFrame(UInt64(buddy))], entry.object.flags.contains(.freeHead),
        Int(entry.object.order.rawValue) == order
      else { break }
      unlink(buddy, order: order)
      number = min(number, buddy)
      order &+= 1
    }
    link(number, order: order)
  }

  private mutating func link(_ number: UInt32, order: Int) {
    let entry = table[unchecked: number]
    let dirty = entry.object.flags.intersection(.needsScrub)
    entry.object.reset(flags: .ram.union(.freeHead).union(dirty), count: 0)
    entry.object.order = FrameOrder(UInt8(order))
    entry.object.progress = 0
    entry.object.previous = .noFrame
    entry.object.next = heads[order]
    if heads[order] != .noFrame { table[unchecked: heads[order]].object.previous = number }
    heads[order] = number
  }

  private mutating func unlink(_ number: UInt32, order: Int) {
    let entry = table[unchecked: number]
    let next = entry.object.next
    let previous = entry.object.previous
    if next != .noFrame { table[unchecked: next].object.previous = previous }
    if previous == .noFrame { heads[order] = next } else { table[unchecked: previous].object.next = next }
    _ = entry.object.testAndClear(.freeHead)
    entry.object.next = .noFrame
    entry.object.previous = .noFrame
  }
}
