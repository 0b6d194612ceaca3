#if canImport(XenABI)
  import XenABI
#endif

/// What a vCPU in SCHEDOP_poll waits for.
package struct PollState: BitwiseCopyable {
  package private(set) var isPolling = false
  /// The one port; 0 where there are several, and any event of the domain ends the wait: the guest looks for itself
  /// which it was.
  private var port = EventPort(0)
  /// The guest has its interrupts off: none, and no upcall, ends the wait.
  package private(set) var ignoresInterrupts = false

  package init() {}

  mutating func begin(_ port: EventPort, ignoringInterrupts: Bool) {
    isPolling = true
    self.port = port
    ignoresInterrupts = ignoringInterrupts
  }

  mutating func end() {
    isPolling = false
    ignoresInterrupts = false
  }

  /// Whether an event on a port ends the wait.
  func waits(for event: EventPort) -> Bool { isPolling && (port.rawValue == 0 || port == event) }
}
