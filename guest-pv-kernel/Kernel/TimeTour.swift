/// Timekeeping: the clock, the date, one-shot and periodic timers, where the time went.
struct TimeTour {
  static func run(_ findings: inout Findings) throws(GuestError) {
    findings.section("time")
    clock(&findings)
    try timers(&findings)
    try moveRecord(&findings)
    let runstate = try XenVCPU.runstate()
    findings.check("time.runstate", UInt64(runstate.state.rawValue), equals: 0)
    findings.fact("runstate_running", runstate.running.text)
    findings.fact("runstate_blocked", runstate.blocked.text)
    findings.check("time.vcpu_is_up", try XenVCPU.isUp(.zero), "vCPU 0 is up", expected: "up")
  }

  private static func clock(_ findings: inout Findings) {
    var last = Clock.now
    var backwards = 0
    for _ in 0..<20_000 {
      let now = Clock.now
      if now < last { backwards += 1 }
      last = now
    }
    findings.check("time.never_back", backwards, equals: 0)
    findings.fact("tsc_khz", Clock.scale.frequency.kilohertz)
    let date = Clock.wallTime
    // The first day of 1999: a clock that nobody read says 1970, and emulators begin at 2000.
    findings.check("time.date", date.seconds > 915_148_800, "\(date.seconds)", expected: "seconds since 1970")

    let start = Clock.now
    Clock.sleep(for: .milliseconds(100))
    let slept = Clock.now.since(start)
    findings.check(
      "time.sleep", slept >= .milliseconds(100) && slept < .seconds(2), slept.text, expected: "0.100 s or little more")
  }

  private static func timers(_ findings: inout Findings) throws(GuestError) {
    // GuestKit's queue is empty here, so the vCPU's timer is free.
    let before = Timers.eventCount
    try XenVCPU.setSingleshotTimer(Clock.now.adding(.milliseconds(20)))
    findings.check("time.singleshot", waitForTimer(past: before), "timer event", expected: "a timer event")
    let second = Timers.eventCount
    try XenVCPU.setSingleshotTimer(Nanoseconds(1))
    findings.check("time.past_deadline", waitForTimer(past: second), "timer event", expected: "one at once")
    let third = Timers.eventCount
    try XenVCPU.setTimer(Clock.now.adding(.milliseconds(20)))
    findings.check("time.set_timer_op", waitForTimer(past: third), "timer event", expected: "a timer event")

    let fourth = Timers.eventCount
    try XenVCPU.setSingleshotTimer(Clock.now.adding(.milliseconds(30)))
    try XenVCPU.stopSingleshotTimer()
    busyWait(.milliseconds(60))
    findings.check("time.stopped", Timers.eventCount, equals: fourth)

    try XenVCPU.setPeriodicTimer(.milliseconds(10))
    busyWait(.milliseconds(205))
    try XenVCPU.stopPeriodicTimer()
    let periods = Timers.eventCount - fourth
    findings.check("time.periodic", periods >= 2 && periods <= 21, "\(periods)", expected: "at most 21 in 0.205 s")
  }

  /// Waits for a timer event, two seconds at most.
  private static func waitForTimer(past count: UInt64) -> Bool {
    let deadline = Clock.now.adding(.seconds(2))
    while Timers.eventCount == count && Clock.now < deadline { XenScheduler.yield() }
    return Timers.eventCount > count
  }

  /// Lets time pass without touching the vCPU's timer.
  private static func busyWait(_ duration: Nanoseconds) {
    let end = Clock.now.adding(duration)
    while Clock.now < end {}
  }

  /// Moves the vCPU's record; time and events go on.
  private static func moveRecord(_ findings: inout Findings) throws(GuestError) {
    guard let page = Pages() else { return }
    let before = Clock.now
    try VCPURecord.move(to: page, offset: 128)
    let after = Clock.now
    findings.check(
      "time.record_moved", after >= before && after.since(before) < .seconds(1), after.since(before).text,
      expected: "time goes on")
    let start = Clock.now
    Clock.sleep(for: .milliseconds(20))
    findings.check(
      "time.events_after_move", Clock.now.since(start) >= .milliseconds(20), Clock.now.since(start).text,
      expected: "a timer event")
  }
}
