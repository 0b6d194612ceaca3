/// Says that an event came. Its handler raises it with interrupts off; the service takes it when it gets to it.
final class EventFlag {
  private var isUp = false

  var isRaised: Bool { isUp }

  func raise() { isUp = true }

  /// Whether it was raised since the last time.
  func take() -> Bool {
    withInterruptsOff {
      let wasUp = isUp
      isUp = false
      return wasUp
    }
  }
}
