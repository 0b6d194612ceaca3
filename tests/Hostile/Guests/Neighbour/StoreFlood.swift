/// Floods the store with requests: nodes without end, watches, transactions that are never ended, huge values, paths
/// that are none, and noise. It reads no answer but moves its index, so that the server never waits for it.
struct StoreFlood {
  private let ring: SharedRing
  private var random: NeighbourRandom
  private var requests: UInt32 = 0

  static func run(_ random: NeighbourRandom) throws(GuestError) -> Never {
    var flood = StoreFlood(
      ring: try SharedRing(frame: .storeFrame, port: .storePort), random: random)
    while true { flood.request() }
  }

  private mutating func request() {
    requests &+= 1
    let type = UInt32(random.below(24))
    let payload = payload()
    // A length that is not the payload's leaves the server in the middle of a message: rarely, since it ends there.
    let count = random.below(5_000) == 0 ? UInt32(truncatingIfNeeded: random.next()) : UInt32(payload.count)
    let header = StoreMessageHeader(
      type: type, requestID: requests, transactionID: UInt32(random.below(8) == 0 ? random.below(16) : 0),
      byteCount: count)
    var bytes: [UInt8] = []
    for index in 0..<StoreMessageHeader.size { bytes.append(header.bytes[index]) }
    put(bytes)
    put(payload)
  }

  private mutating func payload() -> [UInt8] {
    switch random.below(8) {
    case 0: return (0..<random.below(64)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    case 1: return Array("data/n\(random.next())".utf8) + [0] + Array(repeating: 0x61, count: random.below(2048))
    case 2: return Array("data/n\(random.below(64))".utf8) + [0] + Array("token\(requests)".utf8) + [0]
    case 3: return Array("/local/domain/\(random.below(4))/name".utf8) + [0] + Array("stolen".utf8)
    case 4: return Array("data".utf8) + Array(repeating: 0x2F, count: random.below(128)) + [0]
    case 5: return [UInt8(ascii: "T"), 0]
    case 6: return Array("@releaseDomain".utf8) + [0] + Array("t".utf8) + [0]
    default: return [0]
    }
  }

  /// Puts the bytes into the ring as there is room, and lets the server take them.
  private mutating func put(_ bytes: [UInt8]) {
    var producer = ring.page.load32(at: StoreRingLayout.requestProducer)
    for byte in bytes {
      while producer &- ring.page.load32(at: StoreRingLayout.requestConsumer) >= StoreRingLayout.ringSize {
        ring.page.store32(producer, at: StoreRingLayout.requestProducer)
        ring.notify()
        dropAnswers()
        XenScheduler.yield()
      }
      ring.page.store8(byte, at: StoreRingLayout.requests + Int(producer & (StoreRingLayout.ringSize - 1)))
      producer &+= 1
    }
    ring.page.store32(producer, at: StoreRingLayout.requestProducer)
    ring.notify()
    dropAnswers()
  }

  private func dropAnswers() {
    ring.page.store32(ring.page.load32(at: StoreRingLayout.responseProducer), at: StoreRingLayout.responseConsumer)
  }
}
