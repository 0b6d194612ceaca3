/// An event channel to a guest, as a backend serves it: an event masks its port until the backend has looked.
///
/// A guest that signals without end so costs one upcall for each look, and each look is one turn of the service's loop,
/// in which all others have theirs too. What a look finds is paid for by the backend's own budget (bytes, requests);
/// looks that find nothing are paid for here: a guest that has used up its share of them is not listened to for a
/// while.
///
///     let channel = ServedChannel(try EventChannel(connectingTo: port, of: guest), wake: flag)
///     if flag.take() { channel.served(foundWork: ring.serve() > 0) }
final class ServedChannel {
  private let channel: EventChannel
  private let state: State

  /// What the handlers share with the channel, and what they still find when it has gone.
  private final class State {
    var port: EventPort?
    var arrivals: UInt64 = 0
    var signals: UInt64 = 0
    var isHeldBack = false

    init(_ port: EventPort) { self.port = port }

    func open() {
      isHeldBack = false
      // The port's number may be another channel's by now, when a late timer calls.
      if let port { EventDispatcher.unmask(port) }
    }
  }

  /// Looks in vain that a guest may cause at once, and then a second, and how long it waits without them.
  private static var burst: Int { 512 }
  private static var rate: Int { 512 }
  private static var pause: Nanoseconds { .milliseconds(20) }
  /// Looks in vain that go with one that was not: a guest signals, too, that it has taken an answer.
  private static var looksPerFind: Int { 4 }
  private var budget = DrainBudget(burst: burst, rate: rate, now: Clock.now)

  /// Takes the channel over and lets its events raise `wake`.
  init(_ channel: consuming EventChannel, wake: EventFlag) {
    let state = State(channel.port)
    let port = channel.port
    channel.onEvent {
      EventDispatcher.mask(port)
      state.arrivals &+= 1
      wake.raise()
    }
    self.channel = channel
    self.state = state
  }

  deinit { state.port = nil }

  /// Events that came. Those that follow one another faster than they are served count as one.
  var arrivals: UInt64 { state.arrivals }
  /// Events that went to the guest.
  var signals: UInt64 { state.signals }

  /// Whether the guest's end is still there.
  var isConnected: Bool {
    guard let status = try? channel.status else { return false }
    if case .interdomain = status { return true }
    return false
  }

  /// Signals the guest; returns whether its end was there.
  @discardableResult
  func notify() -> Bool {
    do {
      try channel.notify()
      state.signals &+= 1
      return true
    } catch {
      // The guest has closed its end: it polls, or does not care.
      return false
    }
  }

  /// Lets the next event come, after a look at what the last one was about. One that came meanwhile is not lost.
  ///
  /// - Parameter foundWork: whether there was anything to do.
  func served(foundWork: Bool) {
    if state.isHeldBack { return }
    if foundWork {
      budget.refund(Self.looksPerFind)
    } else {
      if budget.remaining(at: Clock.now) == 0 {
        state.isHeldBack = true
        Timers.after(Self.pause) { [state] in state.open() }
        return
      }
      budget.spend(1)
    }
    state.open()
  }
}
