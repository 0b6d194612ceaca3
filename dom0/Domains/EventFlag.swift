/// Says that an event came. Its handler raises it with interrupts off; the service takes it when it gets to it.
final class EventFlag {
  private var isUp = false
  private var isHeld = false
  /// Counts it among others while it is raised, for whoever has many of them.
  private let group: FlagGroup?

  init(of group: FlagGroup? = nil) { self.group = group }

  deinit { if isRaised { group?.change(by: -1) } }

  var isRaised: Bool { isUp && !isHeld }

  func raise() { change { isUp = true } }

  /// Whether it was raised since the last time.
  func take() -> Bool {
    withInterruptsOff {
      let wasRaised = isRaised
      if wasRaised { change { isUp = false } }
      return wasRaised
    }
  }

  /// Keeps what comes from being seen until `release`.
  func hold() { change { isHeld = true } }

  /// Shows what has come meanwhile.
  func release() { change { isHeld = false } }

  private func change(_ body: () -> Void) {
    withInterruptsOff {
      let before = isRaised
      body()
      if isRaised != before { group?.change(by: before ? -1 : 1) }
    }
  }
}

/// How many flags are raised: so that it need not be asked of each.
final class FlagGroup {
  private var count = 0

  var isRaised: Bool { count > 0 }

  fileprivate func change(by difference: Int) { count += difference }
}
