import Testing
import XenABI

@testable import Dom0Logic
@testable import GuestKitLogic

/// The two ends of the split block driver against each other, and the backend's against frontends that lie.
@Suite struct BlockSessionTests {
  /// A frontend, a ring, a session and a disk.
  private final class Pair {
    let memory: TestMemory
    let disk: FakeDisk
    var front: BlockFrontRing<TestMemory>
    let session: BlockSession<TestMemory>

    init(
      _ layout: BlockRingLayout = BlockRingLayout(.bits64), disk: FakeDisk = FakeDisk(sectors: 1024),
      isReadOnly: Bool = false, indirectLimit: Int = 32, gauge: MemoryGauge = MemoryGauge()
    ) {
      memory = TestMemory(byteCount: layout.pageCount * 4096)
      self.disk = disk
      front = BlockFrontRing(memory, layout)
      session = BlockSession(
        BlockRingEnd(memory, layout), device: disk, domain: DomainID(5), isReadOnly: isReadOnly,
        indirectLimit: indirectLimit, gauge: gauge
      ) { reference, count in
        guard let page = disk.frames[reference.rawValue] else { return nil }
        return (0..<count).map { word in
          (0..<4).reduce(0) { $0 | UInt32(page[word * 4 + $1]) << UInt32($1 * 8) }
        }
      }
    }

    func ask(_ request: FrontRequest) -> Bool {
      let isAdded = front.add(request)
      _ = front.publish()
      return isAdded
    }

    /// The one answer to one request, with everything done.
    func answer(_ request: FrontRequest) throws -> BlockStatus? {
      guard ask(request) else { return nil }
      _ = try session.serve(atMost: 8)
      disk.finishAll()
      _ = session.publish()
      guard let (identifier, status) = try front.take() else { return nil }
      #expect(identifier == request.identifier)
      // What is done is named, of an indirect request too.
      let slot = front.layout.slot(memory.load32(at: BlockRingLayout.responseProducer) &- 1)
      let named = memory.load32(at: slot + BlockRingLayout.responseOperation)
      #expect(UInt8(truncatingIfNeeded: named) == request.operation.rawValue)
      return status
    }

    func grant(_ reference: UInt32, _ byte: UInt8 = 0) -> GrantReference {
      disk.frames[reference] = [UInt8](repeating: byte, count: 4096)
      return GrantReference(reference)
    }
  }

  private static func segment(_ reference: GrantReference, _ first: UInt8 = 0, _ last: UInt8 = 7) -> BlockSegment {
    BlockSegment(reference: reference, first: first, last: last)
  }

  @Test func hasTheSlotsThatBothEndsExpect() {
    let slots = [CallWidth.bits64, .bits32].map { width in
      (0...4).map { BlockRingLayout(width, pageOrder: $0).slotCount }
    }
    #expect(slots == [[32, 64, 128, 256, 512], [32, 64, 128, 256, 512]])
    #expect(BlockRingLayout(.bits64).slot(33) == 64 + 112)
  }

  /// Where domain 0 is short of memory, a guest's requests are done one by one, and all of them are done.
  @Test func takesOneAtATimeWhereMemoryIsShort() throws {
    let gauge = MemoryGauge()
    gauge.measure(free: 5 * 4096, reserve: 4096, isWhole: true)
    let pair = Pair(gauge: gauge)
    let page = pair.grant(1)
    for identifier in 0..<20 as Range<UInt64> {
      var request = FrontRequest(operation: .read, identifier: identifier)
      request.segments = [Self.segment(page)]
      #expect(pair.ask(request))
    }
    _ = try pair.session.serve(atMost: 32)
    #expect(pair.disk.waiting.count == 4)
    pair.disk.finish(0)
    _ = try pair.session.serve(atMost: 32)
    #expect(pair.disk.waiting.count == 3)
    for _ in 0..<30 where !pair.disk.waiting.isEmpty {
      pair.disk.finishAll()
      #expect(pair.session.takesAgain)
      _ = try pair.session.serve(atMost: 32)
      #expect(pair.disk.waiting.count <= 1)
    }
    #expect(pair.session.counts.requests == 20 && pair.session.inFlight == 0)
  }

