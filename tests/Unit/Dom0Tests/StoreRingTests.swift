import Testing
import XenABI

@testable import Dom0Logic
@testable import FuzzEntries

/// The store over a ring, against guests that keep to the protocol and guests that don't.
@Suite struct StoreRingTests {
  /// A guest at its end of the ring.
  private final class Peer {
    let page = FuzzPage()
    let rig = StoreRig()
    private(set) lazy var session = StoreSession(rig.store, domain: DomainID(1), ring: page)

    init(startingAt index: UInt32 = 0) {
      for offset in [2048, 2052, 2056, 2060] { page.store32(index, at: offset) }
      page.store32(1, at: 2068)
      _ = session
    }

    /// Sends as much as there is room for; returns how much.
    func send(_ bytes: some Collection<UInt8>) -> Int {
      var producer = page.load32(at: 2052)
      var count = 0
      for byte in bytes where producer &- page.load32(at: 2048) < 1024 {
        page.store8(byte, at: Int(producer % 1024))
        producer &+= 1
        count += 1
      }
      page.store32(producer, at: 2052)
      return count
    }

    /// Reads what is there, but not more than `limit`.
    func read(atMost limit: Int = 1024) -> [UInt8] {
      var consumer = page.load32(at: 2056)
      var bytes: [UInt8] = []
      while consumer != page.load32(at: 2060) && bytes.count < limit {
        bytes.append(page.load8(at: 1024 + Int(consumer % 1024)))
        consumer &+= 1
      }
      page.store32(consumer, at: 2056)
      return bytes
    }

    /// Sends a request and reads until the server has nothing to say.
    func exchange(_ request: [UInt8], pieces: Int = 1024) -> [UInt8] {
      var left = request[...]
      var read: [UInt8] = []
      for _ in 0..<10_000 {
        left = left.dropFirst(send(left.prefix(pieces)))
        let turn = session.serve(limit: 100)
        let some = self.read(atMost: pieces)
        read += some
        if left.isEmpty && some.isEmpty && !turn.tellsGuest { break }
      }
      return read
    }
  }

  private static func request(_ type: StoreMessageType, _ text: String, id: UInt32 = 5) -> [UInt8] {
    StorePacket(type: type.rawValue, requestID: id, payload: Array(text.utf8)).bytes
  }

  private static func packets(_ bytes: [UInt8]) -> [StorePacket] {
    var packets: [StorePacket] = []
    var rest = bytes[...]
    while rest.count >= 16 {
      var head = InlineArray<16, UInt8>(repeating: 0)
      for index in 0..<16 { head[index] = rest[rest.startIndex + index] }
      let header = StoreMessageHeader(head)
      rest = rest.dropFirst(16)
      packets.append(
        StorePacket(
          type: header.type, requestID: header.requestID, transactionID: header.transactionID,
          payload: Array(rest.prefix(Int(header.byteCount)))))
      rest = rest.dropFirst(Int(header.byteCount))
    }
    return packets
  }

  @Test func saysThatItServes() {
    let peer = Peer()
    #expect(peer.page.load32(at: 2064) == 3)
    #expect(peer.page.load32(at: 2068) == 0)
    #expect(peer.page.load32(at: 2072) == 0)
  }

  /// The longest messages, in pieces of any size, over indices that wrap at 2^32.
  @Test(arguments: [0, 1020, UInt32.max - 700] as [UInt32], [1, 7, 16, 1000])
  func carriesMessages(_ start: UInt32, _ pieces: Int) {
    let peer = Peer(startingAt: start)
    let value = String(repeating: "0123456789abcdef", count: 128)
    let written = Self.packets(peer.exchange(Self.request(.write, "v\0\(value)"), pieces: pieces))
    #expect(written == [StorePacket(type: 11, requestID: 5, payload: Array("OK\0".utf8))])
    let read = Self.packets(peer.exchange(Self.request(.read, "v\0", id: 6), pieces: pieces))
    #expect(read == [StorePacket(type: 2, requestID: 6, payload: Array(value.utf8))])
    let longest = Self.request(.read, String(repeating: "x", count: 4096))
    #expect(Self.packets(peer.exchange(longest, pieces: pieces)).first?.payload == Array("EINVAL\0".utf8))
    #expect(peer.session.failure == nil)
  }

  /// The answer to a watch comes before its first event, and events come between answers.
  @Test func sendsEventsAfterAnswers() {
    let peer = Peer()
    let types = Self.packets(peer.exchange(Self.request(.watch, "a\0t\0") + Self.request(.write, "a\0")))
    #expect(types.map(\.type) == [4, 15, 11, 15])
    var news = 0
    peer.session.client.onNews = { news += 1 }
    try? peer.rig.store.write("/local/domain/1/a", "1")
    #expect(news == 1)
    #expect(Self.packets(peer.exchange([])).map(\.payload) == [Array("a\0t\0".utf8)])
    #expect(news == 1)
  }

