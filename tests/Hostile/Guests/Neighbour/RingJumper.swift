/// Writes nonsense over the indices of its own rings, and over what is in them.
enum RingJumper {
  /// The console's four indices (public header `io/console.h`).
  static func console(_ random: NeighbourRandom) throws(GuestError) -> Never {
    let ring = try SharedRing(frame: .consoleFrame, port: .consolePort)
    // What it has said so far is to be read before.
    while ring.page.load32(at: 3080) != ring.page.load32(at: 3084) { XenScheduler.yield() }
    jump(ring, [3072, 3076, 3080, 3084], random)
  }

  /// The store's indices and its connection word.
  static func store(_ random: NeighbourRandom) throws(GuestError) -> Never {
    let places = [
      StoreRingLayout.requestConsumer, StoreRingLayout.requestProducer, StoreRingLayout.responseConsumer,
      StoreRingLayout.responseProducer, StoreRingLayout.connection,
    ]
    jump(try SharedRing(frame: .storeFrame, port: .storePort), places, random)
  }

  /// Steps a little, jumps far, writes into the ring, and signals now and then.
  static func jump(_ ring: SharedRing, _ places: [Int], _ random: NeighbourRandom) -> Never {
    var random = random
    while true {
      let place = places[random.below(places.count)]
      switch random.below(4) {
      case 0: ring.page.store32(UInt32(truncatingIfNeeded: random.next()), at: place)
      case 1: ring.page.store32(ring.page.load32(at: place) &+ UInt32(random.below(64)), at: place)
      case 2: ring.page.store32(ring.page.load32(at: place) &- 1, at: place)
      default: ring.page.store64(random.next(), at: random.below(Int(pageSize) / 8) * 8)
      }
      if random.below(8) == 0 { ring.notify() }
    }
  }
}