  /// Random reads, writes and flushes with several in flight, done in any order, against a copy of the disk. Each
  /// request has sectors of its own.
  @Test(arguments: [CallWidth.bits64, .bits32], [0, 1, 2] as [UInt32])
  func carriesDataBothWays(_ width: CallWidth, _ order: UInt32) throws {
    var random = SplitMix64(seed: UInt64(order) * 2 + (width == .bits64 ? 0 : 1))
    let pair = Pair(BlockRingLayout(width, pageOrder: order))
    var model = pair.disk.content
    for _ in 0..<15 {
      struct Expected {
        var operation: BlockOperation
        var sector: Int
        var segments: [BlockSegment]
      }
      var pending: [UInt64: Expected] = [:]
      for slot: UInt64 in 0..<16 where random.next() % 3 != 0 {
        let identifier = random.next()
        let operation: BlockOperation = [.read, .write, .flush][Int(random.next() % 3)]
        var segments: [BlockSegment] = []
        // At most 31 sectors of the slot's 64.
        for index in 0..<UInt32(operation == .flush ? 0 : 1 + random.next() % 14) {
          let first = UInt8(random.next() % 8)
          let last = min(first + UInt8(random.next() % 3), 7)
          let reference = pair.grant(UInt32(slot) * 100 + index, UInt8(truncatingIfNeeded: random.next()))
          segments.append(Self.segment(reference, first, last))
        }
        let sector = Int(slot * 64 + random.next() % 16)
        if operation == .write {
          var place = sector * 512
          for segment in segments {
            for _ in 0..<Int(segment.sectorCount) * 512 {
              model[place] = pair.disk.frames[segment.reference.rawValue]?[0] ?? 0
              place += 1
            }
          }
        }
        var request = FrontRequest(
          operation: operation, identifier: identifier, sector: UInt64(sector), segments: segments)
        if segments.count > 11 {
          let page = pair.grant(UInt32(slot) * 100 + 99)
          for (index, segment) in segments.enumerated() {
            for (offset, byte) in [
              segment.reference.rawValue & 0xFF, segment.reference.rawValue >> 8, 0, 0, UInt32(segment.first),
              UInt32(segment.last),
            ].enumerated() {
              pair.disk.frames[page.rawValue]?[index * 8 + offset] = UInt8(truncatingIfNeeded: byte)
            }
          }
          request.indirectPages = [page]
        }
        #expect(pair.ask(request))
        pending[identifier] = Expected(operation: operation, sector: sector, segments: segments)
      }
      while !pending.isEmpty {
        _ = try pair.session.serve(atMost: 1 + Int(random.next() % 5))
        if !pair.disk.waiting.isEmpty { pair.disk.finish(Int(random.next() % UInt64(pair.disk.waiting.count))) }
        _ = pair.session.publish()
        while let (identifier, status) = try pair.front.take() {
          #expect(status == .okay)
          let expected = try #require(pending[identifier])
          pending[identifier] = nil
          guard expected.operation == .read else { continue }
          var place = expected.sector * 512
          for segment in expected.segments {
            let page = try #require(pair.disk.frames[segment.reference.rawValue])
            let range = Int(segment.offset)..<Int(segment.offset) + Int(segment.sectorCount) * 512
            #expect(page[range] == model[place..<place + range.count])
            place += range.count
          }
        }
      }
      #expect(pair.session.inFlight == 0)
    }
    #expect(pair.disk.content == model)
    #expect(pair.session.counts.errors == 0)
  }

  /// Ranges and segments that can't be are errors of that request only.
  @Test func refusesBadRanges() throws {
    let pair = Pair()
    let page = pair.grant(9)
    func answer(_ sector: UInt64, _ segments: [BlockSegment], _ operation: BlockOperation = .read) throws
      -> BlockStatus?
    {
      try pair.answer(FrontRequest(operation: operation, identifier: 1, sector: sector, segments: segments))
    }
    let whole = Self.segment(page)
    #expect(try answer(1016, [whole]) == .okay)
    #expect(try answer(1017, [whole]) == .error)
    #expect(try answer(1016, [whole, whole]) == .error)
    #expect(try answer(.max, [whole]) == .error)
    #expect(try answer(.max - 7, [whole]) == .error)
    #expect(try answer(UInt64(Int64.max), [whole]) == .error)
    #expect(try answer(0, []) == .error)
    #expect(try answer(0, [Self.segment(page, 3, 2)]) == .error)
    #expect(try answer(0, [Self.segment(page, 0, 8)]) == .error)
    #expect(try answer(0, [Self.segment(page, 255, 255)]) == .error)
    #expect(try answer(0, [Self.segment(GrantReference(77))], .write) == .error)  // no such grant
    #expect(try answer(0, [Self.segment(page, 7, 7)], .write) == .okay)
    #expect(pair.disk.log.count == 3)
  }