  /// While an answer finds no room nothing else is read.
  @Test func waitsForItsReader() {
    let peer = Peer()
    _ = peer.exchange(Self.request(.write, "v\0" + String(repeating: "x", count: 2000)))
    #expect(peer.send(Self.request(.read, "v\0") + Self.request(.read, "absent\0")) == 41)
    for _ in 0..<5 { _ = peer.session.serve(limit: 100) }
    #expect(peer.page.load32(at: 2060) &- peer.page.load32(at: 2056) == 1024)
    #expect(peer.page.load32(at: 2052) &- peer.page.load32(at: 2048) == 23)
    #expect(peer.session.serve(limit: 100) == .init())
    #expect(Self.packets(peer.exchange([])).map(\.type) == [2, 16])
  }

  /// A length that no message has ends the service of this ring, until the guest asks for a new start.
  @Test func reportsABrokenProtocol() {
    let peer = Peer()
    _ = peer.exchange(Self.request(.watch, "a\0t\0"))
    let header = StoreMessageHeader(type: 2, requestID: 1, transactionID: 0, byteCount: 4097).bytes
    _ = peer.send(header.indices.map { header[$0] } + Self.request(.read, "a\0"))
    #expect(peer.session.serve(limit: 100).tellsGuest)
    #expect(peer.session.failure == .protocol && peer.page.load32(at: 2072) == 3)
    #expect(peer.session.client.watches.isEmpty)
    #expect(peer.session.serve(limit: 100) == .init())
    peer.page.store32(1, at: 2068)
    #expect(peer.session.serve(limit: 100).tellsGuest)
    #expect(peer.page.load32(at: 2068) == 0 && peer.page.load32(at: 2072) == 0)
    #expect([2048, 2052, 2056, 2060].allSatisfy { peer.page.load32(at: $0) == 0 })
    #expect(Self.packets(peer.exchange(Self.request(.read, "\0"))).map(\.payload) == [Array("EINVAL\0".utf8)])
  }

  /// A writer further ahead than the ring is long, or a reader that has read what was never written.
  @Test(arguments: [2052, 2056]) func reportsAnImpossibleIndex(_ offset: Int) {
    let peer = Peer()
    _ = peer.send(Self.request(.read, "a\0"))
    peer.page.store32(1025, at: offset)
    #expect(peer.session.serve(limit: 100).tellsGuest)
    #expect(peer.session.failure == .ringIndex && peer.page.load32(at: 2072) == 2)
    #expect(peer.rig.send(.write, ["x"], bytes: "1", from: 2) == .done)
  }

  /// A guest that asks for more than its share gets its turn ended; all is answered in the end.
  @Test func endsTheTurnOfAFlooder() {
    let peer = Peer()
    var flood: [UInt8] = []
    for index in 0..<40 { flood += Self.request(.read, "a\0", id: UInt32(index)) }
    #expect(peer.send(flood) == 40 * 18)
    let turn = peer.session.serve(limit: 10)
    #expect(turn.hasMore && turn.work >= 10 && turn.work < 20)
    #expect(peer.session.serve(limit: 0).hasMore)
    #expect(Self.packets(peer.exchange([])).count == 40)
  }

  /// Removing many nodes counts as the work that it is.
  @Test func countsTheWork() {
    let peer = Peer()
    for index in 0..<500 { try? peer.rig.store.makeDirectory("/local/domain/1/many/\(index)") }
    try? peer.rig.store.setPermissions("/local/domain/1/many", [StorePermission(DomainID(1), .none)])
    _ = peer.send(Self.request(.remove, "many\0"))
    #expect(peer.session.serve(limit: 100).work > 500)
  }

  /// A guest that scribbles over the whole page at random gets no more than nonsense of its own.
  @Test(arguments: 0..<15 as Range<UInt64>) func survivesScribbling(_ seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let peer = Peer()
    for _ in 0..<300 {
      switch random.next() % 4 {
      case 0: peer.page.store32(UInt32(truncatingIfNeeded: random.next()), at: 2048 + Int(random.next() % 7) * 4)
      case 1: peer.page.store32(peer.page.load32(at: 2048) &+ UInt32(random.next() % 1024), at: 2052)
      case 2:
        for _ in 0..<100 { peer.page.store8(UInt8(truncatingIfNeeded: random.next()), at: Int(random.next() % 2048)) }
      default: peer.page.store32(1, at: 2068)
      }
      for _ in 0..<10 where peer.session.serve(limit: 50).hasMore {}
      #expect(peer.rig.store.brokenInvariant() == nil)
    }
    peer.session.end()
    #expect(peer.rig.send(.write, ["x"], bytes: "1", from: 2) == .done)
  }

  @Test(arguments: 0..<50 as Range<UInt64>) func survivesTheFuzzersInputs(_ seed: UInt64) {
    var random = SplitMix64(seed: seed)
    StoreFuzz.run((0..<600).map { _ in UInt8(truncatingIfNeeded: random.next()) })
  }
}
