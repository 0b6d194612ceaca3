#if canImport(XenABI)
  import XenABI
#endif

/// A message of the protocol in one piece.
struct StorePacket: Equatable {
  var type: UInt32
  var requestID: UInt32 = 0
  var transactionID: UInt32 = 0
  var payload: [UInt8]

  /// Header and payload as they go over a ring.
  var bytes: [UInt8] {
    let header = StoreMessageHeader(
      type: type, requestID: requestID, transactionID: transactionID, byteCount: UInt32(clamping: payload.count))
    var bytes: [UInt8] = []
    bytes.reserveCapacity(StoreMessageHeader.size + payload.count)
    let head = header.bytes
    for index in head.indices { bytes.append(head[index]) }
    bytes.append(contentsOf: payload)
    return bytes
  }

  /// What tells of a change.
  static func event(_ event: StoreEvent) -> StorePacket {
    var payload = event.watch.spelling(of: event.path)
    payload.append(0)
    payload.append(contentsOf: event.watch.token)
    payload.append(0)
    return StorePacket(type: StoreMessageType.watchEvent.rawValue, payload: payload)
  }

  /// The answer to this request.
  func reply(_ type: StoreMessageType, _ payload: [UInt8]) -> StorePacket {
    StorePacket(type: type.rawValue, requestID: requestID, transactionID: transactionID, payload: payload)
  }

  /// The answer that refuses this request.
  func reply(_ error: StoreError) -> StorePacket {
    var name: [UInt8] = []
    error.name.withUTF8Buffer { text in
      for index in text.indices { name.append(unsafe text[index]) }  // an index of the buffer itself
    }
    name.append(0)
    return reply(.error, name)
  }
}

/// The arguments in a request's payload: strings, each with a zero at its end, and what follows them.
struct StoreArguments {
  private let payload: [UInt8]
  private var next = 0

  init(_ payload: [UInt8]) { self.payload = payload }

  /// The next string. - Throws: `invalidArgument` where there is no zero any more.
  mutating func string() throws(StoreError) -> ArraySlice<UInt8> {
    guard let end = payload[next...].firstIndex(of: 0) else { throw .invalidArgument }
    let string = payload[next..<end]
    next = end + 1
    return string
  }

  /// The one string that is the whole payload. - Throws: `invalidArgument`.
  static func only(_ payload: [UInt8]) throws(StoreError) -> ArraySlice<UInt8> {
    var arguments = StoreArguments(payload)
    let string = try arguments.string()
    if !arguments.isAtEnd { throw .invalidArgument }
    return string
  }

  var isAtEnd: Bool { next == payload.count }
  /// The bytes after the strings that were taken.
  var rest: [UInt8] { Array(payload[next...]) }
}
