/// The guest's end of the ring that it shares with the store's server (public header `io/xs_wire.h`).
struct XenStoreRing {
  private let page: MemoryWindow
  let port: EventPort

  /// The ring that this domain was started with: HVM parameters 1 and 2 name its frame and port. Nil where there is
  /// none, as in the domain that the server runs in.
  static func find() -> XenStoreRing? {
    do {
      let frame = try XenParameters.get(.storeFrame)
      let port = try XenParameters.get(.storePort)
      // The first 4 GiB are mapped one to one; whoever built the domain put the page there for this.
      if frame == 0 || port == 0 || frame >= 1 << 20 { return nil }
      return XenStoreRing(
        page: unsafe MemoryWindow(unsafeAddress: frame << pageShift, byteCount: Int(pageSize)),
        port: EventPort(UInt32(truncatingIfNeeded: port)))
    } catch {
      return nil
    }
  }

  /// The page's frame.
  var frame: GuestFrame { GuestPhysicalAddress(page.address).frame }

  /// Whether the server serves it.
  var isConnected: Bool { page.load32(at: StoreRingLayout.connection) == StoreConnectionState.connected.rawValue }

  /// Whether the server has given it up.
  var hasFailed: Bool {
    let features = StoreServerFeatures(rawValue: page.load32(at: StoreRingLayout.serverFeatures))
    return features.contains(.error) && page.load32(at: StoreRingLayout.error) != StoreRingError.none.rawValue
  }

  /// Whether there are bytes to be received.
  var hasInput: Bool {
    page.load32(at: StoreRingLayout.responseProducer) != page.load32(at: StoreRingLayout.responseConsumer)
  }

  /// Whether there is room for bytes to be sent.
  var hasRoom: Bool {
    page.load32(at: StoreRingLayout.requestProducer) &- page.load32(at: StoreRingLayout.requestConsumer)
      < StoreRingLayout.ringSize
  }

  /// Takes all bytes that are there; returns whether there were any.
  func receive(_ take: (UInt8) -> Void) -> Bool {
    var consumer = page.load32(at: StoreRingLayout.responseConsumer)
    let waiting = page.load32(at: StoreRingLayout.responseProducer) &- consumer
    if waiting == 0 || waiting > StoreRingLayout.ringSize { return false }
    for _ in 0..<waiting {
      take(page.load8(at: StoreRingLayout.responses + Int(consumer & (StoreRingLayout.ringSize - 1))))
      consumer &+= 1
    }
    page.store32(consumer, at: StoreRingLayout.responseConsumer)
    return true
  }

  /// Sends bytes as far as there is room; returns how many.
  func send(_ bytes: ArraySlice<UInt8>) -> Int {
    var producer = page.load32(at: StoreRingLayout.requestProducer)
    let unread = producer &- page.load32(at: StoreRingLayout.requestConsumer)
    if unread >= StoreRingLayout.ringSize { return 0 }
    let count = min(bytes.count, Int(StoreRingLayout.ringSize - unread))
    for byte in bytes.prefix(count) {
      page.store8(byte, at: StoreRingLayout.requests + Int(producer & (StoreRingLayout.ringSize - 1)))
      producer &+= 1
    }
    page.store32(producer, at: StoreRingLayout.requestProducer)
    return count
  }
}
