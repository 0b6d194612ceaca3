/// The backend of one guest's console: the guest's ring, mapped, and the event channel that goes with it. Both are given
/// back when the value ends.
struct GuestConsole: ~Copyable {
  private let channel: ServedChannel
  private let page: ForeignPage
  private var ring: ConsoleRingEnd<MemoryWindow>

  /// Connects to the console that the domain was built with; nil where it has none.
  ///
  /// - Parameter wake: raised when the guest has written or read.
  static func connect(to domain: DomainID, wake: EventFlag) throws(GuestError) -> GuestConsole? {
    let frame = try XenParameters.get(.consoleFrame, of: domain)
    let port = try XenParameters.get(.consolePort, of: domain)
    if frame == 0 || port == 0 { return nil }
    let page = try ForeignPage(GuestFrame(frame), of: domain)
    let channel = try EventChannel(connectingTo: EventPort(UInt32(truncatingIfNeeded: port)), of: domain)
    // For what was written before the channel was connected.
    wake.raise()
    return GuestConsole(channel: ServedChannel(channel, wake: wake), page: page)
  }

  private init(channel: ServedChannel, page: consuming ForeignPage) {
    ring = ConsoleRingEnd(page.window)
    self.channel = channel
    self.page = page
  }

  /// Events between the guest and this end, both ways.
  var eventCount: UInt64 { channel.arrivals &+ channel.signals }

  /// Takes at most `limit` bytes that the guest has written, and lets it write on.
  mutating func receive(atMost limit: Int, _ take: (UInt8) -> Void) -> ConsoleRingEnd<MemoryWindow>.Received {
    let received = ring.receive(atMost: limit, take)
    if received.count > 0 || received.wasOutOfStep { channel.notify() }
    // While there is more to take, no event is needed to know of it.
    if received.remaining == 0 { channel.served(foundWork: received.count > 0) }
    return received
  }

  /// Types bytes, as far as there is room; returns how many.
  mutating func send(_ bytes: ArraySlice<UInt8>) -> Int {
    let sent = ring.send(bytes)
    if sent > 0 { channel.notify() }
    return sent
  }
}
