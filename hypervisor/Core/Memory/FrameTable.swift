#if canImport(XenABI)
  import XenABI
#endif

/// The array of all frame entries, indexed by machine frame.
package struct FrameTable: BitwiseCopyable {
  private let base: UInt
  /// The number of entries; frames from this one on do not exist.
  package let count: UInt64

  /// The bytes a table of `count` entries takes.
  package static func byteCount(for count: UInt64) -> UInt64 { count &* 32 }

  /// Fills a table at `address` with entries of frames that are no memory yet.
  ///
  /// The memory must hold `byteCount(for: count)` bytes and be the table's for good.
  package init(at address: MachineAddress, count: UInt64, in map: DirectMap) {
    let entries = unsafe map.pointer(address).assumingMemoryBound(to: FrameEntry.self)
    base = UInt(bitPattern: entries)
    self.count = count
    var index = 0
    while index < Int(count) {
      unsafe (entries + index).initialize(to: FrameEntry(flags: FrameFlags(rawValue: 0), owner: .hypervisor))
      index &+= 1
    }
  }

  /// The entry of `frame`, or nil past the end of memory.
  @inline(__always)
  package subscript(frame: MachineFrame) -> Handle<FrameEntry>? {
    guard frame.rawValue < count else { return nil }
    return self[unchecked: UInt32(truncatingIfNeeded: frame.rawValue)]
  }

  /// The entry of a frame that came out of the table itself, and so lies in it.
  @inline(__always)
  subscript(unchecked number: UInt32) -> Handle<FrameEntry> {
    // The table is initialised up to `count`, and its base is never null.
    let entry = unsafe UnsafeMutablePointer<FrameEntry>(bitPattern: base &+ UInt(number) &* 32).unsafelyUnwrapped
    return unsafe Handle(entry)
  }
}
