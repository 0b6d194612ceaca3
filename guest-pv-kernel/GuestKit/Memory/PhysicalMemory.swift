import CGuest

/// The guest's own RAM as frames to be had: one bit a frame, set when taken.
///
/// The bitmap lies in the first stretch of free RAM that holds it. Taken from the start: what is no RAM, the first page
/// and the rest below 1 MiB (left for `takeLow`), the image, and everything that the loader put into memory.
enum PhysicalMemory {
  nonisolated(unsafe) private static var bitmap = unsafe MemoryWindow(unsafeAddress: 0, byteCount: 0)
  nonisolated(unsafe) private static var frameCount = 0
  nonisolated(unsafe) private static var hint = 0
  /// The frames that are free.
  static var freeCount: Int { unsafe storedFreeCount }
  nonisolated(unsafe) private static var storedFreeCount = 0
  /// The frames of RAM.
  static var ramFrameCount: Int { unsafe storedRamFrameCount }
  nonisolated(unsafe) private static var storedRamFrameCount = 0

  /// RAM that is mapped before the guest has built tables of its own.
  private static var bootMapEnd: UInt64 { 4 << 30 }
  private static var lowMemoryEnd: UInt64 { 1 << 20 }

  /// Reads the memory map and marks what is taken. Called once, before anything is allocated.
  static func start() {
    var ramEnd: UInt64 = 0
    for index in 0..<MemoryMap.count {
      let region = MemoryMap.entry(index)
      if region.type == .ram {
        unsafe storedRamFrameCount += region.frames.count
        ramEnd = max(ramEnd, region.frames.upperBound)
      }
    }
    unsafe frameCount = Int(ramEnd)
    let byteCount = (Int(ramEnd) + 63) / 64 * 8
    guard let place = findPlace(byteCount: UInt64(byteCount)) else {
      Panic.report("no room for the frame bitmap in the memory map")
    }
    unsafe bitmap = MemoryWindow(unsafeAddress: place, byteCount: byteCount)
    unsafe bitmap.fill(0xFF)
    for index in 0..<MemoryMap.count {
      let region = MemoryMap.entry(index)
      if region.type == .ram { mark(region.frames, taken: false) }
    }
    reserve(0, lowMemoryEnd)
    reserve(cguest_image_start(), cguest_image_end())
    reserve(place, place + UInt64(byteCount))
    BootInformation.forEachOccupied { start, end in reserve(start, end) }
    unsafe hint = Int((place + UInt64(byteCount)) >> pageShift)
    mapHighMemory()
  }

  /// Maps the RAM that the entry's tables leave out. The frames for tables come from below: those are free first.
  private static func mapHighMemory() {
    for index in 0..<MemoryMap.count {
      let region = MemoryMap.entry(index)
      let first = max(region.frames.lowerBound, bootMapEnd >> pageShift)
      if region.type == .ram && first < region.frames.upperBound {
        CurrentTables.map(first..<region.frames.upperBound)
      }
    }
  }

  /// Marks the frames that a stretch of bytes touches as taken.
  private static func reserve(_ start: UInt64, _ end: UInt64) {
    let limit = UInt64(unsafe frameCount)
    let last = min((end + pageSize - 1) >> pageShift, limit)
    mark(min(start >> pageShift, last)..<last, taken: true)
  }

  /// Sets or clears the bits of a range, and counts what changes.
  private static func mark(_ frames: Range<UInt64>, taken: Bool) {
    var frame = frames.lowerBound
    while frame < frames.upperBound {
      let bit = frame & 63
      let count = min(64 - bit, frames.upperBound - frame)
      let mask = (count == 64 ? UInt64.max : (1 << count) - 1) << bit
      let offset = Int(frame / 64 * 8)
      let old = unsafe bitmap.load64(at: offset)
      let new = taken ? old | mask : old & ~mask
      unsafe bitmap.store64(new, at: offset)
      unsafe storedFreeCount += old.nonzeroBitCount - new.nonzeroBitCount
      frame += count
    }
  }

  /// Whether neither the image nor the loader uses the bytes.
  private static func isFree(_ start: UInt64, _ byteCount: UInt64) -> Bool {
    let end = start &+ byteCount
    var free = !(start < cguest_image_end() && cguest_image_start() < end)
    BootInformation.forEachOccupied { first, last in
      if start < last && first < end { free = false }
    }
    return free
  }

  /// The first page-aligned free stretch of RAM above 1 MiB and below 4 GiB.
  private static func findPlace(byteCount: UInt64) -> UInt64? {
    for index in 0..<MemoryMap.count {
      let region = MemoryMap.entry(index)
      if region.type != .ram { continue }
      var start = max(region.frames.lowerBound << pageShift, lowMemoryEnd)
      let end = min(region.frames.upperBound << pageShift, bootMapEnd)
      while start &+ byteCount <= end {
        if isFree(start, byteCount) { return start }
        start += pageSize
      }
    }
    return nil
  }

  /// Takes `count` neighbouring free frames, aligned to `alignment` frames; nil where there are none.
  static func take(count: Int = 1, alignment: Int = 1) -> GuestFrame? {
    withInterruptsOff {
      let from = unsafe hint
      if let found = unsafe search(from, frameCount, count, alignment) ?? search(0, from + count, count, alignment) {
        for frame in found..<found + count { unsafe bitmap.testAndSet(bit: frame, of: 0) }
        unsafe storedFreeCount -= count
        unsafe hint = found + count
        return GuestFrame(UInt64(found))
      }
      return nil
    }
  }

  private static func search(_ start: Int, _ end: Int, _ count: Int, _ alignment: Int) -> Int? {
    var first = (start + alignment - 1) / alignment * alignment
    let limit = unsafe min(end, frameCount)
    while first + count <= limit {
      if first & 63 == 0 && alignment <= 64 {
        // 64 taken frames are skipped at once.
        if unsafe bitmap.load64(at: first / 64 * 8) == UInt64.max {
          first += 64
          continue
        }
      }
      var length = 0
      while length < count && !isTaken(first + length) { length += 1 }
      if length == count { return first }
      first = (first + length + alignment) / alignment * alignment
    }
    return nil
  }

  private static func isTaken(_ frame: Int) -> Bool {
    unsafe bitmap.load64(at: frame / 64 * 8) & 1 << UInt64(frame & 63) != 0
  }

  /// A free page of RAM below 1 MiB, where a special page breaks up no large page of use; else any page. It is the
  /// caller's for good.
  static func takeLow() -> GuestFrame? {
    for index in 0..<MemoryMap.count {
      let region = MemoryMap.entry(index)
      if region.type != .ram { continue }
      for frame in region.frames where frame >= (unsafe nextLow) && frame << pageShift < lowMemoryEnd {
        if isFree(frame << pageShift, pageSize) {
          unsafe nextLow = frame + 1
          return GuestFrame(frame)
        }
      }
    }
    return take()
  }

  /// The lowest frame below 1 MiB that was not handed out; frame 0 never is.
  nonisolated(unsafe) private static var nextLow: UInt64 = 1

  /// Gives `count` frames back, or adds frames that are RAM again.
  static func give(_ frame: GuestFrame, count: Int = 1) {
    withInterruptsOff {
      let first = Int(frame.rawValue)
      precondition(first >= 0 && first + count <= (unsafe frameCount))
      for index in first..<first + count {
        let wasTaken = unsafe bitmap.testAndClear(bit: index, of: 0)
        precondition(wasTaken)
      }
      unsafe storedFreeCount += count
    }
  }
}
