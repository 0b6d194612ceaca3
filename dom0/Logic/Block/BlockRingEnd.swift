#if canImport(XenABI)
  import XenABI
#endif

/// A request as it stood in the ring when it was taken: the copy that is checked and acted on.
struct RawBlockRequest {
  let layout: BlockRingLayout
  private var words: InlineArray<28, UInt32>

  init(layout: BlockRingLayout, words: InlineArray<28, UInt32>) {
    self.layout = layout
    self.words = words
  }

  private func word(_ offset: Int) -> UInt32 { words[offset / 4] }
  private func wide(_ offset: Int) -> UInt64 { UInt64(word(offset)) | UInt64(word(offset + 4)) << 32 }

  var operation: BlockOperation { BlockOperation(UInt8(truncatingIfNeeded: word(0))) }
  var identifier: UInt64 { wide(layout.identifier) }
  var sector: UInt64 { wide(layout.sector) }
  /// As the frontend says it: up to 255, where 11 fit.
  var segmentCount: Int { Int(UInt8(truncatingIfNeeded: word(0) >> 8)) }

  /// One of the first eleven.
  func segment(_ index: Int) -> BlockSegment {
    let place = layout.segments + index * BlockRingLayout.segmentSize
    return BlockSegment(words: word(place), word(place + 4))
  }

  /// Of an indirect request: what it asks for, how many segments it says it has, and one of its eight pages of them.
  var indirectOperation: BlockOperation { BlockOperation(UInt8(truncatingIfNeeded: word(0) >> 8)) }
  var indirectCount: Int { Int(word(0) >> 16) }
  /// What a response names as done: of an indirect request what it asks for, by which Linux's frontend knows it.
  var answeredOperation: BlockOperation { operation == .indirect ? indirectOperation : operation }
  func indirectReference(_ index: Int) -> GrantReference {
    GrantReference(word(layout.indirectReferences + index * 4))
  }
}

/// A frontend has moved an index where it can't be.
struct BlockRingFault: Error, Equatable {
  /// The frontend's index.
  var producer: UInt32
  /// The requests that were taken.
  var consumer: UInt32
}

/// The backend's end of a block ring (public header `io/ring.h`).
///
/// The frontend can write anything there at any time. The backend keeps its own indices and only tells them, reads each
/// of the frontend's once, copies a request out before it looks at it, and answers no more than it was asked.
struct BlockRingEnd<Memory: OrderedMemory> {
  let layout: BlockRingLayout
  private let memory: Memory
  /// Behind the last request that was taken.
  private(set) var consumer: UInt32
  /// Behind the last response that was written, and that was shown.
  private var producer: UInt32
  private var published: UInt32

  /// Goes on behind the last response in the ring, as a frontend that connects anew has it.
  init(_ memory: Memory, _ layout: BlockRingLayout) {
    self.layout = layout
    self.memory = memory
    producer = memory.load32(at: BlockRingLayout.responseProducer)
    published = producer
    consumer = producer
  }

  /// The requests that were taken and not answered.
  var openCount: UInt32 { consumer &- producer }

  /// The requests that wait to be taken.
  ///
  /// - Throws: where the frontend's index lies behind what was taken, or further ahead than there are slots for the
  ///   answers.
  func waitingCount() throws(BlockRingFault) -> UInt32 {
    let requests = memory.load32(at: BlockRingLayout.requestProducer)
    guard requests &- producer <= layout.slotCount, requests &- producer >= openCount else {
      throw BlockRingFault(producer: requests, consumer: consumer)
    }
    return requests &- consumer
  }

  /// Takes the next request, which must wait.
  mutating func take() -> RawBlockRequest {
    let place = layout.slot(consumer)
    var words = InlineArray<28, UInt32>(repeating: 0)
    for index in 0..<layout.slotSize / 4 { words[index] = memory.load32(at: place + index * 4) }
    consumer &+= 1
    return RawBlockRequest(layout: layout, words: words)
  }

  /// Asks for an event with the next request; returns whether one waits already.
  func enableEvents() throws(BlockRingFault) -> Bool {
    memory.store32(consumer &+ 1, at: BlockRingLayout.requestEvent)
    memory.fence()
    return try waitingCount() > 0
  }

  /// Writes a response. There must be an open request.
  mutating func respond(_ identifier: UInt64, _ operation: BlockOperation, _ status: BlockStatus) {
    precondition(openCount > 0)
    let place = layout.slot(producer)
    memory.store32(UInt32(truncatingIfNeeded: identifier), at: place)
    memory.store32(UInt32(truncatingIfNeeded: identifier >> 32), at: place + 4)
    let status = UInt32(UInt16(bitPattern: status.rawValue))
    memory.store32(UInt32(operation.rawValue) | status << 16, at: place + BlockRingLayout.responseOperation)
    producer &+= 1
  }

  /// Shows the responses; returns whether the frontend wants an event for them.
  mutating func publish() -> Bool {
    if producer == published { return false }
    let old = published
    memory.store32(producer, at: BlockRingLayout.responseProducer)
    published = producer
    memory.fence()
    let event = memory.load32(at: BlockRingLayout.responseEvent)
    return producer &- event < producer &- old
  }
}
