#if canImport(XenABI)
  import XenABI
#endif

/// A domain's ring and its conversation, served piece by piece.
final class StoreSession<Memory: SharedMemory> {
  private let store: Store
  private let connection: StoreConnection
  private var ring: StoreRingEnd<Memory>
  /// Why the ring is served no longer, until the guest asks for a new start.
  private(set) var failure: StoreRingError?

  init(_ store: Store, domain: DomainID, ring memory: Memory) {
    self.store = store
    connection = StoreConnection(store, domain: domain)
    ring = StoreRingEnd(memory)
  }

  var client: StoreClient { connection.client }

  /// What a turn did.
  struct Turn: Equatable {
    /// The work that it took, in units of about one node looked at.
    var work = 0
    /// Bytes went over the ring, or its state changed: the guest is to be told.
    var tellsGuest = false
    /// More could be done at once.
    var hasMore = false
  }

  /// Answers requests and sends events until there is no more, the guest has to read first, or `limit` units of work are
  /// done; the last request may go beyond.
  func serve(limit: Int) -> Turn {
    var turn = Turn()
    if ring.wantsReconnection {
      connection.reset()
      ring.reconnect()
      failure = nil
      turn.tellsGuest = true
      turn.work += Self.requestCost
    }
    if failure != nil { return turn }
    do {
      try serve(limit: limit, &turn)
    } catch {
      fail(.ringIndex, &turn)
    }
    return turn
  }

  private func serve(limit: Int, _ turn: inout Turn) throws(StoreRingEnd<Memory>.OutOfStep) {
    while true {
      connection.takeEvent()
      if !connection.output.isEmpty {
        let count = try ring.send(connection.output)
        connection.didSend(count)
        turn.work += count / Self.bytesPerUnit
        if count > 0 { turn.tellsGuest = true }
        // It has to read: it tells when it has.
        if !connection.output.isEmpty { return }
        continue
      }
      if turn.work >= limit {
        turn.hasMore = try ring.waiting > 0
        return
      }
      let bytes = try ring.receive(atMost: connection.wanted)
      if bytes.isEmpty { return }
      let before = store.work
      connection.accept(bytes)
      turn.work += Self.requestCost + bytes.count / Self.bytesPerUnit + Int(clamping: store.work &- before)
      turn.tellsGuest = true
      if connection.isBroken {
        fail(.protocol, &turn)
        return
      }
    }
  }

  private func fail(_ error: StoreRingError, _ turn: inout Turn) {
    failure = error
    connection.reset()
    ring.report(error)
    turn.tellsGuest = true
  }

  /// Ends the conversation: the domain's watches and transactions are dropped.
  func end() {
    client.onNews = nil
    connection.reset()
  }

  /// The units of work that a piece of a request takes at least, and the bytes that count as one.
  private static var requestCost: Int { 1 }
  private static var bytesPerUnit: Int { 64 }
}
