#if canImport(XenABI)
  import XenABI
#endif

/// What waits to go out on the console, the oldest byte first: a UART takes a few bytes at a time, and on the line each
/// of them takes its time.
package struct TransmitRing: ~Copyable {
  private var ring = ByteRing()
  /// The bytes ever put in and taken out.
  private var put: UInt64 = 0
  private var taken: UInt64 = 0

  /// The bytes that the ring holds: 1.4 seconds of a line of 115,200 bits a second.
  package static var capacity: UInt64 { 16 << 10 }

  package init() {}

  /// Gives the ring its memory: `capacity` bytes that are its own for good.
  package mutating func place(at address: MachineAddress, in map: DirectMap) {
    ring.place(at: address, capacity: Self.capacity, in: map)
  }

  /// The bytes that wait.
  package var count: UInt64 { put &- taken }
  package var isEmpty: Bool { put == taken }
  /// The bytes that there is room for: none before the ring has its memory.
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
}
