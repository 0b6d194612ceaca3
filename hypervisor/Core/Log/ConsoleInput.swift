#if canImport(XenABI)
  import XenABI
#endif

/// What was typed at the hypervisor's console for the control domain, and not read yet: the last bytes are lost where
/// nobody reads.
package struct ConsoleInput: BitwiseCopyable {
  private var bytes = InlineArray<256, UInt8>(repeating: 0)
  /// The bytes ever put in and taken out, wrapping.
  private var received: UInt32 = 0
  private var taken: UInt32 = 0

  package init() {}

  /// The bytes that wait.
  package var count: Int { Int(received &- taken) }

  /// Adds a byte; false where the ring is full.
  package mutating func put(_ byte: UInt8) -> Bool {
    guard count < bytes.count else { return false }
    bytes[Int(received & 255)] = byte
    received &+= 1
    return true
  }

  /// The byte at a place among those that wait, the oldest first.
  package subscript(index: Int) -> UInt8 { bytes[Int((taken &+ UInt32(truncatingIfNeeded: index)) & 255)] }

  /// Takes out the oldest bytes, at most those there are.
  package mutating func drop(_ count: Int) {
    taken &+= UInt32(truncatingIfNeeded: min(max(count, 0), self.count))
  }
}

extension Handle where Object == Hypervisor {
  /// Keeps a byte that was typed for the control domain, and tells it (VIRQ_CONSOLE).
  package func consoleReceived(_ byte: UInt8) {
    if object.consoleInput.put(byte) { raiseGlobal(.console) }
  }
}
