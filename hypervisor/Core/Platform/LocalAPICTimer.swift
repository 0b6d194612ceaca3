#if canImport(XenABI)
  import XenABI
#endif

/// The local APIC's timer (Intel SDM vol. 3 11.5.4): a count that goes down once in `1 << divideShift` nanoseconds.
///
/// It is not counted: what is kept is the time at which the count reaches zero.
struct LocalAPICTimer: BitwiseCopyable {
  /// The modes of the timer's entry in the local vector table, bits 17 and 18.
  enum Mode: UInt8, BitwiseCopyable {
    case oneShot, periodic, tscDeadline
    /// Both bits set: no mode, the timer stands still.
    case reserved
  }

  var initialCount: UInt32 = 0
  /// Bits 0, 1 and 3 of the divide configuration register.
  var divideConfiguration: UInt32 = 0
  /// When the count reaches zero, or the TSC deadline is due; never where the timer stands still.
  var due: Nanoseconds = .never
  /// Before this time a periodic timer does not interrupt again.
  var holdOff: Nanoseconds = .zero
  /// The TSC deadline as the guest wrote it, 0 where none is set.
  var tscDeadline = TSCTicks(0)

  /// The clock that is divided: one tick a nanosecond. CPUID leaf 0x15 tells it as the crystal's frequency.
  static var frequency: Hertz { Hertz(nanosecondsPerSecond) }

  /// A periodic timer of a smaller period interrupts only this often: it would else take the machine's time from the
  /// other domains, also while its own vCPU does not run.
  static var shortestPeriod: Nanoseconds { .microseconds(50) }

  /// By what power of two the clock is divided: bits 0, 1 and 3 are 0 for 2, ..., 6 for 128, 7 for 1.
  var divideShift: UInt64 {
    let code = divideConfiguration & 3 | divideConfiguration >> 1 & 4
    return UInt64((code &+ 1) & 7)
  }

  /// The time that the whole count takes.
  private var period: UInt64 { UInt64(initialCount) &<< divideShift }

  /// What the current-count register shows.
  func currentCount(at now: Nanoseconds, mode: Mode) -> UInt32 {
    guard mode == .oneShot || mode == .periodic, due != .never else { return 0 }
    var left = due.since(now).rawValue
    if left == 0 {
      guard mode == .periodic else { return 0 }
      left = period &- now.since(due).rawValue % max(period, 1)
    }
    return UInt32(truncatingIfNeeded: (left &+ 1 &<< divideShift &- 1) &>> divideShift)
  }

  /// Starts to count down from a new initial count; 0 stops the timer.
  mutating func start(_ count: UInt32, at now: Nanoseconds) {
    initialCount = count
    holdOff = .zero
    due = count == 0 ? .never : now.adding(Nanoseconds(period))
  }

  /// Divides the clock by another number from now on; the current count goes on.
  mutating func divide(_ configuration: UInt32, at now: Nanoseconds, mode: Mode) {
    let count = currentCount(at: now, mode: mode)
    let isCounting = due != .never && mode != .tscDeadline
    divideConfiguration = configuration & 0xB
    if isCounting { due = now.adding(Nanoseconds(UInt64(count) &<< divideShift)) }
  }

  mutating func stop() {
    due = .never
    tscDeadline = TSCTicks(0)
  }

  /// Lets the time pass up to now.
  /// - Returns: whether the timer was due since it last was asked.
  mutating func pass(to now: Nanoseconds, mode: Mode) -> Bool {
    guard due != .never, due <= now else { return false }
    if mode == .periodic, period > 0 {
      due = now.adding(Nanoseconds(period &- now.since(due).rawValue % period))
      holdOff = now.adding(Self.shortestPeriod)
    } else {
      stop()
    }
    return true
  }
}

extension LocalAPIC {
  var timerMode: LocalAPICTimer.Mode {
    switch self[.timer] >> 17 & 3 {
    case 0: .oneShot
    case 1: .periodic
    case 2: .tscDeadline
    default: .reserved
    }
  }

  /// When `timerExpired` has to be called; never where the timer stands still or would not interrupt.
  package var nextDeadline: Nanoseconds {
    guard timer.due != .never, self[.timer] & LocalVectorEntry.masked == 0 else { return .never }
    return max(timer.due, timer.holdOff)
  }

  /// Lets the timer's time pass: requests its interrupt if it was due, and starts a periodic one again.
  package mutating func timerExpired(at now: Nanoseconds) -> LocalAPICEffects {
    guard timer.pass(to: now, mode: timerMode) else { return LocalAPICEffects(rawValue: 0) }
    if self[.timer] & LocalVectorEntry.masked == 0 {
      _ = accept(UInt8(truncatingIfNeeded: self[.timer]))
    }
    return pendingEffect.union(.timerChanged)
  }

  /// The TSC_DEADLINE MSR, 0x6E0: the deadline as it was written, 0 where none is set or the timer is in another mode.
  package var tscDeadline: TSCTicks { timer.tscDeadline }

  /// Writes the TSC_DEADLINE MSR; without effect in another mode of the timer.
  /// - Parameters:
  ///   - reading: of the guest's counter; 0 stops the timer.
  ///   - time: the system time at which the guest's counter reaches it.
  ///   - now: the system time.
  package mutating func setTSCDeadline(
    _ reading: TSCTicks, due time: Nanoseconds, at now: Nanoseconds
  ) -> LocalAPICEffects {
    guard timerMode == .tscDeadline else { return LocalAPICEffects(rawValue: 0) }
    let effects = timerExpired(at: now)
    timer.tscDeadline = reading
    timer.due = reading.rawValue == 0 ? .never : time
    return effects.union(timerExpired(at: now)).union(.timerChanged)
  }

  /// Writes the timer's entry of the local vector table. Going into or out of the TSC-deadline mode stops the timer
  /// (Intel SDM vol. 3 11.5.4.1); between the other two it goes on.
  mutating func writeTimerEntry(_ value: UInt32, at now: Nanoseconds) -> LocalAPICEffects {
    let effects = timerExpired(at: now)
    let before = timerMode
    self[.timer] = value
    let after = timerMode
    if before != after, after == .reserved || before == .tscDeadline || after == .tscDeadline { timer.stop() }
    return effects.union(.timerChanged)
  }
}
