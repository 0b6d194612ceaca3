#if canImport(XenABI)
  import XenABI
#endif

/// Bytes in frames of their own, by a position that grows for ever: what is written at one replaces what was there a
/// `capacity` before.
struct ByteRing: ~Copyable {
  private var base: UInt = 0
  /// The bytes the ring holds, a power of two; 0 until it has its place.
  private(set) var capacity: UInt64 = 0

  /// Gives the ring its memory: `capacity` bytes, a power of two, that are its own for good.
  mutating func place(at address: MachineAddress, capacity: UInt64, in map: DirectMap) {
    base = unsafe UInt(bitPattern: map.pointer(address))
    self.capacity = capacity
  }

  /// The bytes from a position on that lie in a row.
  func contiguousCount(from position: UInt64) -> Int { Int(capacity &- position & (capacity &- 1)) }

  /// The place of a position. The ring has its own.
  func pointer(to position: UInt64) -> UnsafeRawPointer { unsafe UnsafeRawPointer(slot(position)) }

  private func slot(_ position: UInt64) -> UnsafeMutablePointer<UInt8> {
    // Within the ring by the mask; the caller has seen that there is a ring.
    unsafe UnsafeMutablePointer(bitPattern: base &+ UInt(position & (capacity &- 1))).unsafelyUnwrapped
  }

  /// The byte at a position. The ring has its place.
  subscript(position: UInt64) -> UInt8 {
    get { unsafe slot(position).pointee }
    nonmutating set { unsafe slot(position).pointee = newValue }
  }
}
