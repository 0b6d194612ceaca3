/// Guests that show how long the hypervisor keeps a third from its time.
///
/// Command line: `do=watch` sets a timer for each millisecond and says each second, `seconds=N` times, by how much the
/// worst of them was late. `do=churn` gives all the memory back that it can do without, takes it again, in large pages
/// and in small ones, and powers off, so that the whole domain has to be taken apart. `do=copies` makes the longest calls
/// that there are.
@main
struct LatencyGuest: Guest {
  static func run() throws(GuestError) {
    let options = CommandLineOptions.current
    if options.has("do", "watch") { Watch.run(seconds: options.number("seconds") ?? 5) }
    if options.has("do", "churn") { try Churn.run() }
    if options.has("do", "copies") { Copies.run() }
  }
}

/// The one whose timers must not be late.
enum Watch {
  private static var period: Nanoseconds { .milliseconds(1) }
  nonisolated(unsafe) private static var due = Nanoseconds.zero
  nonisolated(unsafe) private static var worst: UInt64 = 0
  nonisolated(unsafe) private static var count: UInt64 = 0

  static func run(seconds: UInt64) {
    console.print("watch: a timer each \(period.rawValue / 1000) us for \(seconds) s")
    let start = Clock.now
    var overall: UInt64 = 0
    unsafe due = start.adding(period)
    let timer = Timers.every(period) { note() }
    // The timer's own first time is a little after the one that was noted: it counts as late.
    for second in 1...max(seconds, 1) {
      Clock.sleep(until: start.adding(.seconds(second)))
      let (late, events) = withInterruptsOff {
        let result = unsafe (worst, count)
        unsafe worst = 0
        return result
      }
      overall = max(overall, late)
      console.print("watch: second \(second): worst \(late) ns, \(events) timers so far")
    }
    Timers.cancel(timer)
    console.print("watch: done, worst \(overall) ns of \(unsafe count) timers")
  }

  /// A timer has come. Those that were missed meanwhile come right behind, each with its own lateness.
  private static func note() {
    let late = Clock.now.rawValue &- (unsafe due.rawValue)
    unsafe worst = max(worst, late)
    unsafe count += 1
    unsafe due = due.adding(period)
  }
}

/// The one whose memory comes and goes.
enum Churn {
  /// What is left for tables, heap and console, in blocks of 2 MiB.
  private static var spared: Int { 16 }
  /// The blocks that are also given back frame by frame.
  private static var brokenUp: Int { 64 }

  static func run() throws(GuestError) {
    let size = Int(FrameOrder.superpage2M.frameCount)
    var blocks: [GuestFrame] = []
    while PhysicalMemory.freeCount > spared * size, let block = PhysicalMemory.take(count: size, alignment: size) {
      blocks.append(block)
    }
    // Long enough for the other to be at work.
    Clock.sleep(for: .milliseconds(300))
    console.print("churn: \(blocks.count) blocks of 2 MiB go")
    require(try XenMemory.decreaseReservation(blocks, order: .superpage2M), blocks.count)
    console.print("churn: and come")
    require(try XenMemory.populate(blocks, order: .superpage2M), blocks.count)

    var frames: [GuestFrame] = []
    for block in blocks.prefix(brokenUp) { for index in 0..<UInt64(size) { frames.append(block.advanced(by: index)) } }
    console.print("churn: \(frames.count) frames go")
    require(try XenMemory.decreaseReservation(frames), frames.count)
    console.print("churn: and come")
    require(try XenMemory.populate(frames), frames.count)
    console.print("churn: all is there again")
  }

  private static func require(_ done: Int, _ wanted: Int) {
    if done == wanted { return }
    console.print("churn: only \(done) of \(wanted)")
    Panic.report("memory went or came in part")
  }
}
