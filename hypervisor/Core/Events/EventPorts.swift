#if canImport(XenABI)
  import XenABI
#endif

/// A domain's event-channel ports: a table in frames of the hypervisor's, each taken when its first port is.
@safe
package struct EventPorts: ~Copyable {
  private let pinned = Pinned()
  /// The addresses of the frames, 0 for those that are not there yet. 256 entries of 16 bytes fill one.
  private var buckets = InlineArray<16, UInt>(repeating: 0)
  /// The ports that are not free.
  package private(set) var usedCount: UInt32 = 0
  /// No port below this one is free.
  private var lowestFree: UInt32 = 1
  /// No port below this one is in use: a fact of the table and no operation's progress, so that it holds whatever
  /// becomes of the ports while somebody closes all of them piece by piece.
  private var lowestUsed: UInt32 = 1
  /// The ports, of other domains and of this one, that are connected to this domain's: what would be left with a handle
  /// to nothing if it were forgotten.
  package internal(set) var leadingHere: UInt32 = 0
  /// The vCPUs that wait in SCHEDOP_poll, a bit each.
  package internal(set) var pollers: UInt32 = 0

  package init() {}

  /// The ports that the table has room for, in the wider layout.
  static var capacity: UInt32 { 4096 }

  /// The entry of a port; nil past the end, and where no port of its frame was ever in use. Port 0 is always free.
  ///
  /// Changes nothing. It is `mutating` so that it works in place: a borrowed value of this size is copied first.
  @inline(__always)
  package mutating func entry(_ port: EventPort) -> Handle<PortEntry>? {
    let bucket = port.rawValue >> 8
    guard bucket < 16 else { return nil }
    let base = buckets[Int(bucket)]
    // A frame of entries, all bytes zero at first, that stays for as long as the domain; the index is below 256.
    guard let first = unsafe UnsafeMutablePointer<PortEntry>(bitPattern: base) else { return nil }
    return unsafe Handle(first + Int(port.rawValue & 255))
  }

  /// The entry of a port that is bound to something.
  ///
  /// - Throws: `invalidArgument` for a port that is free, or can't be.
  @inline(__always)
  mutating func used(_ port: EventPort) throws(HypercallError) -> Handle<PortEntry> {
    guard let entry = entry(port), entry.object.state != .free else { throw .invalidArgument }
    return entry
  }

  /// Binds the lowest free port.
  ///
  /// - Parameters:
  ///   - value: what the port is bound to.
  ///   - limit: the first port that the domain can't have (`SharedInfoPage.portLimit`).
  ///   - allocator: gives frames for more entries.
  ///   - map: where the entries are mapped.
  /// - Throws: `noSpace` where all are in use, `outOfMemory` where the table can't grow.
  mutating func open(
    _ value: PortEntry, limit: UInt32, allocator: inout FrameAllocator, map: DirectMap
  ) throws(HypercallError) -> EventPort {
    var number = lowestFree
    while number < min(limit, Self.capacity) {
      let port = EventPort(number)
      if entry(port) == nil { try addBucket(Int(number >> 8), &allocator, map) }
      if let entry = entry(port), entry.object.state == .free {
        entry.object = value
        lowestFree = number &+ 1
        lowestUsed = min(lowestUsed, number)
        usedCount &+= 1
        return port
      }
      number &+= 1
    }
    // A domain with a narrow shared info may have used ports of the wide one before.
    if limit >= Self.capacity { lowestFree = number }
    throw .noSpace
  }

  private mutating func addBucket(
    _ index: Int, _ allocator: inout FrameAllocator, _ map: DirectMap
  ) throws(HypercallError) {
    guard let frame = allocator.allocate(.page, owner: .hypervisor) else { throw .outOfMemory }
    buckets[index] = unsafe UInt(bitPattern: map.pointer(frame.address))
  }

  /// Frees a port that was bound.
  mutating func release(_ port: EventPort) {
    guard let entry = entry(port), entry.object.state != .free else { return }
    entry.object = PortEntry()
    usedCount &-= 1
    lowestFree = min(lowestFree, port.rawValue)
  }

  /// The lowest port in use; at most `budget` entries are looked at for it. Nil where none is left, or the budget is at
  /// its end.
  mutating func lowest(_ budget: inout Int) -> EventPort? {
    while lowestUsed < Self.capacity, budget > 0 {
      let port = EventPort(lowestUsed)
      guard let entry = entry(port) else {
        // The rest of a frame that is not there.
        lowestUsed = (lowestUsed | 255) &+ 1
        continue
      }
      budget &-= 1
      if entry.object.state != .free { return port }
      lowestUsed &+= 1
    }
    return nil
  }

  /// Whether no port is in use, as far as `lowest` has looked: it has seen each that was, and none was opened since.
  var isEmpty: Bool { lowestUsed >= Self.capacity }

  /// Gives the table's frames back; no port may be in use.
  mutating func freeBuckets(_ allocator: inout FrameAllocator, _ map: DirectMap) {
    var index = 0
    while index < buckets.count {
      if let base = unsafe UnsafeRawPointer(bitPattern: buckets[index]) {
        unsafe allocator.free(map.address(of: base).frame)  // the frame's own address, as `addBucket` noted it
        buckets[index] = 0
      }
      index &+= 1
    }
    lowestFree = 1
  }
}
