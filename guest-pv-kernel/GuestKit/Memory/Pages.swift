/// Neighbouring frames of RAM, taken from `PhysicalMemory` and given back when this value ends. RAM is mapped one to
/// one.
struct Pages: ~Copyable {
  let frame: GuestFrame
  let count: Int
  private var isOwned = true

  /// Takes frames, filled with zeros; nil where there are not enough.
  init?(count: Int = 1, alignment: Int = 1) {
    guard let frame = PhysicalMemory.take(count: count, alignment: alignment) else { return nil }
    self.frame = frame
    self.count = count
    window.fill(0)
  }

  /// Owns frames that were taken before.
  init(owning frame: GuestFrame, count: Int) {
    self.frame = frame
    self.count = count
  }

  deinit {
    if isOwned { PhysicalMemory.give(frame, count: count) }
  }

  var address: GuestPhysicalAddress { frame.address }
  /// Its bytes.
  var window: MemoryWindow {
    // The frames are this value's own.
    unsafe MemoryWindow(unsafeAddress: address.rawValue, byteCount: count * Int(pageSize))
  }

  /// Keeps the frames taken for good.
  consuming func leak() -> GuestFrame {
    isOwned = false
    return frame
  }
}
