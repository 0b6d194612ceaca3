#if canImport(XenABI)
  import XenABI
#endif

/// The backend's end of a guest's console ring.
///
/// The guest may write anything into the page at any time. So the backend keeps its own indices and only tells them to
/// the guest, reads each of the guest's once, masks what it uses as an index, and believes no distance that is longer
/// than the ring.
struct ConsoleRingEnd<Memory: SharedMemory> {
  private let memory: Memory
  private var outputConsumer: UInt32
  private var inputProducer: UInt32

  /// Goes on where the last backend stopped.
  init(_ memory: Memory) {
    self.memory = memory
    outputConsumer = memory.load32(at: ConsoleRingLayout.outputConsumer)
    inputProducer = memory.load32(at: ConsoleRingLayout.inputProducer)
  }

  /// What a reading of the guest's output found.
  struct Received: Equatable {
    /// The bytes that were taken.
    var count = 0
    /// The bytes that are left for the next time.
    var remaining = 0
    /// The guest's index was further ahead than the ring is long: what lay between is lost, and the backend has
    /// followed the index.
    var wasOutOfStep = false
  }

  /// Takes at most `limit` bytes of the guest's output.
  mutating func receive(atMost limit: Int, _ take: (UInt8) -> Void) -> Received {
    let producer = memory.load32(at: ConsoleRingLayout.outputProducer)
    let waiting = producer &- outputConsumer
    if waiting > ConsoleRingLayout.outputSize {
      outputConsumer = producer
      memory.store32(outputConsumer, at: ConsoleRingLayout.outputConsumer)
      return Received(wasOutOfStep: true)
    }
    let count = min(waiting, UInt32(clamping: limit))
    for _ in 0..<count {
      take(memory.load8(at: ConsoleRingLayout.output + Int(outputConsumer & (ConsoleRingLayout.outputSize - 1))))
      outputConsumer &+= 1
    }
    // After the bytes have been read: the guest may overwrite them now.
    if count > 0 { memory.store32(outputConsumer, at: ConsoleRingLayout.outputConsumer) }
    return Received(count: Int(count), remaining: Int(waiting - count))
  }

  /// Puts bytes into the guest's input as far as there is room, and returns how many. A ring whose reader has an
  /// impossible index counts as full.
  mutating func send(_ bytes: some Collection<UInt8>) -> Int {
    let waiting = inputProducer &- memory.load32(at: ConsoleRingLayout.inputConsumer)
    if waiting >= ConsoleRingLayout.inputSize { return 0 }
    var room = ConsoleRingLayout.inputSize - waiting
    var sent = 0
    for byte in bytes {
      if room == 0 { break }
      memory.store8(byte, at: ConsoleRingLayout.input + Int(inputProducer & (ConsoleRingLayout.inputSize - 1)))
      inputProducer &+= 1
      room -= 1
      sent += 1
    }
    if sent > 0 { memory.store32(inputProducer, at: ConsoleRingLayout.inputProducer) }
    return sent
  }
}
