/// A guest for domain 0's side of the console.
///
/// Command line: `do=flood` writes lines with control sequences for ever; `do=scribble` writes nonsense over the ring's
/// indices and powers off; `do=echo` answers each line that is typed.
@main
struct ConsoleGuest: Guest {
  static func run() throws(GuestError) {
    let options = CommandLineOptions.current
    console.print("console guest: here")
    if options.has("do", "flood") { flood() }
    if options.has("do", "scribble") { try scribble() }
    if options.has("do", "echo") { echo() }
  }

  private static func flood() -> Never {
    var line: UInt64 = 0
    while true {
      line += 1
      console.print(
        "flood \u{1B}[31;1m\u{1B}]0;title\u{7}\u{1B}[2J line \(line) and many bytes more, over and over again")
    }
  }

  /// The guest's own ring, with no regard to anybody.
  private static func scribble() throws(GuestError) {
    let frame = GuestFrame(try XenParameters.get(.consoleFrame))
    let port = EventPort(UInt32(truncatingIfNeeded: try XenParameters.get(.consolePort)))
    // The hypervisor put the ring there; the first 4 GiB are mapped one to one.
    let ring = unsafe MemoryWindow(unsafeAddress: frame.address.rawValue, byteCount: Int(pageSize))
    var value: UInt32 = 1
    for round in 0..<100_000 {
      value = value &* 1_664_525 &+ 1_013_904_223
      ring.store32(value, at: 3072 + (round & 3) * 4)
      if round % 100 == 0 { try XenEvents.send(port) }
    }
  }

  private static func echo() -> Never {
    var line = ""
    while true {
      Clock.sleep(for: .milliseconds(20))
      while let byte = console.read() {
        if byte == UInt8(ascii: "\r") {
          console.print("answer to '\(line)'")
          line = ""
        } else {
          line.unicodeScalars.append(Unicode.Scalar(byte))
        }
      }
    }
  }
}
