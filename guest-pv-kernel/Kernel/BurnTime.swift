/// A load: `mode=burn`, from `from=SECONDS` of system time on, for `for=SECONDS` (default 10) or `for=ever`.
enum BurnTime {
  static func run() throws(GuestError) {
    let options = CommandLineOptions.current
    Clock.sleep(until: options.start)
    console.print("burning from \(Clock.now.text)")
    if options.has("for", "ever") {
      while true { burn(until: Clock.now.adding(.seconds(3600))) }
    }
    let start = Clock.now
    let before = try XenVCPU.runstate()
    burn(until: start.adding(.seconds(options.number("for") ?? 10)))
    let after = try XenVCPU.runstate()
    let ran = after.running.since(before.running)
    let waited = after.runnable.since(before.runnable)
    console.print("burn: ran \(ran.text), waited \(waited.text), of \(Clock.now.since(start).text)")
  }

  private static func burn(until deadline: Nanoseconds) {
    while Clock.now < deadline {}
  }
}
