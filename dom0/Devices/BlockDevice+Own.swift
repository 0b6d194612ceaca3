import CGuest

/// Reading and writing for domain 0's own use, through pages of its own.
extension BlockDevice {
  /// Reads sectors, at most `ownSectorLimit`, and hands their bytes to `completion`; nil where they are not there or
  /// can't be read. It is called from `serve`, or from here.
  func read(_ sector: UInt64, count: Int, _ completion: @escaping (_ bytes: [UInt8]?) -> Void) {
    guard let buffer = OwnBuffer(sectors: count, limit: ownSectorLimit) else { return completion(nil) }
    submit(buffer.request(.read, sector)) { completion($0 == .okay ? buffer.bytes : nil) }
  }

  /// Writes whole sectors, at most `ownSectorLimit`.
  func write(_ sector: UInt64, _ bytes: [UInt8], _ completion: @escaping (BlockStatus) -> Void) {
    let count = bytes.count / Int(BlockSector.size)
    guard count * Int(BlockSector.size) == bytes.count, let buffer = OwnBuffer(sectors: count, limit: ownSectorLimit)
    else { return completion(.error) }
    buffer.fill(bytes)
    submit(buffer.request(.write, sector)) { status in withExtendedLifetime(buffer) { completion(status) } }
  }

  /// The sectors that fit a request: a page for each of its buffers.
  var ownSectorLimit: Int { geometry.bufferLimit * Int(BlockSector.perPage) }

  /// The sectors' bytes, waited for; nil where they are not there or can't be read.
  func read(_ sector: UInt64, count: Int) -> [UInt8]? {
    var bytes: [UInt8] = []
    while bytes.count < count * Int(BlockSector.size) {
      let done = bytes.count / Int(BlockSector.size)
      let answer = Answer<[UInt8]?>()
      read(sector &+ UInt64(done), count: min(count - done, ownSectorLimit)) { answer.value = .some($0) }
      guard let piece = wait(for: answer), let piece else { return nil }
      bytes += piece
    }
    return bytes
  }

  /// Writes whole sectors and waits for that; whether the disk took them.
  func write(_ sector: UInt64, _ bytes: [UInt8]) -> Bool {
    var done = 0
    while done < bytes.count {
      let count = min(bytes.count - done, ownSectorLimit * Int(BlockSector.size))
      let answer = Answer<BlockStatus>()
      write(sector &+ UInt64(done) / BlockSector.size, Array(bytes[done..<done + count])) { answer.value = $0 }
      if wait(for: answer) != .okay { return false }
      done += count
    }
    return true
  }

  /// Makes lasting what was written; whether the disk says so.
  func flush() -> Bool {
    let answer = Answer<BlockStatus>()
    submit(BlockRequest(action: .flush)) { answer.value = $0 }
    return wait(for: answer) == .okay
  }

  /// How long a disk is waited for before it counts as gone.
  private static var patience: Nanoseconds { .seconds(30) }

  /// Waits for the disk, of which nothing but itself is served meanwhile; nil where it does not come back.
  private func wait<Value>(for answer: Answer<Value>) -> Value? {
    if answer.value != nil { return answer.value }
    let deadline = Clock.now.adding(Self.patience)
    let timer = Timers.wake(at: deadline)
    defer { Timers.cancel(timer) }
    while answer.value == nil && Clock.now < deadline {
      Processor.wait { hasWork || Clock.now >= deadline }
      serve()
    }
    return answer.value
  }
}

/// What a completion has said.
private final class Answer<Value> {
  var value: Value?
}

/// Pages that a disk reads or writes for this domain. The completion keeps them, so that they stay where they are as long
/// as the disk may come back to them.
private final class OwnBuffer {
  private let pages: Pages
  private let byteCount: Int

  /// Nil for no sectors, more than `limit`, or where there is no memory.
  init?(sectors: Int, limit: Int) {
    guard sectors > 0, sectors <= limit else { return nil }
    byteCount = sectors * Int(BlockSector.size)
    guard let pages = Pages(count: (byteCount + Int(pageSize) - 1) >> Int(pageShift)) else { return nil }
    self.pages = pages
  }

  func request(_ action: BlockRequest.Action, _ sector: UInt64) -> BlockRequest {
    var request = BlockRequest(action: action, sector: sector)
    for first in stride(from: 0, to: byteCount, by: Int(pageSize)) {
      request.buffers.append(
        BlockBuffer(
          memory: .own(pages.frame.advanced(by: UInt64(first) >> pageShift)), offset: 0,
          byteCount: UInt16(min(byteCount - first, Int(pageSize)))))
    }
    return request
  }

  var bytes: [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
      // Both have room for so many, and stay in place.
      cguest_copy(UInt64(UInt(bitPattern: buffer.baseAddress)), pages.window.address, UInt64(byteCount))
      count = byteCount
    }
  }

  func fill(_ bytes: [UInt8]) {
    // As above; what is longer than the pages is left out.
    unsafe bytes.withUnsafeBytes {
      cguest_copy(pages.window.address, UInt64(UInt(bitPattern: $0.baseAddress)), UInt64(min($0.count, byteCount)))
    }
  }
}
