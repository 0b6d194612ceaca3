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

  /// Looks for a port that the guest keeps open for domain 0, other than `excluded`, and connects to it; nil where there
  /// is none yet.
  ///
  /// - Parameter wake: raised when the guest has rung.
  static func find(of domain: DomainID, excluding excluded: [EventPort], wake: EventFlag) -> Doorbell? {
    for number in 1..<searched {
      let port = EventPort(number)
      if excluded.contains(port) { continue }
      do {
        if case .unbound(let remote) = try XenEvents.status(of: port, in: domain), remote == .zero {
          return Doorbell(try EventChannel(connectingTo: port, of: domain), wake)
        }
      } catch {
        // Beyond the guest's last port, or taken away between the two calls.
        continue
      }
    }
    return nil
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
