import CGuest

/// The virtual CPU that this code runs on.
enum Processor {
  /// Sleeps until `condition` holds. It is asked with interrupts off, once at first and then after each interrupt, so
  /// that no wake-up is lost.
  static func wait(until condition: () -> Bool) {
    let wereOn = InterruptFlag.isSet
    while true {
      InterruptFlag.clear()
      if condition() { break }
      cguest_sti_hlt()
    }
    if wereOn { InterruptFlag.set() }
  }

  /// Handles events for ever.
  static func idle() -> Never {
    while true { cguest_sti_hlt() }
  }

  /// The time-stamp counter.
  @inline(__always) static var timeStamp: TSCTicks { TSCTicks(cguest_rdtsc()) }
}
