/// Something at the prompt that takes its time: the shell waits for it, the rest of domain 0 does not.
///
/// The service's loop calls `step` each turn. What is typed meanwhile is kept for the prompt, but for Ctrl-C and the
/// keys that the activity takes.
class Activity {
  /// Whether it has come to its end.
  final var isDone = false
  private let start = Clock.now
  private var lastShown = Nanoseconds.zero

  init() {}

  /// What is shown in place of the prompt, if it takes long enough for people to wonder.
  var status: String { "" }
  /// How long that is.
  var statusDelay: Nanoseconds { .milliseconds(300) }
  /// How often it changes at most.
  private static var statusPeriod: Nanoseconds { .milliseconds(100) }

  /// Whether to show what `status` is now.
  final func isStatusDue() -> Bool {
    let now = Clock.now
    if now.since(start) < statusDelay || now.since(lastShown) < Self.statusPeriod { return false }
    lastShown = now
    return true
  }

  /// Whether the terminal shows nothing but this.
  var ownsTerminal: Bool { false }
  /// Whether `step` has something to do now, without waiting for an event.
  var hasWork: Bool { false }

  /// Does a bounded piece.
  func step() {}

  /// A second has passed.
  func tick() {}

  /// Takes a key; returns whether it was for this activity.
  func accept(_ byte: UInt8) -> Bool { false }

  /// Ctrl-C was typed.
  func interrupt() { isDone = true }

  /// The terminal is the shell's again.
  func end() {}
}
