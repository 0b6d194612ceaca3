/// What domain 0's services take, seen from a guest: the whole way there and back, domain 0's part included. A line of
/// the bench has rounds, nanoseconds and a name; under `-icount` a nanosecond is an instruction.
enum StoreRows {
  private static var rounds: UInt64 { 500 }

  static func run() throws(GuestError) {
    try measure("xenstore read") { () throws(GuestError) in _ = try XenStore.read("name") }
    try measure("xenstore write") { () throws(GuestError) in try XenStore.write("data/bench", "value") }
  }

  private static func measure(_ name: String, _ body: () throws(GuestError) -> Void) throws(GuestError) {
    try body()
    let start = Clock.now
    for _ in 0..<rounds { try body() }
    console.print("bench \(rounds) \(Clock.now.since(start).rawValue) \(name)")
  }
}
