import XenABI

@testable import Dom0Logic

/// A store with a few guests that speak to it by messages.
final class StoreRig {
  let store: Store

  init(
    quota: StoreQuota = StoreQuota(), gauge: MemoryGauge = MemoryGauge(), domains: ClosedRange<UInt16> = 1...3
  ) {
    store = Store(quota: quota, gauge: gauge)
    for domain in domains {
      try? store.makeDirectory("/local/domain/\(domain)")
      try? store.setPermissions("/local/domain/\(domain)", [StorePermission(DomainID(domain), .none)])
      store.introduce(DomainID(domain))
    }
  }

  func client(_ domain: UInt16) -> StoreClient { store.client(DomainID(domain)) }

  /// Sends a message of strings, each with a zero, and bytes behind them.
  func send(
    _ type: StoreMessageType, _ strings: [String] = [], bytes: String = "", from domain: UInt16 = 1,
    transaction: UInt32 = 0
  ) -> Answer {
    let payload = strings.flatMap { Array($0.utf8) + [0] } + Array(bytes.utf8)
    return send(raw: payload, type.rawValue, from: domain, transaction: transaction)
  }

  func send(raw payload: [UInt8], _ type: UInt32, from domain: UInt16 = 1, transaction: UInt32 = 0) -> Answer {
    let request = StorePacket(type: type, requestID: 77, transactionID: transaction, payload: payload)
    let reply = store.answer(request, from: client(domain))
    if reply.requestID != 77 || reply.transactionID != transaction { return .strange }
    let text = String(decoding: reply.payload, as: UTF8.self)
    if reply.type == type { return .ok(text) }
    return reply.type == StoreMessageType.error.rawValue ? .error(text) : .strange
  }

  enum Answer: Equatable, CustomStringConvertible {
    case ok(String)
    case error(String)
    case strange

    static let done = Answer.ok("OK\0")
    static func refused(_ error: StoreError) -> Answer { .error("\(error.name)\0") }

    var description: String {
      switch self {
      case .ok(let text): "ok \(text.replacing("\0", with: "|"))"
      case .error(let text): "error \(text.replacing("\0", with: "|"))"
      case .strange: "strange"
      }
    }
    var isDone: Bool { if case .ok = self { true } else { false } }
    var text: String { if case .ok(let text) = self { text } else { "" } }
  }

  func start(from domain: UInt16 = 1) -> UInt32 {
    UInt32(send(.transactionStart, [""], from: domain).text.dropLast()) ?? 0
  }

  /// The events that wait for a domain, as "path token".
  func events(of domain: UInt16 = 1) -> [String] {
    var events: [String] = []
    while let event = client(domain).events.takeFirst() {
      let strings = StorePacket.event(event).payload.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
      events.append(strings.joined(separator: " "))
    }
    return events
  }
}
