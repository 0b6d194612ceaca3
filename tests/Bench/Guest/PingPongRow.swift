import CGuest

/// An event to another domain, which answers with one: two sends, two waits, and the processor changes hands twice.
///
/// Both sides wait by `sched_op` poll on a masked port, which needs no upcall.
struct PingPongRow<Instruction: HypercallInstruction> {
  private static var name: StaticString { "event ping-pong" }
  /// The other domain opens its port as its first deed; the ports of its console and store come before.
  private static var lastPort: UInt32 { 15 }

  static func run() throws(GuestError) {
    let partner = DomainID(1)
    do {
      guard let offer = try find(in: partner, until: Clock.now.adding(.seconds(2))) else {
        Stopwatch.leaveOut(name, "domain 1 offers no port")
        return
      }
      let channel = try EventChannel(connectingTo: offer, of: partner)
      try measure(channel.port)
    } catch .hypercall(.noSuchDomain) {
      Stopwatch.leaveOut(name, "there is no other domain")
    }
  }

  /// The port that the domain keeps open for this one, besides its console's and its store's.
  private static func find(in domain: DomainID, until deadline: Nanoseconds) throws(GuestError) -> EventPort? {
    while Clock.now < deadline {
      let console = try XenParameters.get(.consolePort, of: domain)
      let store = try XenParameters.get(.storePort, of: domain)
      for number in 1...lastPort where UInt64(number) != console && UInt64(number) != store {
        if case .unbound(let remote) = try XenEvents.status(of: EventPort(number), in: domain), remote == .zero {
          return EventPort(number)
        }
      }
      Clock.sleep(for: .milliseconds(10))
    }
    return nil
  }

  private static func measure(_ port: EventPort) throws(GuestError) {
    let pending = PendingBit(port)
    var ports: InlineArray<1, EventPort> = [port]
    var send = EventChannelSend(port: port)
    // A new interdomain port is pending; and the other side comes to its wait.
    pending.clear()
    Clock.sleep(for: .milliseconds(10))
    let ticks = withAddress(of: &ports) { list in
      var poll = SchedulerPoll(ports: GuestVirtualAddress(list), portCount: 1, deadline: .zero)
      return withAddress(of: &poll) { poll in
        withAddress(of: &send) { send in
          Stopwatch.ticks {
            _ = Instruction.call(.eventChannel, EventChannelOperation.send.word, send)
            repeat {
              _ = Instruction.call(.scheduler, SchedulerOperation.poll.word, poll)
            } while !pending.isSet
            pending.clear()
          }
        }
      }
    }
    Stopwatch.report(name, ticks)
  }
}

/// The other side of it: answers every event, for ever.
struct Pong<Instruction: HypercallInstruction> {
  static func run() throws(GuestError) {
    let channel = try EventChannel(unboundFor: .zero)
    let pending = PendingBit(channel.port)
    var ports: InlineArray<1, EventPort> = [channel.port]
    var send = EventChannelSend(port: channel.port)
    withAddress(of: &ports) { list in
      var poll = SchedulerPoll(ports: GuestVirtualAddress(list), portCount: 1, deadline: .zero)
      withAddress(of: &poll) { poll in
        withAddress(of: &send) { send in
          while true {
            _ = Instruction.call(.scheduler, SchedulerOperation.poll.word, poll)
            if !pending.isSet { continue }
            pending.clear()
            _ = Instruction.call(.eventChannel, EventChannelOperation.send.word, send)
          }
        }
      }
    }
  }
}
