#if canImport(XenABI)
  import XenABI
#endif

/// The machine's RAM as the loader describes it, and what the boot code has taken of it.
///
/// Everything that stays is taken from the end of the largest range below 4 GiB, which the first page tables reach; so
/// the memory from 1 MiB on is free for domain 0, whose guest frames are machine frames.
package struct BootMemory {
  /// What can be used: whole frames, by address, no two of them touching.
  package private(set) var ranges = InlineArray<64, MachineRange>(repeating: MachineRange())
  package private(set) var count = 0
  /// What must not be taken: the loader's structures, the modules, the image where it was loaded.
  private var kept = InlineArray<80, MachineRange>(repeating: MachineRange())
  private var keptCount = 0
  /// What can still be taken.
  private var room = MachineRange()
  /// From the lowest address that was taken on; up to its end everything is the hypervisor's.
  package private(set) var taken = MachineRange()

  package init() {}

  /// What the first page tables reach.
  package static var reach: MachineRange { MachineRange(MachineAddress(0), MachineAddress(1 << 32)) }
  package static var firstMebibyte: MachineAddress { MachineAddress(1 << 20) }

  /// Adds a usable range: its whole frames, together with what they touch of those that were added before.
  package mutating func addUsable(_ address: MachineAddress, byteCount: UInt64) {
    var range = MachineRange(framesWithin: address, byteCount: byteCount)
    guard !range.isEmpty else { return }
    var apart = 0
    var index = 0
    while index < count {
      if ranges[index].touches(range) {
        range = range.union(ranges[index])
      } else {
        ranges[apart] = ranges[index]
        apart &+= 1
      }
      index &+= 1
    }
    count = apart
    guard count < ranges.count else { return }  // what more there is stays unused
    index = count
    while index > 0, ranges[index &- 1].start > range.start {
      ranges[index] = ranges[index &- 1]
      index &-= 1
    }
    ranges[index] = range
    count &+= 1
  }

  /// Takes a range out of what is usable. Firmware may tell of memory twice: what it keeps for itself is kept.
  package mutating func exclude(_ address: MachineAddress, byteCount: UInt64) {
    let hole = MachineRange(framesAround: address, byteCount: byteCount)
    guard !hole.isEmpty else { return }
    let before = ranges
    let countBefore = count
    count = 0
    var index = 0
    while index < countBefore {
      let range = before[index]
      if range.overlaps(hole) {
        append(MachineRange(range.start, hole.start))
        append(MachineRange(hole.end, range.end))
      } else {
        append(range)
      }
      index &+= 1
    }
  }

  private mutating func append(_ range: MachineRange) {
    guard !range.isEmpty, count < ranges.count else { return }
    ranges[count] = range
    count &+= 1
  }

  /// Marks the frames of a range that `take` must go round.
  ///
  /// - Returns: false where there is no room for the mark: nothing may be taken then.
  package mutating func keep(_ address: MachineAddress, byteCount: UInt64) -> Bool {
    let range = MachineRange(framesAround: address, byteCount: byteCount)
    guard !range.isEmpty else { return true }
    guard keptCount < kept.count else { return false }
    kept[keptCount] = range
    keptCount &+= 1
    return true
  }

  /// The usable bytes in all.
  package var total: UInt64 {
    var sum: UInt64 = 0
    var index = 0
    while index < count {
      sum &+= ranges[index].byteCount
      index &+= 1
    }
    return sum
  }

  /// The first address past all usable memory.
  package var limit: MachineAddress { count > 0 ? ranges[count &- 1].end : MachineAddress(0) }

  /// Chooses where to take from: the largest range that starts below 4 GiB.
  package mutating func start() {
    let allowed = MachineRange(Self.firstMebibyte, Self.reach.end)
    var index = 0
    while index < count {
      let range = ranges[index].intersection(allowed)
      if range.byteCount > room.byteCount { room = range }
      index &+= 1
    }
    taken = MachineRange(room.end, room.end)
  }

  /// Takes `byteCount` bytes, rounded up to frames and aligned. Nil where there is no room.
  package mutating func take(_ byteCount: UInt64) -> MachineAddress? {
    let (rounded, overflow) = byteCount.addingReportingOverflow(pageSize &- 1)
    guard !overflow else { return nil }
    let size = rounded & ~(pageSize &- 1)
    var end = room.end
    while true {
      guard end >= room.start, end.rawValue &- room.start.rawValue >= size else { return nil }
      let wanted = MachineRange(MachineAddress(end.rawValue &- size), end)
      if let obstacle = firstKept(overlapping: wanted) {
        end = obstacle.start
        continue
      }
      room.end = wanted.start
      taken.start = wanted.start
      return wanted.start
    }
  }

  private func firstKept(overlapping range: MachineRange) -> MachineRange? {
    var index = 0
    while index < keptCount {
      if kept[index].overlaps(range) { return kept[index] }
      index &+= 1
    }
    return nil
  }
}
