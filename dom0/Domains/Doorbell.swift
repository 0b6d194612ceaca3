/// An event channel between domain 0 and a guest that carries nothing but events.
///
/// A guest that wants one keeps a port open for domain 0 from its start on. Domain 0 finds it among the guest's ports,
/// connects, and rings once a second; what the guest sends back is counted.
final class Doorbell {
  private let channel: ServedChannel
  private let wake: EventFlag
  private var seen: UInt64 = 0

  /// How many of a guest's ports are looked at.
  private static var searched: UInt32 { 32 }

  /// The ports that the guest keeps open for domain 0, other than `excluded`.
  static func candidates(of domain: DomainID, excluding excluded: [EventPort]) -> [EventPort] {
    (1..<searched).map { EventPort($0) }.filter { port in
      // An error: beyond the guest's last port.
      guard !excluded.contains(port), let status = try? XenEvents.status(of: port, in: domain) else { return false }
      return status == .unbound(remote: .zero)
    }
  }

  /// Connects to one of them; nil where the guest has taken it away meanwhile.
  ///
  /// - Parameter wake: raised when the guest has rung.
  static func connect(to port: EventPort, of domain: DomainID, wake: EventFlag) -> Doorbell? {
    do {
      return Doorbell(try EventChannel(connectingTo: port, of: domain), wake)
    } catch {
      return nil
    }
  }

  private init(_ channel: consuming EventChannel, _ wake: EventFlag) {
    self.channel = ServedChannel(channel, wake: wake)
    self.wake = wake
  }

  /// Events that went to the guest.
  var sent: UInt64 { channel.signals }
  /// Events that came from it.
  var received: UInt64 { channel.arrivals }

  /// Whether the guest's end is still there.
  var isConnected: Bool { channel.isConnected }

  /// Signals the guest.
  func ring() { channel.notify() }

  /// Lets the guest ring again.
  func serve() {
    if received == seen { return }
    seen = received
    channel.served(foundWork: false)
  }
}
