/// A guest that lives on events: a timer ticks, an event channel to itself carries each tick, and the main loop sleeps
/// until one arrives.
@main
struct TickingGuest: Guest {
  static func run() throws(GuestError) {
    let receiver = try EventChannel(unboundFor: .current)
    let sender = try EventChannel(connectingTo: receiver.port, of: .current)
    let port = sender.release()
    let timer = Timers.every(.milliseconds(500)) { try? XenEvents.send(port) }
    for tick in 1...6 {
      receiver.wait()
      console.print("tick \(tick) at \(Clock.now.rawValue / 1_000_000) ms")
    }
    Timers.cancel(timer)
    console.print("sleeping for a second")
    Clock.sleep(for: .seconds(1))
    console.print("\(EventDispatcher.upcallCount) upcalls; good night")
  }
}