  @Test func keepsToWholeBlocks() throws {
    let pair = Pair(disk: FakeDisk(sectors: 1024, blockSize: 4096))
    let page = pair.grant(1)
    func read(_ sector: UInt64, _ first: UInt8, _ last: UInt8) throws -> BlockStatus? {
      try pair.answer(
        FrontRequest(operation: .read, identifier: 1, sector: sector, segments: [Self.segment(page, first, last)]))
    }
    #expect(try read(8, 0, 7) == .okay)
    #expect(try read(4, 0, 7) == .error)
    #expect(try read(8, 0, 3) == .error)
  }

  @Test func enforcesReadOnly() throws {
    for pair in [Pair(isReadOnly: true), Pair(disk: FakeDisk(sectors: 64, isReadOnly: true))] {
      let segment = Self.segment(pair.grant(1, 0xEE))
      #expect(try pair.answer(FrontRequest(operation: .read, identifier: 1, segments: [segment])) == .okay)
      for operation in [BlockOperation.write, .writeBarrier] {
        #expect(try pair.answer(FrontRequest(operation: operation, identifier: 2, segments: [segment])) == .error)
      }
      #expect(pair.disk.content.allSatisfy { $0 == 0 })
    }
  }

  @Test func saysWhatItDoesNotDo() throws {
    let pair = Pair()
    for operation: UInt8 in [4, 5, 7, 200, 255] {
      let request = FrontRequest(operation: BlockOperation(operation), identifier: 7)
      #expect(try pair.answer(request) == .unsupported)
    }
    let plain = Pair(indirectLimit: 0)
    let request = FrontRequest(
      operation: .read, identifier: 1, segments: [Self.segment(plain.grant(1))], indirectPages: [plain.grant(2)])
    #expect(try plain.answer(request) == .unsupported)
    // An indirect request for something else.
    let other = FrontRequest(operation: .flush, identifier: 1, indirectPages: [pair.grant(2)])
    #expect(try pair.answer(other) == .unsupported)
  }

  @Test func boundsIndirectRequests() throws {
    let pair = Pair(indirectLimit: 32)
    let segment = Self.segment(pair.grant(1))
    func read(_ count: Int, _ page: GrantReference) throws -> BlockStatus? {
      try pair.answer(
        FrontRequest(
          operation: .read, identifier: 1, segments: [BlockSegment](repeating: segment, count: count),
          indirectPages: [page]))
    }
    let page = pair.grant(2)
    for index in 0..<64 {
      pair.disk.frames[2]?[index * 8] = 1
      pair.disk.frames[2]?[index * 8 + 5] = 7
    }
    #expect(try read(32, page) == .okay)
    #expect(try read(33, page) == .error)
    #expect(try read(0, page) == .error)
    #expect(try read(65535, page) == .error)
    #expect(try read(12, GrantReference(99)) == .error)  // the list itself can't be read
  }

