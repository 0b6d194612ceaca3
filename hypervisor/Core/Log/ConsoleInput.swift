#if canImport(XenABI)
  import XenABI
#endif

/// What was typed at the hypervisor's console for the control domain, and not read yet.
///
/// Where it is full, the rest stays on the line until the control domain has read. A line that does not wait loses it
/// then, and the reader is told at that place.
package struct ConsoleInput: ~Copyable {
  private var bytes = ByteQueue()
  /// Behind how many of the bytes that were ever put in others were lost: the last such place.
  private var lossPlace: UInt64?

  /// The bytes that it holds.
  package static var capacity: UInt64 { 16 << 10 }

  package init() {}

  /// Gives it its memory: `capacity` bytes that are its own for good.
  package mutating func place(at address: MachineAddress, in map: DirectMap) {
    bytes.place(at: address, capacity: Self.capacity, in: map)
  }

  /// Whether there is room for another byte.
  package var hasRoom: Bool { bytes.room > 0 }

  /// The bytes that can be read before the next loss is to be told.
  package var count: Int {
    guard let lossPlace, lossPlace >= bytes.taken else { return Int(bytes.count) }
    return Int(lossPlace &- bytes.taken)
  }

  /// Adds a byte; false where there is no room.
  package mutating func put(_ byte: UInt8) -> Bool { bytes.append(byte) }

  /// Notes that bytes were lost behind those that are there.
  package mutating func noteLoss() { lossPlace = bytes.put }

  /// Whether bytes were lost before the next that is read; it is told once.
  package mutating func takeLoss() -> Bool {
    guard let lossPlace, lossPlace <= bytes.taken else { return false }
    self.lossPlace = nil
    return true
  }

  /// The byte at a place among those that wait, the oldest first.
  package subscript(index: Int) -> UInt8 { bytes[UInt64(index)] }

  /// Takes out the oldest bytes, at most those there are.
  package mutating func drop(_ count: Int) { bytes.drop(UInt64(max(count, 0))) }
}

extension Handle where Object == Hypervisor {
  /// Keeps a byte that was typed for the control domain, and tells it (VIRQ_CONSOLE).
  package func consoleReceived(_ byte: UInt8) {
    if object.consoleInput.put(byte) { raiseGlobal(.console) }
  }

  /// Keeps for the control domain that the line has lost bytes, and tells it.
  package func consoleLost() {
    object.consoleInput.noteLoss()
    raiseGlobal(.console)
  }
}
