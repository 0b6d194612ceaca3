#if canImport(XenABI)
  import XenABI
#endif

/// A domain's physical-to-machine map, kept in the format its ring layout's hardware walks.
///
/// Every change goes through `set`, so that log-dirty tracking and an IOMMU have one place to hook in. What a change
/// leaves behind in translation caches is the `PendingFlush` it returns.
package struct P2M: ~Copyable {
  private let pinned = Pinned()
  package let format: NestedTableFormat
  /// The frame of the topmost table.
  package private(set) var root: MachineFrame
  /// The tables in use, the topmost included.
  package private(set) var tableCount: UInt32 = 1
  /// The most tables this map may use: a sparse map must not eat the pool.
  package var tableLimit: UInt32
  private let map: DirectMap
  /// Recent superpage lookups: guest frame and entry. Only this type changes entries, so it can keep them true.
  private var cache = InlineArray<8, CachedEntry>(repeating: CachedEntry())
  /// The same regions, as far as they are memory that the hypervisor may read, and may write. Others only ask them.
  var readable = RecentRegions()
  var writable = RecentRegions()

  private struct CachedEntry: BitwiseCopyable {
    var region: UInt64 = .max
    var entry: UInt64 = 0
  }

  /// The first guest frame that no four-level table reaches.
  package static var frameLimit: GuestFrame { GuestFrame(1 << 36) }

  /// What a guest frame leads to.
  package struct Entry: BitwiseCopyable {
    package var frame: MachineFrame
    package var type: P2MType
    /// The order of the leaf it is part of.
    package var order: FrameOrder
  }

  /// An empty map. Nil where no frame is left for its topmost table.
  package init?(
    format: NestedTableFormat, map: DirectMap, tableLimit: UInt32, allocator: inout FrameAllocator
  ) {
    guard let root = allocator.allocate(.page, owner: .hypervisor) else { return nil }
    self.format = format
    self.root = root
    self.map = map
    self.tableLimit = tableLimit
  }

  /// What `frame` leads to; type `hole` where there is nothing.
  @inline(__always)
  package mutating func lookup(_ frame: GuestFrame) -> Entry {
    let region = frame.rawValue >> 9
    let slot = Int(region & 7)
    let cached = cache[slot]
    if cached.region == region { return Self.decode(cached.entry, .superpage2M, frame) }
    return walk(frame)
  }

  @inline(never)
  private mutating func walk(_ frame: GuestFrame) -> Entry {
    guard frame < Self.frameLimit else { return Entry(frame: MachineFrame(0), type: .hole, order: .page) }
    if let table = lowestTable(frame) {
      return Self.decodePage(load(table, Int(truncatingIfNeeded: frame.rawValue & 511)))
    }
    var table = root.address
    var level = 3
    while true {
      let entry = load(table, index(frame, level))
      if entry & format.readable != format.readable {
        return Entry(frame: MachineFrame(0), type: .hole, order: FrameOrder(UInt8(level &* 9)))
      }
      if level == 0 || entry & NestedTableFormat.largePage != 0 {
        let order = FrameOrder(UInt8(level &* 9))
        let decoded = Self.decode(entry, order, frame)
        if order >= .superpage2M { note(frame, entry, decoded) }
        return decoded
      }
      table = MachineAddress(entry & NestedTableFormat.addressMask)
      level &-= 1
    }
  }

  /// The lowest table on the way to a frame, where there are tables all the way down: no hole and no superpage above
  /// it. Four loads that take a few instructions each, for the map's single pages.
  @inline(__always)
  private func lowestTable(_ frame: GuestFrame) -> MachineAddress? {
    guard let third = nextTable(root.address, frame.rawValue >> 27),
      let second = nextTable(third, frame.rawValue >> 18)
    else { return nil }
    return nextTable(second, frame.rawValue >> 9)
  }

  /// The table that an entry leads to; nil for a hole and for a superpage. The slot is cut to nine bits.
  @inline(__always)
  private func nextTable(_ table: MachineAddress, _ slot: UInt64) -> MachineAddress? {
    let entry = load(table, Int(truncatingIfNeeded: slot & 511))
    guard entry & (format.readable | NestedTableFormat.largePage) == format.readable else { return nil }
    return MachineAddress(entry & NestedTableFormat.addressMask)
  }

  /// What an entry of a lowest table stands for: all zeros is a hole.
  @inline(__always)
  private static func decodePage(_ entry: UInt64) -> Entry {
    let type = P2MType(rawValue: UInt8(truncatingIfNeeded: entry >> NestedTableFormat.typeShift) & 15) ?? .hole
    return Entry(frame: MachineAddress(entry & NestedTableFormat.addressMask).frame, type: type, order: .page)
  }

  /// Keeps what a walk found in a large leaf.
  private mutating func note(_ frame: GuestFrame, _ entry: UInt64, _ decoded: Entry) {
    let region = frame.rawValue >> 9
    if decoded.order == .superpage2M { cache[Int(region & 7)] = CachedEntry(region: region, entry: entry) }
    guard decoded.type.isMemory else { return }
    // Memory types lead to RAM, all of which the direct map covers.
    let place = unsafe UInt(bitPattern: map.pointer(decoded.frame.address))
    let distance = place &- UInt(frame.address.rawValue)
    readable.note(region, distance)
    if decoded.type.isWritable { writable.note(region, distance) }
  }

  /// Forgets what walks have found, since the map changes.
  private mutating func forgetRecent() {
    cache = InlineArray(repeating: CachedEntry())
    readable = RecentRegions()
    writable = RecentRegions()
  }

  @inline(__always)
  private static func decode(_ entry: UInt64, _ order: FrameOrder, _ frame: GuestFrame) -> Entry {
    let base = entry & NestedTableFormat.addressMask & ~(order.byteCount &- 1)
    let within = frame.rawValue & (order.frameCount &- 1)
    let type = P2MType(rawValue: UInt8(truncatingIfNeeded: entry >> NestedTableFormat.typeShift) & 15) ?? .hole
    return Entry(frame: MachineAddress(base).frame.advanced(by: within), type: type, order: order)
  }

  /// Maps a naturally aligned block of guest frames to a block of machine frames as `type`; `hole` takes it away.
  ///
  /// What was mapped there before is not given back: the caller has looked it up.
  /// - Throws: `outOfMemory` where a table is needed and none is to be had (nothing is changed then, but a superpage
  ///   may have been split), `invalidArgument` for a misaligned or unreachable frame.
  /// - Returns: the flush that has to be done before an old frame may be freed.
  package mutating func set(
    _ frame: GuestFrame, _ order: FrameOrder, to machineFrame: MachineFrame, _ type: P2MType,
    allocator: inout FrameAllocator
  ) throws(HypercallError) -> PendingFlush {
    let mask = order.frameCount &- 1
    guard frame < Self.frameLimit, order.rawValue % 9 == 0, order <= .superpage1G, frame.rawValue & mask == 0,
      type == .hole || machineFrame.rawValue & mask == 0
    else { throw .invalidArgument }
    if order > format.largestLeaf, type != .hole {
      return try setPieces(frame, order, to: machineFrame, type, allocator: &allocator)
    }
    allocator.noteChange()
    forget(frame, order)
    if order == .page, let table = lowestTable(frame) {
      let slot = Int(truncatingIfNeeded: frame.rawValue & 511)
      let old = load(table, slot)
      store(table, slot, format.leaf(machineFrame, order, type))
      return PendingFlush(isNeeded: old & format.readable == format.readable)
    }
    let target = Int(order.rawValue) / 9
    var table = root.address
    var level = 3
    while level > target {
      let slot = index(frame, level)
      let entry = load(table, slot)
      if entry & format.readable != format.readable {
        if type == .hole { return PendingFlush(isNeeded: false) }
        let next = try newTable(&allocator)
        store(table, slot, next.address.rawValue | format.table)
        table = next.address
      } else if entry & NestedTableFormat.largePage != 0 {
        table = try split(table, slot, entry, level, &allocator).address
      } else {
        table = MachineAddress(entry & NestedTableFormat.addressMask)
      }
      level &-= 1
    }
    let slot = index(frame, level)
    let old = load(table, slot)
    store(table, slot, format.leaf(machineFrame, order, type))
    let wasTable = level > 0 && old & format.readable == format.readable && old & NestedTableFormat.largePage == 0
    if wasTable { freeTables(MachineAddress(old & NestedTableFormat.addressMask), level &- 1, &allocator) }
    return PendingFlush(isNeeded: old & format.readable == format.readable)
  }

  /// Splits the superpage that a frame is part of until code may be fetched from the frame.
  ///
  /// - Throws: `outOfMemory` where a table is needed and none is to be had.
  /// - Returns: the flush that has to be done before the fetch is made again.
  package mutating func splitForExecution(
    of frame: GuestFrame, allocator: inout FrameAllocator
  ) throws(HypercallError) -> PendingFlush {
    guard frame < Self.frameLimit else { return PendingFlush(isNeeded: false) }
    allocator.noteChange()
    forget(frame, .superpage2M)
    var table = root.address
    var level = 3
    while FrameOrder(UInt8(level &* 9)) > format.largestExecutable {
      let slot = index(frame, level)
      let entry = load(table, slot)
      if entry & format.readable != format.readable { break }
      if entry & NestedTableFormat.largePage != 0 {
        table = try split(table, slot, entry, level, &allocator).address
      } else {
        table = MachineAddress(entry & NestedTableFormat.addressMask)
      }
      level &-= 1
    }
    return PendingFlush(isNeeded: true)
  }

  /// A block larger than the processor's largest leaf, as 512 of the next size.
  private mutating func setPieces(
    _ frame: GuestFrame, _ order: FrameOrder, to machineFrame: MachineFrame, _ type: P2MType,
    allocator: inout FrameAllocator
  ) throws(HypercallError) -> PendingFlush {
    let smaller = FrameOrder(order.rawValue &- 9)
    var isNeeded = false
    var piece: UInt64 = 0
    while piece < 512 {
      let distance = piece &* smaller.frameCount
      let flush = try set(
        frame.advanced(by: distance), smaller, to: machineFrame.advanced(by: distance), type, allocator: &allocator)
      if flush.isNeeded { isNeeded = true }
      flush.join()
      piece &+= 1
    }
    return PendingFlush(isNeeded: isNeeded)
  }

  /// Takes out of the cache what a change of these frames makes untrue. Splitting a leaf leaves the rest as it was.
  private mutating func forget(_ frame: GuestFrame, _ order: FrameOrder) {
    guard order <= .superpage2M else { return forgetRecent() }
    let region = frame.rawValue >> 9
    if cache[Int(region & 7)].region == region { cache[Int(region & 7)].region = .max }
    readable.forget(region)
    writable.forget(region)
  }

  /// Gives up the empty tables at the domain's end, a piece at a time.
  ///
  /// - Parameters:
  ///   - allocator: gets the tables' frames.
  ///   - budget: how many tables to free at most.
  /// - Returns: true when only the topmost table is left, which `destroyRoot` takes.
  package mutating func freeTables(allocator: inout FrameAllocator, budget: Int) -> Bool {
    forgetRecent()
    var left = budget
    return pruneChildren(of: root.address, level: 3, &allocator, &left)
  }

  /// Frees the topmost table: the map must not be used again. What the processor keeps of it is flushed before a vCPU of
  /// the next domain with a table in its frame runs (`VCPU.attention`).
  package mutating func destroyRoot(allocator: inout FrameAllocator) {
    if tableCount > 0 {
      allocator.free(root)
      tableCount = 0
    }
  }

  /// Frees the tables under one, deepest first. True when the table has no further tables under it.
  private mutating func pruneChildren(
    of table: MachineAddress, level: Int, _ allocator: inout FrameAllocator, _ left: inout Int
  ) -> Bool {
    if level == 0 { return true }
    var slot = 0
    while slot < 512 {
      let entry = load(table, slot)
      if entry & format.readable == format.readable, entry & NestedTableFormat.largePage == 0 {
        let child = MachineAddress(entry & NestedTableFormat.addressMask)
        guard pruneChildren(of: child, level: level &- 1, &allocator, &left) else { return false }
        if left == 0 { return false }
        left &-= 1
        store(table, slot, 0)
        allocator.free(child.frame)
        tableCount &-= 1
      }
      slot &+= 1
    }
    return true
  }

  private mutating func freeTables(_ table: MachineAddress, _ level: Int, _ allocator: inout FrameAllocator) {
    var all = Int.max
    _ = pruneChildren(of: table, level: level, &allocator, &all)
    allocator.free(table.frame)
    tableCount &-= 1
  }

  private mutating func newTable(_ allocator: inout FrameAllocator) throws(HypercallError) -> MachineFrame {
    guard tableCount < tableLimit, let frame = allocator.allocate(.page, owner: .hypervisor) else {
      throw .outOfMemory
    }
    tableCount &+= 1
    return frame
  }

  private mutating func split(
    _ table: MachineAddress, _ slot: Int, _ entry: UInt64, _ level: Int, _ allocator: inout FrameAllocator
  ) throws(HypercallError) -> MachineFrame {
    let next = try newTable(&allocator)
    let order = FrameOrder(UInt8((level &- 1) &* 9))
    let whole = FrameOrder(UInt8(level &* 9))
    let base = MachineAddress(entry & NestedTableFormat.addressMask & ~(whole.byteCount &- 1)).frame
    let type = P2MType(rawValue: UInt8(truncatingIfNeeded: entry >> NestedTableFormat.typeShift) & 15) ?? .hole
    var piece = 0
    while piece < 512 {
      store(
        next.address, piece, format.leaf(base.advanced(by: UInt64(piece) &* order.frameCount), order, type))
      piece &+= 1
    }
    store(table, slot, next.address.rawValue | format.table)
    return next
  }

  @inline(__always)
  private func index(_ frame: GuestFrame, _ level: Int) -> Int {
    Int(truncatingIfNeeded: frame.rawValue >> UInt64(level &* 9)) & 511
  }

  @inline(__always)
  private func load(_ table: MachineAddress, _ slot: Int) -> UInt64 {
    // Tables are frames of the pool, which the direct map covers; a slot is below 512.
    unsafe map.pointer(table.advanced(by: UInt64(slot) &* 8)).load(as: UInt64.self)
  }

  @inline(__always)
  private func store(_ table: MachineAddress, _ slot: Int, _ value: UInt64) {
    // As in `load`. The processor may walk the table at the same time: one aligned store is one change to it.
    unsafe map.pointer(table.advanced(by: UInt64(slot) &* 8)).storeBytes(of: value, as: UInt64.self)
  }
}
