import Testing

@testable import Dom0Logic

/// The backend's end of a console ring, against guests that keep to the protocol and guests that don't.
@Suite struct ConsoleRingTests {
  /// A page of memory that the test, as the guest, writes too.
  final class Page: SharedMemory {
    private var bytes = [UInt8](repeating: 0, count: 4096)

    func load8(at offset: Int) -> UInt8 { bytes[offset] }
    func store8(_ value: UInt8, at offset: Int) { bytes[offset] = value }
    func load32(at offset: Int) -> UInt32 { (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << UInt32($1 * 8) } }
    func store32(_ value: UInt32, at offset: Int) {
      for index in 0..<4 { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> UInt32(index * 8)) }
    }

    /// The guest writes as much as there is room for; returns how much.
    func guestWrites(_ text: [UInt8]) -> Int {
      var producer = load32(at: 3084)
      let consumer = load32(at: 3080)
      var count = 0
      for byte in text where producer &- consumer < 2048 {
        bytes[1024 + Int(producer % 2048)] = byte
        producer &+= 1
        count += 1
      }
      store32(producer, at: 3084)
      return count
    }

    /// The guest reads everything that was typed.
    func guestReads() -> [UInt8] {
      var consumer = load32(at: 3072)
      let producer = load32(at: 3076)
      var read: [UInt8] = []
      while consumer != producer {
        read.append(bytes[Int(consumer % 1024)])
        consumer &+= 1
      }
      store32(consumer, at: 3072)
      return read
    }
  }

  private func receive(_ ring: inout ConsoleRingEnd<Page>, atMost limit: Int = 4096) -> [UInt8] {
    var bytes: [UInt8] = []
    _ = ring.receive(atMost: limit) { bytes.append($0) }
    return bytes
  }

  /// Both directions, with indices that wrap at 2^32.
  @Test(arguments: [0, 1000, UInt32.max - 100] as [UInt32]) func carriesBytes(_ start: UInt32) {
    let page = Page()
    for offset in stride(from: 3072, through: 3084, by: 4) { page.store32(start, at: offset) }
    var ring = ConsoleRingEnd(page)
    var random = SplitMix64(seed: UInt64(start))
    for _ in 0..<200 {
      let output = (0..<Int(random.next() % 3000)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      let written = page.guestWrites(output)
      #expect(written == min(output.count, 2048))
      #expect(receive(&ring) == Array(output.prefix(written)))
      let input = (0..<Int(random.next() % 1500)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      let sent = ring.send(input)
      #expect(sent == min(input.count, 1024))
      #expect(page.guestReads() == Array(input.prefix(sent)))
    }
  }

  @Test func takesNoMoreThanItsLimit() {
    let page = Page()
    var ring = ConsoleRingEnd(page)
    _ = page.guestWrites([UInt8](repeating: 7, count: 100))
    var taken = 0
    #expect(ring.receive(atMost: 30) { _ in taken += 1 } == .init(count: 30, remaining: 70))
    #expect(taken == 30)
    #expect(ring.receive(atMost: -1) { _ in taken += 1 } == .init(count: 0, remaining: 70))
    #expect(receive(&ring).count == 70)
    #expect(receive(&ring).isEmpty)
  }

  /// An index further ahead than the ring is long is followed, and nothing of the ring is believed.
  @Test(arguments: [2049, 5000, UInt32.max] as [UInt32]) func followsAnImpossibleIndex(_ ahead: UInt32) {
    let page = Page()
    var ring = ConsoleRingEnd(page)
    page.store32(ahead, at: 3084)
    #expect(ring.receive(atMost: 4096) { _ in Issue.record("a byte was taken") } == .init(wasOutOfStep: true))
    #expect(page.load32(at: 3080) == ahead)
    _ = page.guestWrites(Array("back".utf8))
    #expect(receive(&ring) == Array("back".utf8))
  }

  /// The guest's copy of the backend's index counts for nothing.
  @Test func keepsItsOwnIndex() {
    let page = Page()
    var ring = ConsoleRingEnd(page)
    _ = page.guestWrites(Array("one".utf8))
    #expect(receive(&ring) == Array("one".utf8))
    page.store32(0, at: 3080)
    page.store32(77, at: 3076)
    #expect(receive(&ring).isEmpty)
    #expect(ring.send(Array("x".utf8)) == 1)
    #expect(page.load32(at: 3076) == 1)
  }

  @Test func doesNotSendPastAnImpossibleReader() {
    let page = Page()
    var ring = ConsoleRingEnd(page)
    page.store32(5, at: 3072)  // ahead of what was ever sent
    #expect(ring.send(Array("lost".utf8)) == 0)
    page.store32(0, at: 3072)
    #expect(ring.send(Array("kept".utf8)) == 4)
  }

  /// A guest that scribbles over all four indices at random gets no more than nonsense of its own.
  @Test(arguments: 0..<50 as Range<UInt64>) func survivesScribbling(_ seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let page = Page()
    var ring = ConsoleRingEnd(page)
    for _ in 0..<500 {
      page.store32(UInt32(truncatingIfNeeded: random.next()), at: 3072 + Int(random.next() % 4) * 4)
      var taken = 0
      let received = ring.receive(atMost: 64) { _ in taken += 1 }
      #expect(received.count == taken && taken <= 64 && received.remaining <= 2048)
      #expect(ring.send([1, 2, 3]) <= 3)
    }
  }
}
