/// Whether what is typed goes to the hypervisor, by what reaches domain 0 of it: the three Ctrl-A that give the hypervisor
/// the keys, and nothing more until they come back; then first the Ctrl-A that gave them back
/// (`hypervisor/Core/Log/ConsoleEscape.swift`).
struct HypervisorKeys {
  /// Whether the hypervisor has them.
  private(set) var areAway = false
  /// The Ctrl-A in a row.
  private var count = 0

  private static var most: Int { 3 }

  /// Takes a byte; returns whether it is domain 0's to use. The two Ctrl-A that change the listener are not.
  mutating func accept(_ byte: UInt8) -> Bool {
    let isControlA = byte == Control.letter("A")
    if areAway {
      areAway = false
      return !isControlA
    }
    count = isControlA ? count + 1 : 0
    if count < Self.most { return true }
    count = 0
    areAway = true
    return false
  }

  /// Bytes were lost: they came from a line that is domain 0's.
  mutating func noteLoss() { self = HypervisorKeys() }
}
