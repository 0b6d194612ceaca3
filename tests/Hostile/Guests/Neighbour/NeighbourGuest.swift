/// A bad neighbour: one guest for each way to trouble domain 0 without breaking a rule of the hypervisor's.
///
/// Command line: `do=` `burn`, `console`, `console-jump`, `events`, `store`, `store-fill`, `store-jump`, `grants` or
/// `block-jump`; `seed=N`.
/// None of them ends by itself.
@main
struct NeighbourGuest: Guest {
  static func run() throws(GuestError) {
    let options = CommandLineOptions.current
    let random = NeighbourRandom(state: options.number("seed") ?? 1)
    guard let what = options["do"] else { Panic.report("do= is missing") }
    console.print("neighbour: \(what)")
    switch what {
    case "burn": burn()
    case "console": floodConsole()
    case "console-jump": try RingJumper.console(random)
    case "events": try EventStorm.run()
    case "store": try StoreFlood.run(random)
    case "store-fill": StoreFill.run()
    case "store-jump": try RingJumper.store(random)
    case "grants": BlockLiar.lie(random)
    case "block-jump": try BlockLiar.jump(random)
    default: Panic.report("do= names nothing there is")
    }
  }

  /// Never gives the processor away, and hears no interrupt.
  private static func burn() -> Never {
    InterruptFlag.clear()
    while true {}
  }

  private static func floodConsole() -> Never {
    var line: UInt64 = 0
    while true {
      line &+= 1
      console.print("flood \u{1B}[2J\u{1B}]0;title\u{7} \(line) and many bytes more, over and over again, without end")
    }
  }
}

/// SplitMix64.
struct NeighbourRandom {
  private var state: UInt64

  init(state: UInt64) { self.state = state }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }

  mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
}
