#if canImport(XenABI)
  import XenABI
#endif

/// A guest's connection to a disk: takes requests from the ring, checks them, has the disk do them, and answers.
///
/// Requests may be done in any order, but for these: a flush covers every write that came before it, answered or not;
/// and a barrier waits for all that came before it, is written and flushed, and lets nothing go on before that.
final class BlockSession<Memory: OrderedMemory> {
  private var ring: BlockRingEnd<Memory>
  private let device: BlockDevice
  private let domain: DomainID
  private let isReadOnly: Bool
  /// The segments that an indirect request may have; 0 where such are not offered.
  private let indirectLimit: Int
  private let readPage: (GrantReference, Int) -> [UInt32]?
  private let gauge: MemoryGauge

  /// Requests with the disk, or held here.
  private(set) var inFlight = 0
  private var writes: [UInt64] = []
  private var nextWrite: UInt64 = 0
  private var flushes: [HeldFlush] = []
  private var barrier: RawBlockRequest?
  private var isBarrierRunning = false
  /// A request was finished since the last turn, so that there may be room for another.
  private(set) var takesAgain = false
  /// The frontend is not listened to any more, and gets no answers.
  private(set) var isClosed = false
  private(set) var counts = BlockCounts()

  /// The requests that a guest may have with the disk at once, so that it leaves room for others.
  private static var mostInFlight: Int { 32 }

  private struct HeldFlush {
    let identifier: UInt64
    /// It waits for the writes before this one.
    let before: UInt64
  }

  /// - Parameters:
  ///   - readPage: copies the first words out of a page that the guest has granted; nil where it can't.
  init(
    _ ring: BlockRingEnd<Memory>, device: BlockDevice, domain: DomainID, isReadOnly: Bool, indirectLimit: Int,
    gauge: MemoryGauge = MemoryGauge(),
    readPage: @escaping (_ reference: GrantReference, _ wordCount: Int) -> [UInt32]?
  ) {
    self.ring = ring
    self.device = device
    self.domain = domain
    self.isReadOnly = isReadOnly || device.geometry.isReadOnly
    self.indirectLimit = min(indirectLimit, device.geometry.bufferLimit)
    self.readPage = readPage
    self.gauge = gauge
  }

  /// What a turn came to.
  enum Outcome: Equatable {
    /// Nothing waits that could be taken.
    case idle
    /// There is more to take.
    case more
  }

  private var canTake: Bool {
    !isClosed && barrier == nil && inFlight < (gauge.isShort ? 1 : Self.mostInFlight)
  }
  /// What a request takes of memory while it is with the disk, in bytes.
  private static var requestCost: Int { 4096 }

  /// Takes requests, at most `limit`. Where it stops because enough of them are with the disk, the next turn is due when
  /// the disk has done some.
  ///
  /// - Throws: where the frontend's index has jumped; the session is closed then.
  func serve(atMost limit: Int) throws(BlockRingFault) -> Outcome {
    var left = limit
    takesAgain = false
    do {
      while canTake {
        if try ring.waitingCount() == 0 {
          if try !ring.enableEvents() { return .idle }
        }
        if left <= 0 { return .more }
        left -= 1
        _ = gauge.pay(Self.requestCost)  // one at a time is always possible
        perform(ring.take())
      }
    } catch {
      isClosed = true
      throw error
    }
    return .idle
  }

  /// Shows the answers that there are; returns whether the frontend wants an event for them.
  func publish() -> Bool { !isClosed && ring.publish() }

  /// Stops listening. What is with the disk goes on until it is done; nothing of it is answered.
  func close() { isClosed = true }

  // MARK: Requests

  private func perform(_ request: RawBlockRequest) {
    inFlight += 1
    counts.requests &+= 1
    switch request.operation {
    case .read, .write:
      transfer(request, request.operation, BlockSegments.direct(request))
    case .indirect:
      guard indirectLimit > 0 else { return finish(request, .unsupported) }
      let operation = request.indirectOperation
      guard operation == .read || operation == .write else { return finish(request, .unsupported) }
      transfer(request, operation, BlockSegments.indirect(request, limit: indirectLimit, readPage: readPage))
    case .flush:
      // Segments of a flush mean nothing.
      flushes.append(HeldFlush(identifier: request.identifier, before: nextWrite))
      startFlushes()
    case .writeBarrier:
      if isReadOnly { return finish(request, .error) }
      barrier = request
      startBarrier()
    default:
      finish(request, .unsupported)
    }
  }

  private func transfer(_ request: RawBlockRequest, _ operation: BlockOperation, _ segments: [BlockSegment]?) {
    guard let segments, !segments.isEmpty, let buffers = BlockSegments.buffers(segments, of: domain) else {
      return finish(request, .error)
    }
    if operation == .read {
      let read = BlockRequest(action: .read, sector: request.sector, buffers: buffers)
      let sectors = read.sectorCount
      device.submit(read) { [self] status in
        if status == .okay { counts.sectorsRead &+= sectors }
        finish(request, status)
      }
    } else {
      if isReadOnly { return finish(request, .error) }
      write(request, buffers) { [self] status in finish(request, status) }
    }
  }

  private func write(
    _ request: RawBlockRequest, _ buffers: [BlockBuffer], _ completion: @escaping (BlockStatus) -> Void
  ) {
    let write = BlockRequest(action: .write, sector: request.sector, buffers: buffers)
    let sectors = write.sectorCount
    let number = nextWrite
    nextWrite &+= 1
    writes.append(number)
    device.submit(write) { [self] status in
      if status == .okay { counts.sectorsWritten &+= sectors }
      writes.removeAll { $0 == number }
      completion(status)
      startFlushes()
    }
  }

  /// Gives the disk the flushes whose writes are done.
  private func startFlushes() {
    while let flush = flushes.first, writes.allSatisfy({ $0 >= flush.before }) {
      flushes.removeFirst()
      device.submit(BlockRequest(action: .flush)) { [self] status in
        finish(flush.identifier, .flush, status)
      }
    }
  }

  /// Goes on with a barrier once it is the only one that is not done.
  private func startBarrier() {
    guard let request = barrier, !isBarrierRunning, inFlight == 1 else { return }
    isBarrierRunning = true
    guard let segments = BlockSegments.direct(request), let buffers = BlockSegments.buffers(segments, of: domain) else {
      return endBarrier(request, .error)
    }
    if buffers.isEmpty { return flushBarrier(request) }
    write(request, buffers) { [self] status in
      if status == .okay { flushBarrier(request) } else { endBarrier(request, status) }
    }
  }

  private func flushBarrier(_ request: RawBlockRequest) {
    device.submit(BlockRequest(action: .flush)) { [self] status in endBarrier(request, status) }
  }

  private func endBarrier(_ request: RawBlockRequest, _ status: BlockStatus) {
    barrier = nil
    isBarrierRunning = false
    finish(request, status)
  }

  private func finish(_ request: RawBlockRequest, _ status: BlockStatus) {
    finish(request.identifier, request.answeredOperation, status)
  }

  private func finish(_ identifier: UInt64, _ operation: BlockOperation, _ status: BlockStatus) {
    inFlight -= 1
    takesAgain = true
    if status != .okay { counts.errors &+= 1 }
    if !isClosed { ring.respond(identifier, operation, status) }
    startBarrier()
  }
}
