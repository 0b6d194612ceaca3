#if canImport(XenABI)
  import XenABI
#endif

/// A message of the store's protocol, as a guest sends and gets it (public header `io/xs_wire.h`).
struct XenStoreMessage: Equatable {
  /// A `StoreMessageType`, as far as the guest knows it.
  var type: UInt32
  var requestID: UInt32
  var transactionID: UInt32
  var payload: [UInt8]

  init(type: UInt32, requestID: UInt32 = 0, transactionID: UInt32 = 0, payload: [UInt8] = []) {
    self.type = type
    self.requestID = requestID
    self.transactionID = transactionID
    self.payload = payload
  }

  /// A request whose arguments are strings, each with a zero at its end, and then bytes as they are.
  init(
    _ type: StoreMessageType, requestID: UInt32, transactionID: UInt32, strings: [String], bytes: [UInt8] = []
  ) {
    var payload: [UInt8] = []
    for string in strings {
      payload.append(contentsOf: string.utf8)
      payload.append(0)
    }
    payload.append(contentsOf: bytes)
    self.init(type: type.rawValue, requestID: requestID, transactionID: transactionID, payload: payload)
  }

  /// Header and payload, as they go over the ring.
  var bytes: [UInt8] {
    let header = StoreMessageHeader(
      type: type, requestID: requestID, transactionID: transactionID, byteCount: UInt32(clamping: payload.count)
    ).bytes
    var bytes: [UInt8] = []
    bytes.reserveCapacity(header.count + payload.count)
    for index in header.indices { bytes.append(header[index]) }
    bytes.append(contentsOf: payload)
    return bytes
  }

  /// The strings of the payload. What follows the last zero is one more, unless it is empty.
  var strings: [String] { Self.strings(in: payload[...]) }

  static func strings(in bytes: ArraySlice<UInt8>) -> [String] {
    var strings: [String] = []
    var start = bytes.startIndex
    for index in bytes.indices where bytes[index] == 0 {
      strings.append(String(decoding: bytes[start..<index], as: UTF8.self))
      start = index + 1
    }
    if start < bytes.endIndex { strings.append(String(decoding: bytes[start...], as: UTF8.self)) }
    return strings
  }

  /// What a watch tells: the path, and the token of the watch. Nil for another message, or a malformed one.
  var event: (path: String, token: String)? {
    let strings = strings
    if type != StoreMessageType.watchEvent.rawValue || strings.count < 2 { return nil }
    return (strings[0], strings[1])
  }

  /// The payload of an answer to a request of that type.
  ///
  /// - Throws: the error that it is instead; `ioError` where it is neither.
  func answer(to request: StoreMessageType) throws(StoreError) -> [UInt8] {
    if type == request.rawValue { return payload }
    if type != StoreMessageType.error.rawValue { throw .ioError }
    let end = payload.firstIndex(of: 0) ?? payload.count
    throw StoreError(name: payload[..<end]) ?? .ioError
  }
}

/// Puts messages together out of the bytes that come over the ring.
struct XenStoreAssembler {
  private var bytes: [UInt8] = []
  /// That of the message that is coming, once it has come.
  private var header: StoreMessageHeader?
  /// A message came that is longer than messages are: what follows makes no sense.
  private(set) var isBroken = false

  /// Takes a byte; returns the message that it completes.
  mutating func accept(_ byte: UInt8) -> XenStoreMessage? {
    if isBroken { return nil }
    bytes.append(byte)
    if bytes.count < StoreMessageHeader.size { return nil }
    let header = header ?? StoreMessageHeader(InlineArray { bytes[$0] })
    self.header = header
    if header.byteCount > UInt32(StoreLimits.payload) {
      isBroken = true
      return nil
    }
    if bytes.count < StoreMessageHeader.size + Int(header.byteCount) { return nil }
    let message = XenStoreMessage(
      type: header.type, requestID: header.requestID, transactionID: header.transactionID,
      payload: Array(bytes[StoreMessageHeader.size...]))
    bytes.removeAll(keepingCapacity: true)
    self.header = nil
    return message
  }
}

/// Puts a list of children together that is too long for one message (`XS_DIRECTORY_PART`).
struct XenStoreDirectory {
  private var generation: String?
  private var bytes: [UInt8] = []

  /// The byte of the list that the next part is to begin at.
  var offset: Int { bytes.count }

  /// Takes a part; returns all names once the last one has come. A list that has changed meanwhile begins anew.
  ///
  /// - Throws: `ioError` for a part that says nothing.
  mutating func accept(_ part: [UInt8]) throws(StoreError) -> [String]? {
    guard let end = part.firstIndex(of: 0) else { throw .ioError }
    let found = String(decoding: part[..<end], as: UTF8.self)
    var names = part[(end + 1)...]
    if let generation, generation != found {
      self.generation = nil
      bytes.removeAll()
      return nil
    }
    generation = found
    if names.isEmpty { throw .ioError }
    // An empty name ends the list: the part is this name alone, or ends with it.
    let isLast = names.count == 1 ? names.first == 0 : names.suffix(2).allSatisfy { $0 == 0 }
    if isLast { names = names.dropLast() }
    bytes.append(contentsOf: names)
    return isLast ? XenStoreMessage.strings(in: bytes[...]) : nil
  }
}
