import CGuest

/// A stretch of memory that others may write at any time: a page shared with the hypervisor or with another domain, or
/// a device's registers. Each access happens once and is bounds-checked; one past the end traps.
struct MemoryWindow: BitwiseCopyable {
  /// Where it begins.
  let address: UInt64
  let byteCount: Int

  /// The caller promises that the stretch is mapped and is used for nothing else.
  @unsafe init(unsafeAddress address: UInt64, byteCount: Int) {
    self.address = address
    self.byteCount = byteCount
  }

  /// The window of `byteCount` bytes from `offset` on.
  func window(at offset: Int, byteCount: Int) -> MemoryWindow {
    unsafe MemoryWindow(unsafeAddress: place(offset, byteCount), byteCount: byteCount)  // within this one
  }

  @inline(__always) private func place(_ offset: Int, _ size: Int) -> UInt64 {
    precondition(offset >= 0 && offset <= byteCount &- size)
    return address &+ UInt64(truncatingIfNeeded: offset)
  }

  @inline(__always) func load8(at offset: Int) -> UInt8 { cguest_load8(place(offset, 1)) }
  @inline(__always) func load16(at offset: Int) -> UInt16 { cguest_load16(place(offset, 2)) }
  @inline(__always) func load32(at offset: Int) -> UInt32 { cguest_load32(place(offset, 4)) }
  @inline(__always) func load64(at offset: Int) -> UInt64 { cguest_load64(place(offset, 8)) }
  @inline(__always) func store8(_ value: UInt8, at offset: Int) { cguest_store8(place(offset, 1), value) }
  @inline(__always) func store16(_ value: UInt16, at offset: Int) { cguest_store16(place(offset, 2), value) }
  @inline(__always) func store32(_ value: UInt32, at offset: Int) { cguest_store32(place(offset, 4), value) }
  @inline(__always) func store64(_ value: UInt64, at offset: Int) { cguest_store64(place(offset, 8), value) }

  /// Stores the value and returns what was there, in one step.
  @inline(__always) func exchange64(_ value: UInt64, at offset: Int) -> UInt64 {
    cguest_exchange64(place(offset, 8), value)
  }
  /// Stores the value and returns what was there, in one step.
  @inline(__always) func exchange8(_ value: UInt8, at offset: Int) -> UInt8 {
    cguest_exchange8(place(offset, 1), value)
  }
  /// Sets a bit of the little-endian bitmap that starts at `offset`; returns whether it was set before.
  @inline(__always) @discardableResult func testAndSet(bit: Int, of offset: Int) -> Bool {
    let mask: UInt64 = 1 << UInt64(bit & 63)
    return cguest_fetch_or64(place(offset &+ bit / 64 * 8, 8), mask) & mask != 0
  }
  /// Clears such a bit; returns whether it was set before.
  @inline(__always) @discardableResult func testAndClear(bit: Int, of offset: Int) -> Bool {
    let mask: UInt64 = 1 << UInt64(bit & 63)
    return cguest_fetch_and64(place(offset &+ bit / 64 * 8, 8), ~mask) & mask != 0
  }
  /// Replaces the 16-bit value if it is `expected`; returns whether it was.
  @inline(__always) func compareExchange16(expected: UInt16, desired: UInt16, at offset: Int) -> Bool {
    cguest_compare_exchange16(place(offset, 2), expected, desired)
  }

  /// Every store before it is seen by others before any load after it.
  @inline(__always) func fence() { cguest_fence() }

  /// Sets every byte to `value`.
  func fill(_ value: UInt8) {
    cguest_fill(address, value, UInt64(byteCount))
  }

  /// A structure of the ABI, as 64-bit guests lay it out.
  func read<Structure: WireStructure>(_: Structure.Type, at offset: Int) -> Structure {
    var bytes = WireBytes()
    for index in 0..<Structure.size(.bits64) { bytes[index] = load8(at: offset + index) }
    var reader = WireReader(bytes, width: .bits64)
    return Structure(from: &reader)
  }
}
