#if canImport(XenABI)
  import XenABI
#endif

/// Bytes that wait, the oldest first, in memory of their own: what goes out to the console, what comes from it.
package struct ByteQueue: ~Copyable {
  private var ring = ByteRing()
  /// The bytes ever put in and taken out.
  private(set) var put: UInt64 = 0
  private(set) var taken: UInt64 = 0

  package init() {}

  /// Gives the queue its memory: `capacity` bytes, a power of two, that are its own for good.
  package mutating func place(at address: MachineAddress, capacity: UInt64, in map: DirectMap) {
    ring.place(at: address, capacity: capacity, in: map)
  }

  /// The bytes that wait.
  package var count: UInt64 { put &- taken }
  package var isEmpty: Bool { put == taken }
  /// The bytes that there is room for: none before the queue has its memory.
  package var room: UInt64 { ring.capacity &- count }

  /// Adds a byte; false where there is no room for it.
  @discardableResult
  package mutating func append(_ byte: UInt8) -> Bool {
    guard room > 0 else { return false }
    ring[put] = byte
    put &+= 1
    return true
  }

  /// Takes the oldest byte out.
  package mutating func next() -> UInt8? {
    guard !isEmpty else { return nil }
    let byte = ring[taken]
    taken &+= 1
    return byte
  }

  /// A byte of those that wait, counted from the oldest: one of `count`.
  subscript(index: UInt64) -> UInt8 { ring[taken &+ index] }

  /// Takes out the oldest bytes, at most those there are.
  mutating func drop(_ count: UInt64) { taken &+= min(count, self.count) }
}
