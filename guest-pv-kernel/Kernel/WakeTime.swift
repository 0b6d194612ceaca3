/// How late a sleeper wakes: `mode=wake`, from `from=SECONDS` of system time on, `count=N` times (default 500).
enum WakeTime {
  /// Two slices of the scheduler and a bit: no multiple of one, so that every phase of a neighbour's slice is met.
  private static var sleep: Nanoseconds { .milliseconds(11) }

  static func run() {
    let options = CommandLineOptions.current
    Clock.sleep(until: options.start)
    let count = Int(clamping: min(max(options.number("count") ?? 500, 1), 100_000))
    var late: [UInt64] = []
    late.reserveCapacity(count)
    for _ in 0..<count {
      let deadline = Clock.now.adding(sleep)
      Clock.sleep(until: deadline)
      late.append(Clock.now.since(deadline).rawValue / 1000)
    }
    late.sort()
    console.print(
      "wake: of \(count) half by \(late[count / 2]) us, 99 % by \(late[(count * 99 - 1) / 100]) us, all by \(late[count - 1]) us"
    )
  }
}
