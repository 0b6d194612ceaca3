#if canImport(XenABI)
  import XenABI
#endif

/// Memory of a ring, which the backend reads and writes at the same time. Each access happens once.
protocol BlockRingMemory {
  func load32(at offset: Int) -> UInt32
  func store32(_ value: UInt32, at offset: Int)
  /// Every store before it is seen before any load after it.
  func fence()
}

/// A request as a frontend puts it into the ring.
struct FrontRequest {
  var operation: BlockOperation
  /// The frontend's name for it, which comes back with the answer.
  var identifier: UInt64
  var sector: UInt64 = 0
  /// The disk's number.
  var handle: UInt16 = 0
  /// Where the data is. At most 11 go into the ring itself.
  var segments: [BlockSegment] = []
  /// The pages that hold the segments, where there are more: the request is an indirect one then.
  var indirectPages: [GrantReference] = []
}

/// The backend has answered what it was not asked.
struct FrontRingFault: Error, Equatable {}

/// The frontend's end of a block ring (public header `io/ring.h`).
struct BlockFrontRing<Memory: BlockRingMemory> {
  let layout: BlockRingLayout
  private let memory: Memory
  private var producer: UInt32 = 0
  private var published: UInt32 = 0
  private var consumer: UInt32 = 0

  /// Sets an empty ring up, before the backend is told of it.
  init(_ memory: Memory, _ layout: BlockRingLayout) {
    self.memory = memory
    self.layout = layout
    memory.store32(0, at: BlockRingLayout.requestProducer)
    memory.store32(1, at: BlockRingLayout.requestEvent)
    memory.store32(0, at: BlockRingLayout.responseProducer)
    memory.store32(1, at: BlockRingLayout.responseEvent)
  }

  /// The requests that were made and not answered.
  var openCount: UInt32 { producer &- consumer }
  var hasRoom: Bool { openCount < layout.slotCount }

  /// Puts a request into the ring; whether there was room. `publish` shows it.
  mutating func add(_ request: FrontRequest) -> Bool {
    guard hasRoom, request.segments.count <= BlockRingLayout.maximumSegments || !request.indirectPages.isEmpty else {
      return false
    }
    let place = layout.slot(producer)
    store(request.identifier, at: place + layout.identifier)
    store(request.sector, at: place + layout.sector)
    if request.indirectPages.isEmpty {
      memory.store32(
        UInt32(request.operation.rawValue) | UInt32(request.segments.count) << 8 | UInt32(request.handle) << 16,
        at: place)
      for (index, segment) in request.segments.enumerated() {
        let offset = place + layout.segments + index * BlockRingLayout.segmentSize
        memory.store32(segment.reference.rawValue, at: offset)
        memory.store32(segment.highWord, at: offset + 4)
      }
    } else {
      memory.store32(
        UInt32(BlockOperation.indirect.rawValue) | UInt32(request.operation.rawValue) << 8
          | UInt32(truncatingIfNeeded: request.segments.count) << 16, at: place)
      memory.store32(UInt32(request.handle), at: place + layout.indirectHandle)
      for (index, page) in request.indirectPages.prefix(BlockRingLayout.maximumIndirectPages).enumerated() {
        memory.store32(page.rawValue, at: place + layout.indirectReferences + index * 4)
      }
    }
    producer &+= 1
    return true
  }

  private func store(_ value: UInt64, at offset: Int) {
    memory.store32(UInt32(truncatingIfNeeded: value), at: offset)
    memory.store32(UInt32(truncatingIfNeeded: value >> 32), at: offset + 4)
  }

  /// Shows the requests; returns whether the backend wants an event for them.
  mutating func publish() -> Bool {
    if producer == published { return false }
    let old = published
    memory.store32(producer, at: BlockRingLayout.requestProducer)
    published = producer
    memory.fence()
    let event = memory.load32(at: BlockRingLayout.requestEvent)
    return producer &- event < producer &- old
  }

  /// The next answer; nil where there is none yet.
  ///
  /// - Throws: where the backend says that there are more than it was asked for.
  mutating func take() throws(FrontRingFault) -> (identifier: UInt64, status: BlockStatus)? {
    let answered = memory.load32(at: BlockRingLayout.responseProducer)
    guard answered &- consumer <= published &- consumer else { throw FrontRingFault() }
    if answered == consumer { return nil }
    let place = layout.slot(consumer)
    let low = memory.load32(at: place)
    let high = memory.load32(at: place + 4)
    let status = memory.load32(at: place + BlockRingLayout.responseOperation) >> 16
    consumer &+= 1
    return (UInt64(low) | UInt64(high) << 32, BlockStatus(Int16(bitPattern: UInt16(status))))
  }

  /// Asks for an event with the next answer; returns whether one is there already.
  mutating func enableEvents() -> Bool {
    memory.store32(consumer &+ 1, at: BlockRingLayout.responseEvent)
    memory.fence()
    return memory.load32(at: BlockRingLayout.responseProducer) != consumer
  }
}
