#if canImport(XenABI)
  import XenABI
#endif

/// The server's end of a guest's store ring.
///
/// As with a console ring, the guest may write anything into the page at any time: the server keeps its own indices,
/// reads each of the guest's once, and masks what it uses as an index. A distance that is longer than the ring ends the
/// service of it, since no message can be told from another any more.
struct StoreRingEnd<Memory: SharedMemory> {
  private let memory: Memory
  private var requestConsumer: UInt32
  private var responseProducer: UInt32

  /// Goes on where the last server stopped, and tells the guest that it is served.
  init(_ memory: Memory) {
    self.memory = memory
    requestConsumer = memory.load32(at: StoreRingLayout.requestConsumer)
    responseProducer = memory.load32(at: StoreRingLayout.responseProducer)
    announce()
  }

  private func announce() {
    let features = StoreServerFeatures.reconnection.union(.error)
    memory.store32(features.rawValue, at: StoreRingLayout.serverFeatures)
    memory.store32(StoreRingError.none.rawValue, at: StoreRingLayout.error)
    // The last: from now on the guest may send.
    memory.store32(StoreConnectionState.connected.rawValue, at: StoreRingLayout.connection)
  }

  /// Whether the guest asks for a new start.
  var wantsReconnection: Bool {
    memory.load32(at: StoreRingLayout.connection) != StoreConnectionState.connected.rawValue
  }

  /// Makes the new start: both rings are empty, all indices 0.
  mutating func reconnect() {
    requestConsumer = 0
    responseProducer = 0
    for index in [
      StoreRingLayout.requestConsumer, StoreRingLayout.requestProducer, StoreRingLayout.responseConsumer,
      StoreRingLayout.responseProducer,
    ] { memory.store32(0, at: index) }
    announce()
  }

  /// Tells the guest why it is served no longer.
  func report(_ error: StoreRingError) { memory.store32(error.rawValue, at: StoreRingLayout.error) }

  /// An index of the guest's is impossible.
  struct OutOfStep: Error {}

  /// Takes at most `limit` bytes of requests.
  mutating func receive(atMost limit: Int) throws(OutOfStep) -> [UInt8] {
    let waiting = memory.load32(at: StoreRingLayout.requestProducer) &- requestConsumer
    if waiting > StoreRingLayout.ringSize { throw OutOfStep() }
    let count = min(waiting, UInt32(clamping: limit))
    if count == 0 { return [] }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Int(count))
    for _ in 0..<count {
      let place = Int(requestConsumer & (StoreRingLayout.ringSize - 1))
      bytes.append(memory.load8(at: StoreRingLayout.requests + place))
      requestConsumer &+= 1
    }
    // After the bytes have been read: the guest may overwrite them now.
    memory.store32(requestConsumer, at: StoreRingLayout.requestConsumer)
    return bytes
  }

  /// The bytes that wait to be received. - Throws: where the guest's index is impossible.
  var waiting: Int {
    get throws(OutOfStep) {
      let waiting = memory.load32(at: StoreRingLayout.requestProducer) &- requestConsumer
      if waiting > StoreRingLayout.ringSize { throw OutOfStep() }
      return Int(waiting)
    }
  }

  /// Sends bytes as far as there is room, and returns how many.
  mutating func send(_ bytes: some Collection<UInt8>) throws(OutOfStep) -> Int {
    let unread = responseProducer &- memory.load32(at: StoreRingLayout.responseConsumer)
    if unread > StoreRingLayout.ringSize { throw OutOfStep() }
    var room = StoreRingLayout.ringSize - unread
    var sent = 0
    for byte in bytes {
      if room == 0 { break }
      let place = Int(responseProducer & (StoreRingLayout.ringSize - 1))
      memory.store8(byte, at: StoreRingLayout.responses + place)
      responseProducer &+= 1
      room -= 1
      sent += 1
    }
    if sent > 0 { memory.store32(responseProducer, at: StoreRingLayout.responseProducer) }
    return sent
  }
}
