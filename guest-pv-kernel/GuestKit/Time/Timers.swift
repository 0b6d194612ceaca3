/// Things to do at a time: a queue in order of deadline, on the vCPU's one-shot timer.
enum Timers {
  /// Names a timer, to cancel it.
  struct ID: Equatable { fileprivate let number: UInt64 }

  private struct Entry {
    var deadline: Nanoseconds
    var period: Nanoseconds
    let id: ID
    let body: (() -> Void)?
  }

  nonisolated(unsafe) private static var queue: [Entry] = []
  nonisolated(unsafe) private static var nextID: UInt64 = 0
  /// Timer events since the start.
  static var eventCount: UInt64 { unsafe storedEventCount }
  nonisolated(unsafe) private static var storedEventCount: UInt64 = 0

  /// Binds the timer's virtual interrupt.
  static func start() {
    do {
      // A domain may start with a periodic timer; one that has none may refuse.
      try? XenVCPU.stopPeriodicTimer()
      let channel = try EventChannel(virtualIRQ: .timer)
      channel.onEvent {
        unsafe storedEventCount += 1
        expire()
      }
      _ = channel.release()
    } catch {
      Panic.report("VIRQ_TIMER was refused", error)
    }
  }

  /// Calls `body` once, `delay` from now, with interrupts off.
  @discardableResult
  static func after(_ delay: Nanoseconds, _ body: @escaping () -> Void) -> ID {
    add(at: Clock.now.adding(delay), period: .zero, body)
  }

  /// Calls `body` every `period`, with interrupts off. A call that comes late does not shift the later ones.
  @discardableResult
  static func every(_ period: Nanoseconds, _ body: @escaping () -> Void) -> ID {
    add(at: Clock.now.adding(period), period: period, body)
  }

  /// Ends the processor's sleep at `deadline` in system time.
  @discardableResult
  static func wake(at deadline: Nanoseconds) -> ID {
    add(at: deadline, period: .zero, nil)
  }

  /// Takes a timer away; one that is done already is none.
  static func cancel(_ id: ID) {
    withInterruptsOff { unsafe queue.removeAll { $0.id == id } }
  }

  private static func add(at deadline: Nanoseconds, period: Nanoseconds, _ body: (() -> Void)?) -> ID {
    withInterruptsOff {
      unsafe nextID += 1
      let id = ID(number: unsafe nextID)
      insert(Entry(deadline: deadline, period: period, id: id, body: body))
      arm()
      return id
    }
  }

  private static func insert(_ entry: Entry) {
    let place = unsafe queue.firstIndex { $0.deadline > entry.deadline } ?? (unsafe queue.count)
    unsafe queue.insert(entry, at: place)
  }

  /// Asks for an event at the first deadline.
  private static func arm() {
    do {
      try XenVCPU.setTimer(unsafe queue.first?.deadline ?? .zero)
    } catch {
      Panic.report("set_timer_op was refused", error)
    }
  }

  private static func expire() {
    let now = Clock.now
    while let first = unsafe queue.first, first.deadline <= now {
      var entry = unsafe queue.removeFirst()
      if entry.period > .zero {
        entry.deadline = entry.deadline.adding(entry.period)
        insert(entry)
      }
      entry.body?()
    }
    arm()
  }
}
