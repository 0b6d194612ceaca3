/// A tick each second, with the time that it came at. Toolstack and devices are served in between.
enum KeepTime {
  /// Ticks as the command line asks.
  static func run(_ services: KernelServices, _ findings: inout Findings) {
    findings.section("ticks")
    let options = CommandLineOptions.current
    let isEndless = options.has("ticks", "forever")
    let count = options.number("ticks") ?? 10
    let start = Clock.now
    let startTicks = Processor.timeStamp
    var off = 0
    var tick: UInt64 = 0
    while isEndless || tick < count {
      tick += 1
      let deadline = start.adding(.seconds(tick))
      services.run(until: deadline)
      let now = Clock.now
      // A tick may come late on a busy machine, and never early.
      if now < deadline || now.since(deadline) >= .seconds(1) { off += 1 }
      console.print("tick \(tick): \(now.text)")
    }
    findings.check("time.ticks_off", off, equals: 0)
    drift(Clock.now.since(start), Processor.timeStamp.since(startTicks))
  }

  /// How far the clock and the counter went apart. The hypervisor measured the counter's frequency, which is taken at its
  /// word unless `tsc_mhz=` says what it truly is.
  private static func drift(_ elapsed: Nanoseconds, _ ticks: TSCTicks) {
    let known = CommandLineOptions.current.number("tsc_mhz").map { $0 &* 1000 }
    let kilohertz = known ?? Clock.scale.frequency.rawValue / 1000
    let expected = Int64(ticks.rawValue / max(kilohertz, 1)) * 1_000_000
    if expected == 0 { return }
    let parts = (Int64(elapsed.rawValue) - expected) * 1_000_000 / expected
    console.print("clock against TSC: \(parts) ppm at \(kilohertz) kHz")
  }
}
