/// An event channel between domain 0 and a guest that carries nothing but events.
///
/// A guest that wants one keeps a port open for domain 0 from its start on. Domain 0 finds it among the guest's ports,
/// connects, and rings once a second; what the guest sends back is counted.
struct Doorbell: ~Copyable {
  private let channel: EventChannel
  private let answers: Counter
  /// Events that went to the guest.
  private(set) var sent: UInt64 = 0
  /// Events that came from it.
  var received: UInt64 { answers.value }

  private final class Counter {
    var value: UInt64 = 0
  }

  /// How many of a guest's ports are looked at.
  private static var searched: UInt32 { 32 }

  /// Looks for a port that the guest keeps open for domain 0, other than `excluded`, and connects to it; nil where there
  /// is none yet.
  static func find(of domain: DomainID, excluding excluded: [EventPort]) -> Doorbell? {
    for number in 1..<searched {
      let port = EventPort(number)
      if excluded.contains(port) { continue }
      do {
        if case .unbound(let remote) = try XenEvents.status(of: port, in: domain), remote == .zero {
          return Doorbell(channel: try EventChannel(connectingTo: port, of: domain))
        }
      } catch {
        // Beyond the guest's last port, or taken away between the two calls.
        continue
      }
    }
    return nil
  }

  private init(channel: consuming EventChannel) {
    let answers = Counter()
    channel.onEvent { answers.value += 1 }
    self.channel = channel
    self.answers = answers
  }

  /// Whether the guest's end is still there.
  var isConnected: Bool {
    guard let status = try? channel.status else { return false }
    if case .interdomain = status { return true }
    return false
  }

  /// Signals the guest.
  mutating func ring() {
    do {
      try channel.notify()
      sent += 1
    } catch {
      // The guest has closed its end: `isConnected` tells.
    }
  }
}
