/// A tick each second, with the time that it came at.
enum KeepTime {
  /// Ticks as the command line asks. `events` counts what came from the control domain meanwhile.
  static func run(_ findings: inout Findings, events: () -> Int) {
    findings.section("ticks")
    let options = CommandLineOptions.current
    let isEndless = options.has("ticks", "forever")
    let count = options.number("ticks") ?? 10
    let start = Clock.now
    var seen = 0
    var late = 0
    var tick: UInt64 = 0
    while isEndless || tick < count {
      tick += 1
      let deadline = start.adding(.seconds(tick))
      Clock.sleep(until: deadline)
      let now = Clock.now
      // A tick may come late on a busy machine, and never early.
      if now < deadline || now.since(deadline) >= .seconds(1) { late += 1 }
      console.print("tick \(tick): \(now.text)")
      if events() != seen {
        seen = events()
        findings.fact("dom0_events", seen)
      }
    }
    findings.check("time.ticks_off", late, equals: 0)
  }
}
