/// The backend of one guest's console: the guest's ring, mapped, and the event channel that goes with it. Both are given
/// back when the value ends.
struct GuestConsole: ~Copyable {
  private let channel: EventChannel
  private let page: ForeignPage
  private var ring: ConsoleRingEnd<MemoryWindow>

  /// Connects to the console that the domain was built with; nil where it has none.
  ///
  /// - Parameter wake: raised when the guest has written or read.
  static func connect(to domain: DomainID, wake: EventFlag) throws(HypercallError) -> GuestConsole? {
    let frame = try XenParameters.get(.consoleFrame, of: domain)
    let port = try XenParameters.get(.consolePort, of: domain)
    if frame == 0 || port == 0 { return nil }
    let page = try ForeignPage(GuestFrame(frame), of: domain)
    let channel = try EventChannel(connectingTo: EventPort(UInt32(truncatingIfNeeded: port)), of: domain)
    channel.onEvent { wake.raise() }
    // For what was written before the channel was connected.
    wake.raise()
    return GuestConsole(channel: channel, page: page)
  }

  private init(channel: consuming EventChannel, page: consuming ForeignPage) {
    ring = ConsoleRingEnd(page.window)
    self.channel = channel
    self.page = page
  }

  /// Takes at most `limit` bytes that the guest has written, and lets it write on.
  mutating func receive(atMost limit: Int, _ take: (UInt8) -> Void) -> ConsoleRingEnd<MemoryWindow>.Received {
    let received = ring.receive(atMost: limit, take)
    if received.count > 0 || received.wasOutOfStep { notify() }
    return received
  }

  /// Types bytes, as far as there is room; returns how many.
  mutating func send(_ bytes: [UInt8]) -> Int {
    let sent = ring.send(bytes)
    if sent > 0 { notify() }
    return sent
  }

  private func notify() {
    // A guest that has closed its end polls, or does not care.
    try? channel.notify()
  }
}
