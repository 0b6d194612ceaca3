#if canImport(XenABI)
  import XenABI
#endif

/// One domain's conversation with the store: bytes in, bytes out.
///
/// It holds one request that is not complete, and one message that is not sent yet. While an answer waits, no further
/// request is taken: so a domain that does not read can't make domain 0 keep more than that and its events, which have
/// a bound of their own.
final class StoreConnection {
  let client: StoreClient
  private let store: Store
  private var incoming: [UInt8] = []
  /// That of the request in `incoming`, once it has come.
  private var header: StoreMessageHeader?
  private var outgoing: [UInt8] = []
  private var sent = 0

  init(_ store: Store, domain: DomainID) {
    self.store = store
    // What comes over a ring counts apart from domain 0's own, even where it has domain 0's privilege.
    client = domain == .zero ? StoreClient(.zero) : store.client(domain)
  }

  // MARK: In

  /// The bytes that it takes next: the rest of a header, or of a payload. None while an answer waits, or when the
  /// protocol is broken.
  var wanted: Int {
    if !output.isEmpty || isBroken { return 0 }
    guard let header else { return StoreMessageHeader.size - incoming.count }
    return StoreMessageHeader.size + Int(header.byteCount) - incoming.count
  }

  /// The header that has come is of a message longer than any: what follows can't be told from the next one.
  var isBroken: Bool { if let header { header.byteCount > UInt32(StoreLimits.payload) } else { false } }

  /// Takes bytes, at most as many as `wanted`, and does what the request asks that they complete.
  func accept(_ bytes: [UInt8]) {
    incoming.append(contentsOf: bytes.prefix(wanted))
    if header == nil && incoming.count >= StoreMessageHeader.size {
      header = StoreMessageHeader(InlineArray { incoming[$0] })
    }
    guard let header, !isBroken, incoming.count >= StoreMessageHeader.size + Int(header.byteCount) else { return }
    let request = StorePacket(
      type: header.type, requestID: header.requestID, transactionID: header.transactionID,
      payload: Array(incoming[StoreMessageHeader.size...]))
    self.header = nil
    Self.empty(&incoming)
    outgoing = store.answer(request, from: client).bytes
    sent = 0
  }

  // MARK: Out

  /// The bytes of the message that is to be sent next.
  var output: ArraySlice<UInt8> {
    if sent == outgoing.count { return [] }
    return outgoing[sent...]
  }

  /// Makes an event the message that is sent, if one waits and no other message does; an answer goes first.
  func takeEvent() {
    if sent < outgoing.count { return }
    sent = 0
    Self.empty(&outgoing)
    if let event = client.events.takeFirst() { outgoing = StorePacket.event(event).bytes }
  }

  /// The first bytes of the output have been sent.
  func didSend(_ count: Int) {
    sent = min(sent + max(count, 0), outgoing.count)
    if sent < outgoing.count { return }
    sent = 0
    Self.empty(&outgoing)
  }

  /// Forgets bytes. Only few places are kept: every domain has two of these.
  private static func empty(_ bytes: inout [UInt8]) { bytes.removeAll(keepingCapacity: bytes.capacity <= 256) }

  /// Forgets everything that was begun, and the domain's watches and transactions.
  func reset() {
    incoming.removeAll()
    header = nil
    outgoing.removeAll()
    sent = 0
    store.reset(client)
  }
}
