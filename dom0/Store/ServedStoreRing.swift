/// One guest's store ring, mapped, and the event channel that goes with it. Both are given back when the object ends.
final class ServedStoreRing: DomainKeyed {
  let domain: DomainID
  let session: StoreSession<MemoryWindow>
  private let channel: ServedChannel
  private let page: ForeignPage
  /// Raised when the guest has written or read, or there is an event for it; held while the guest waits because it has
  /// used up its share.
  private let wake: EventFlag
  private var budget = DrainBudget(burst: ServedStoreRing.burst, rate: ServedStoreRing.rate, now: Clock.now)

  /// What a guest may have done for it at once, and each second: in units of work, about a node looked at each.
  private static var burst: Int { 8192 }
  private static var rate: Int { 40_000 }
  /// What of it is done before the others are looked at again.
  private static var workPerTurn: Int { 256 }
  /// How long a guest waits that has used up its share.
  private static var pauseLength: Nanoseconds { .milliseconds(10) }

  init(
    _ store: Store, _ domain: DomainID, frame: GuestFrame, port: EventPort, wakes: FlagGroup
  ) throws(GuestError) {
    let wake = EventFlag(of: wakes)
    self.wake = wake
    let page = try ForeignPage(frame, of: domain)
    let channel = try EventChannel(connectingTo: port, of: domain)
    session = StoreSession(store, domain: domain, ring: page.window)
    self.domain = domain
    self.page = page
    self.channel = ServedChannel(channel, wake: wake)
    session.client.onNews = { wake.raise() }
    // For what was written before; and the guest may wait to be connected.
    wake.raise()
    self.channel.notify()
  }

  /// Events between the guest and this end, both ways.
  var eventCount: UInt64 { channel.arrivals &+ channel.signals }

  var hasWork: Bool { wake.isRaised }

  /// Does a piece of what the guest asks for. What is left raises `wake` again, now or when its share allows.
  func serve() {
    _ = wake.take()
    let turn = session.serve(limit: min(budget.remaining(at: Clock.now), Self.workPerTurn))
    budget.spend(turn.work)
    if turn.tellsGuest { channel.notify() }
    if !turn.hasMore { return channel.served(foundWork: turn.work > 0) }
    if budget.remaining(at: Clock.now) > 0 { wake.raise() } else { holdBack() }
  }

  /// Ends the service of it.
  func end() {
    session.end()
    wake.hold()
  }

  private func holdBack() {
    wake.hold()
    wake.raise()
    // The flag alone: the timer must not keep the guest's page.
    Timers.after(Self.pauseLength) { [wake] in wake.release() }
  }
}
