import CGuest

/// Places in guest-physical space where nothing is: for the grant table, and for frames of other domains. They lie in the
/// first empty 128 MiB above all RAM and above 4 GiB, so that no device is near.
enum UnusedFrames {
  /// 128 MiB, as a Linux guest aligns such a region.
  private static var regionSize: UInt64 { 1 << 15 }
  nonisolated(unsafe) private static var next: UInt64 = 0
  nonisolated(unsafe) private static var free: [GuestFrame] = []

  /// The first frame of the region.
  private static func findRegion() -> UInt64 {
    var start: UInt64 = 1 << 20
    // The control domain's frames are the machine's: a place must not be another domain's RAM to a device either.
    if Hypervisor.isControlDomain, let last = try? XenMemory.maximumRAMPage().rawValue, last >= start {
      start = (last / regionSize + 1) * regionSize
    }
    var isMoved = true
    while isMoved {
      isMoved = false
      for index in 0..<MemoryMap.count {
        let entry = MemoryMap.entry(index)
        let first = entry.address.rawValue >> pageShift
        let last = (entry.end.rawValue + pageSize - 1) >> pageShift
        if last > start && (first < start + regionSize || entry.type == .ram) {
          start = (last + regionSize - 1) / regionSize * regionSize
          isMoved = true
        }
      }
    }
    return start
  }

  /// A place for one frame, mapped one to one.
  static func take() -> GuestFrame {
    withInterruptsOff {
      if let frame = unsafe free.popLast() { return frame }
      if unsafe next == 0 { unsafe next = findRegion() }
      let frame = GuestFrame(unsafe next)
      unsafe next += 1
      CurrentTables.map(frame.rawValue..<frame.rawValue + 1)
      return frame
    }
  }

  /// Takes the place back, empty again.
  static func give(_ frame: GuestFrame) {
    withInterruptsOff { unsafe free.append(frame) }
  }
}