  /// A flush goes to the disk when every write before it is done, and not before; later writes don't hold it up.
  @Test func flushesBehindEarlierWrites() throws {
    let pair = Pair()
    let segment = Self.segment(pair.grant(1))
    for (identifier, operation) in [BlockOperation.write, .write, .flush, .write].enumerated() {
      #expect(
        pair.ask(
          FrontRequest(
            operation: operation, identifier: UInt64(identifier), sector: UInt64(identifier) * 8,
            segments: operation == .flush ? [] : [segment])))
    }
    #expect(try pair.session.serve(atMost: 8) == .idle)
    #expect(pair.disk.waiting.map { $0.request.action } == [.write, .write, .write])
    pair.disk.finish(1)
    #expect(pair.disk.waiting.count == 2)
    pair.disk.finish(0)
    // The last write still waits, and the flush is with the disk.
    #expect(pair.disk.waiting.map { $0.request.action } == [.write, .flush])
    pair.disk.finish(1)
    _ = pair.session.publish()
    var answered: [UInt64] = []
    while let (identifier, _) = try pair.front.take() { answered.append(identifier) }
    #expect(answered == [1, 0, 2])
  }

  /// Nothing passes a barrier, either way, and it is lasting when it is answered.
  @Test func letsNothingPassABarrier() throws {
    let pair = Pair()
    let segment = Self.segment(pair.grant(1))
    for (identifier, operation) in [BlockOperation.write, .read, .writeBarrier, .read].enumerated() {
      #expect(
        pair.ask(
          FrontRequest(
            operation: operation, identifier: UInt64(identifier), sector: UInt64(identifier) * 8, segments: [segment])))
    }
    var order: [BlockRequest.Action] = []
    for _ in 0..<10 {
      _ = try pair.session.serve(atMost: 8)
      if pair.disk.waiting.isEmpty { break }
      order.append(pair.disk.waiting[0].request.action)
      pair.disk.finish(0)
    }
    #expect(order == [.write, .read, .write, .flush, .read])
    #expect(pair.disk.log.map { $0.sector } == [0, 8, 16, 0, 24])
    _ = pair.session.publish()
    var answered: [UInt64] = []
    while let (identifier, _) = try pair.front.take() { answered.append(identifier) }
    #expect(answered == [0, 1, 2, 3])
    // One without data is a flush of all before it; one that fails says so and lets the others go on.
    pair.disk.isImmediate = true
    #expect(try pair.answer(FrontRequest(operation: .writeBarrier, identifier: 9)) == .okay)
    let bad = FrontRequest(operation: .writeBarrier, identifier: 9, sector: 5000, segments: [segment])
    #expect(try pair.answer(bad) == .error)
    #expect(try pair.answer(FrontRequest(operation: .read, identifier: 9, segments: [segment])) == .okay)
  }

  /// What the ring held when it was taken counts, whatever the frontend writes there afterwards.
  @Test func copiesBeforeItLooks() throws {
    let pair = Pair()
    let segment = Self.segment(pair.grant(1, 0xAB), 0, 0)
    #expect(pair.ask(FrontRequest(operation: .write, identifier: 1, sector: 3, segments: [segment])))
    _ = try pair.session.serve(atMost: 1)
    for offset in stride(from: 64, to: 176, by: 4) { pair.memory.store32(.max, at: offset) }
    pair.disk.finishAll()
    #expect(pair.disk.content[3 * 512] == 0xAB)
    _ = pair.session.publish()
    #expect(try pair.front.take()?.identifier == 1)
  }

  /// An index that jumps ahead of the slots, or back over what was taken, ends the connection.
  @Test(arguments: [33, 100, 0x8000_0000, .max, 2] as [UInt32]) func endsAtAJump(_ index: UInt32) throws {
    let pair = Pair()
    let segment = Self.segment(pair.grant(1))
    for identifier: UInt64 in 0..<3 {
      #expect(pair.ask(FrontRequest(operation: .read, identifier: identifier, segments: [segment])))
    }
    _ = try pair.session.serve(atMost: 8)
    pair.memory.store32(index, at: BlockRingLayout.requestProducer)
    #expect(throws: BlockRingFault(producer: index, consumer: 3)) { try pair.session.serve(atMost: 8) }
    #expect(pair.session.isClosed)
    // What is with the disk is done, and nothing is answered.
    pair.disk.finishAll()
    #expect(pair.session.inFlight == 0 && !pair.session.publish())
    #expect(pair.memory.load32(at: BlockRingLayout.responseProducer) == 0)
    #expect(try pair.session.serve(atMost: 8) == .idle)
  }

  /// A guest has no more with the disk than its share, and a turn takes no more than it should.
  @Test func takesAShareOnly() throws {
    let pair = Pair(BlockRingLayout(.bits64, pageOrder: 2))
    let segment = Self.segment(pair.grant(1))
    for identifier: UInt64 in 0..<128 {
      #expect(pair.ask(FrontRequest(operation: .read, identifier: identifier, segments: [segment])))
    }
    #expect(try pair.session.serve(atMost: 16) == .more)
    #expect(pair.disk.waiting.count == 16)
    #expect(try pair.session.serve(atMost: 100) == .idle)
    #expect(pair.disk.waiting.count == 32 && !pair.session.takesAgain)
    pair.disk.finish(0)
    #expect(pair.session.takesAgain)
    _ = try pair.session.serve(atMost: 100)
    #expect(pair.disk.waiting.count == 32)
  }

  /// Events are asked for and given as the header's fields say.
  @Test func notifiesWhenAsked() throws {
    let pair = Pair()
    pair.disk.isImmediate = true
    let request = FrontRequest(operation: .flush, identifier: 1)
    _ = try pair.session.serve(atMost: 1)
    #expect(pair.front.add(request) == true)
    #expect(pair.front.publish() == true)
    #expect(pair.front.add(request) == true)
    #expect(pair.front.publish() == false)  // the backend has been told already
    _ = try pair.session.serve(atMost: 8)
    #expect(pair.session.publish())
    #expect(!pair.session.publish())
    pair.memory.store32(100, at: BlockRingLayout.responseEvent)
    #expect(pair.front.add(request) == true)
    #expect(pair.front.publish() == true)
    _ = try pair.session.serve(atMost: 8)
    #expect(!pair.session.publish())
  }

  /// Rings whose indices wrap at 2^32.
  @Test func wraps() throws {
    let pair = Pair()
    for offset in stride(from: 0, through: 12, by: 4) { pair.memory.store32(.max - 2, at: offset) }
    var ring = BlockRingEnd(pair.memory, BlockRingLayout(.bits64))
    #expect(try ring.waitingCount() == 0)
    for index: UInt32 in 0..<6 {
      pair.memory.store32((.max - 2) &+ index &+ 1, at: BlockRingLayout.requestProducer)
      #expect(try ring.waitingCount() == 1)
      _ = ring.take()
      ring.respond(UInt64(index), .read, .okay)
      _ = ring.publish()
      #expect(pair.memory.load32(at: BlockRingLayout.responseProducer) == (.max - 2) &+ index &+ 1)
    }
  }

  /// The frontend believes the backend no more than it has to.
  @Test func theFrontendBoundsItsBackendToo() {
    let memory = TestMemory(byteCount: 4096)
    var front = BlockFrontRing(memory, BlockRingLayout(.bits64))
    #expect(front.add(FrontRequest(operation: .flush, identifier: 1)) == true)
    _ = front.publish()
    memory.store32(2, at: BlockRingLayout.responseProducer)
    #expect(throws: FrontRingFault.self) { try front.take() }
    memory.store32(.max, at: BlockRingLayout.responseProducer)
    #expect(throws: FrontRingFault.self) { try front.take() }
  }

  @Test func readsWhatAFrontendSays() throws {
    typealias Nodes = BlockFrontendNodes
    func read(_ nodes: [String: String]) throws(Nodes.Fault) -> Nodes {
      try Nodes(maximumPageOrder: 2) { nodes[$0] }
    }
    let plain = try read(["ring-ref": "8", "event-channel": "11"])
    #expect(plain.layout == BlockRingLayout(.bits64) && plain.references == [GrantReference(8)])
    #expect(plain.port == EventPort(11))
    let narrow = try read(["ring-ref": "8", "event-channel": "11", "protocol": "x86_32-abi"])
    #expect(narrow.layout.width == .bits32)
    let wide = try read([
      "ring-page-order": "1", "ring-ref0": "8", "ring-ref1": "4294967295", "event-channel": "11",
      "protocol": "x86_64-abi",
    ])
    #expect(wide.references == [GrantReference(8), GrantReference(.max)] && wide.layout.pageOrder == 1)
    for (nodes, fault): ([String: String], Nodes.Fault) in [
      ([:], .noRing), (["ring-ref": "-1", "event-channel": "1"], .noRing), (["ring-ref": "1"], .noPort),
      (["ring-ref": "1", "event-channel": "0"], .noPort), (["ring-ref": "1", "event-channel": "4294967296"], .noPort),
      (["ring-page-order": "3"], .tooManyPages), (["ring-page-order": "x"], .tooManyPages),
      (["ring-page-order": "1", "ring-ref0": "8", "event-channel": "1"], .noRing),
      (["ring-ref": "1", "event-channel": "1", "protocol": "arm-abi"], .unknownProtocol),
    ] {
      #expect(throws: fault) { try read(nodes) }
    }
  }

  @Test func readsSizes() {
    #expect(DiskSize.parse("16".utf8) == 16 << 20 && DiskSize.parse("64K".utf8) == 64 << 10)
    #expect(DiskSize.parse("2g".utf8) == 2 << 30)
    for text in ["", "M", "0", "-1", "1MM", "1 ", "99999999999999999999", "1099511627776G"] {
      #expect(DiskSize.parse(text.utf8) == nil)
    }
  }
}
