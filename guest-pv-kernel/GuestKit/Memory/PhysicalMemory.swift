import CGuest

/// The guest's own RAM as frames to be had.
///
/// Its map lies in the first stretch of free RAM that holds it. Taken from the start: what is no RAM, the first page
/// and the rest below 1 MiB (left for `takeLow`), the image, and everything that the loader put into memory.
enum PhysicalMemory {
  nonisolated(unsafe) private static var map = FrameMap(frameCount: 0, at: 0, in: OwnMemory())
  /// The frames that are free.
  static var freeCount: Int { unsafe map.freeCount }
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
    let byteCount = UInt64(FrameMap<OwnMemory>.byteCount(frames: Int(ramEnd)))
    guard let place = findPlace(byteCount: byteCount) else {
      Panic.report("no room for the frame bitmap in the memory map")
    }
    unsafe map = FrameMap(frameCount: Int(ramEnd), at: place, in: OwnMemory())
    for index in 0..<MemoryMap.count {
      let region = MemoryMap.entry(index)
      if region.type == .ram {
        unsafe map.set(Int(region.frames.lowerBound)..<Int(region.frames.upperBound), taken: false)
      }
    }
    reserve(0, lowMemoryEnd)
    reserve(cguest_image_start(), cguest_image_end())
    reserve(place, place + byteCount)
    BootInformation.forEachOccupied { start, end in reserve(start, end) }
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
    let limit = UInt64(unsafe map.frameCount)
    let last = min((end + pageSize - 1) >> pageShift, limit)
    unsafe map.set(Int(min(start >> pageShift, last))..<Int(last), taken: true)
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
    withInterruptsOff { unsafe map.take(count: count, alignment: alignment).map { GuestFrame(UInt64($0)) } }
  }

  /// Whether so many free frames are neighbours.
  static func hasRun(of count: Int) -> Bool { withInterruptsOff { unsafe map.hasRun(of: count) } }

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
      let changed = unsafe map.set(first..<first + count, taken: false)
      precondition(changed == count)
    }
  }
}
