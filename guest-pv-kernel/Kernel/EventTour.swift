/// Event channels: an IPI, a channel to itself, masks, polling.
struct EventTour {
  private static var patience: Nanoseconds { .seconds(2) }

  static func run(_ findings: inout Findings) throws(GuestError) {
    findings.section("events")
    try interprocessor(&findings)
    try loopback(&findings)
    try polling(&findings)
    findings.refused("event.virq_bound_once", .alreadyExists) { () throws(GuestError) in
      _ = try XenEvents.bindVirtualIRQ(.timer)
    }
    findings.fact("upcalls", EventDispatcher.upcallCount)
  }

  private static func interprocessor(_ findings: inout Findings) throws(GuestError) {
    let channel = try EventChannel(ipiTo: .zero)
    channel.unmask()
    try channel.notify()
    let arrived = channel.wait(until: Clock.now.adding(patience))
    findings.check("event.ipi", arrived, arrived ? "IPI arrived" : "nothing", expected: "an event")
    findings.check("event.ipi_status", try channel.status == .ipi, "status asked", expected: "an IPI port")
    findings.refused("event.ipi_not_moved", .invalidArgument) { () throws(GuestError) in
      try XenEvents.bind(channel.port, to: .zero)
    }
  }

  private static func loopback(_ findings: inout Findings) throws(GuestError) {
    let receiver = try EventChannel(unboundFor: .current)
    let sender = try EventChannel(connectingTo: receiver.port, of: .current)
    var received = 0
    receiver.onEvent { received += 1 }
    try sender.notify()
    let first = receiver.wait(until: Clock.now.adding(patience))
    findings.check("event.loopback", first && received == 1, "\(received)", expected: "1")
    if case .interdomain(_, let port) = try receiver.status {
      findings.check("event.loopback_status", UInt64(port.rawValue), equals: UInt64(sender.port.rawValue))
    } else {
      findings.check("event.loopback_status", false, "not connected", expected: "connected")
    }

    findings.done("event.bind_vcpu") { () throws(GuestError) in try XenEvents.bind(receiver.port, to: .zero) }

    receiver.mask()
    for _ in 0..<3 { try sender.notify() }
    findings.check("event.masked", received == 1 && receiver.isPending, "\(received)", expected: "1, and one pending")
    receiver.unmask()
    _ = receiver.wait(until: Clock.now.adding(patience))
    findings.check("event.unmasked_once", received, equals: 2)

    let port = sender.port
    _ = consume sender
    findings.check("event.closed", try XenEvents.status(of: port) == .closed, "status asked", expected: "a free port")
    findings.refused("event.send_to_closed", .invalidArgument) { () throws(GuestError) in
      try XenEvents.send(port)
    }
  }

  private static func polling(_ findings: inout Findings) throws(GuestError) {
    let channel = try EventChannel(ipiTo: .zero)
    channel.mask()
    let start = Clock.now
    try XenScheduler.poll([channel.port], until: start.adding(.milliseconds(50)))
    let waited = Clock.now.since(start)
    findings.check("event.poll_times_out", waited >= .milliseconds(50), waited.text, expected: "at least 0.050 s")
    try channel.notify()
    let again = Clock.now
    try XenScheduler.poll([channel.port], until: again.adding(.seconds(5)))
    let elapsed = Clock.now.since(again)
    findings.check("event.poll_sees_pending", elapsed < .seconds(2), elapsed.text, expected: "well below 5 s")
    try pollingWithInterruptsOff(&findings)
  }

  /// With interrupts off another port's event does not end a poll.
  private static func pollingWithInterruptsOff(_ findings: inout Findings) throws(GuestError) {
    let channel = try EventChannel(ipiTo: .zero)
    channel.mask()
    let other = try EventChannel(ipiTo: .zero)
    other.unmask()
    let waited = try withInterruptsOff { () throws(GuestError) in
      try other.notify()
      let start = Clock.now
      try XenScheduler.poll(channel.port, until: start.adding(.milliseconds(50)))
      return Clock.now.since(start)
    }
    findings.check(
      "event.poll_is_not_interrupted", waited >= .milliseconds(50), waited.text, expected: "at least 0.050 s")
  }

  /// The control domain connects to the port that is offered to it, and signals it.
  static func fromControlDomain(_ offer: borrowing EventChannel, _ findings: inout Findings) throws(GuestError) {
    if Hypervisor.isControlDomain {
      findings.fact("event.from_dom0", "this is domain 0")
      return
    }
    findings.fact("offered_port", UInt64(offer.port.rawValue))
    let start = Clock.now
    let arrived = offer.wait(until: start.adding(.seconds(10)))
    findings.check(
      "event.from_dom0", arrived,
      arrived ? "event from dom0 after \(Clock.now.since(start).text)" : "nothing",
      expected: "an event within 10 s")
    // What dom0 hears of it.
    if arrived { try offer.notify() }
  }
}
