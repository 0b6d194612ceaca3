/// A range of machine memory.
struct MemoryRange: BitwiseCopyable {
  var start: UInt64 = 0
  var end: UInt64 = 0

  func overlaps(_ other: MemoryRange) -> Bool { start < other.end && other.start < end }
}

/// The machine's RAM as the loader describes it, and what the boot code has taken of it.
///
/// Everything that stays is taken from the end of the highest range below 4 GiB, which the first page tables reach;
/// so the memory from 1 MiB on is free for domain 0, whose guest frames are machine frames.
struct BootMemory {
  private(set) var ranges = InlineArray<64, MemoryRange>(repeating: MemoryRange())
  private(set) var count = 0
  /// What firmware keeps for itself next to RAM: its tables lie there.
  private(set) var firmware = InlineArray<16, MemoryRange>(repeating: MemoryRange())
  private(set) var firmwareCount = 0
  /// What must not be taken: the loader's structures, the modules, the image where it was loaded.
  private var kept = InlineArray<72, MemoryRange>(repeating: MemoryRange())
  private var keptCount = 0
  /// The end of what can still be taken, and the start of the range that it lies in.
  private var top: UInt64 = 0
  private var floor: UInt64 = 0
  /// The lowest address that was taken; from there to `takenEnd` everything is the hypervisor's.
  private(set) var taken = MemoryRange()

  static var firstMebibyte: UInt64 { 1 << 20 }

  /// Adds a usable range; what is no whole frame, or overlaps an earlier one, is cut off.
  mutating func addUsable(_ address: UInt64, _ length: UInt64) {
    let (end, overflow) = address.addingReportingOverflow(length)
    var range = MemoryRange(
      start: (address &+ pageSize &- 1) & ~(pageSize &- 1), end: (overflow ? UInt64.max : end) & ~(pageSize &- 1))
    guard range.start < range.end, count < ranges.count else { return }
    var index = 0
    while index < count {
      if ranges[index].overlaps(range) {
        let startsWithin = range.start >= ranges[index].start
        if startsWithin { range.start = ranges[index].end } else { range.end = ranges[index].start }
        if range.start >= range.end { return }
      }
      index &+= 1
    }
    // Sorted by address: there are few of them.
    index = count
    while index > 0, ranges[index &- 1].start > range.start {
      ranges[index] = ranges[index &- 1]
      index &-= 1
    }
    ranges[index] = range
    count &+= 1
  }

  /// Adds a range that firmware keeps: of what lies below the devices' addresses, whole frames.
  mutating func addFirmware(_ address: UInt64, _ length: UInt64) {
    let (end, overflow) = address.addingReportingOverflow(length)
    guard !overflow, end <= 0xC000_0000, firmwareCount < firmware.count else { return }
    firmware[firmwareCount] = MemoryRange(
      start: address & ~(pageSize &- 1), end: (end &+ pageSize &- 1) & ~(pageSize &- 1))
    firmwareCount &+= 1
  }

  /// Marks a range that `take` must go round.
  mutating func keep(_ start: UInt64, _ end: UInt64) {
    guard keptCount < kept.count, start < end else { return }
    kept[keptCount] = MemoryRange(start: start, end: end)
    keptCount &+= 1
  }

  /// The usable bytes in all.
  var total: UInt64 {
    var sum: UInt64 = 0
    var index = 0
    while index < count {
      sum &+= ranges[index].end &- ranges[index].start
      index &+= 1
    }
    return sum
  }

  /// The first address past all usable memory.
  var limit: UInt64 { count > 0 ? ranges[count &- 1].end : 0 }

  /// Chooses where to take from: the largest range that starts below 4 GiB.
  mutating func start() {
    var best: UInt64 = 0
    var index = 0
    while index < count {
      let range = MemoryRange(start: max(ranges[index].start, Self.firstMebibyte), end: min(ranges[index].end, 1 << 32))
      if range.start < range.end, range.end &- range.start > best {
        best = range.end &- range.start
        floor = range.start
        top = range.end
      }
      index &+= 1
    }
    taken = MemoryRange(start: top, end: top)
  }

  /// Takes `byteCount` bytes, rounded up to frames and aligned. Nil where there is no room.
  mutating func take(_ byteCount: UInt64, alignment: UInt64 = 4096) -> MachineAddress? {
    let size = (byteCount &+ pageSize &- 1) & ~(pageSize &- 1)
    var end = top
    while true {
      guard end >= floor, end &- floor >= size else { return nil }
      let start = (end &- size) & ~(alignment &- 1)
      guard start >= floor else { return nil }
      let wanted = MemoryRange(start: start, end: start &+ size)
      if let obstacle = firstKept(overlapping: wanted) {
        end = obstacle.start & ~(pageSize &- 1)
        continue
      }
      top = start
      taken.start = start
      return MachineAddress(start)
    }
  }

  private func firstKept(overlapping range: MemoryRange) -> MemoryRange? {
    var index = 0
    while index < keptCount {
      if kept[index].overlaps(range) { return kept[index] }
      index &+= 1
    }
    return nil
  }
}
