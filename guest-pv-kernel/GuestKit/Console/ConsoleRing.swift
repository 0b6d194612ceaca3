import CGuest

/// The console ring (public header `io/console.h`): 1 KiB of input, 2 KiB of output, and four free-running indices in a
/// page that this domain shares with its console backend.
struct ConsoleRing {
  private let page: MemoryWindow
  let port: EventPort

  private static var inputSize: UInt32 { 1024 }
  private static var outputOffset: Int { 1024 }
  private static var outputSize: UInt32 { 2048 }
  private static var inputConsumer: Int { 3072 }
  private static var inputProducer: Int { 3076 }
  private static var outputConsumer: Int { 3080 }
  private static var outputProducer: Int { 3084 }

  /// How often a writer lets others run while a full ring stays full, before it drops what it has: a guest must not
  /// hang because nobody reads its console.
  private static var patience: Int { 20_000 }
  /// Bytes that found no room.
  static var droppedBytes: Int { unsafe storedDroppedBytes }
  nonisolated(unsafe) private static var storedDroppedBytes = 0

  /// The ring that this domain was started with.
  static func find() -> ConsoleRing? {
    do {
      let frame = try XenParameters.get(.consoleFrame)
      let port = try XenParameters.get(.consolePort)
      // The first 4 GiB are mapped one to one; the hypervisor put the page there for this.
      if frame == 0 || port == 0 || frame >= 1 << 20 { return nil }
      return ConsoleRing(
        page: unsafe MemoryWindow(unsafeAddress: frame << pageShift, byteCount: Int(pageSize)),
        port: EventPort(UInt32(truncatingIfNeeded: port)))
    } catch {
      return nil
    }
  }

  /// The page's frame.
  var frame: GuestFrame { GuestPhysicalAddress(page.address).frame }

  /// Writes the first `count` bytes of the buffer and tells the backend.
  func write(_ buffer: Console.Buffer, count: Int) {
    var written = 0
    var attempts = 0
    while written < count {
      var producer = page.load32(at: Self.outputProducer)
      let consumer = page.load32(at: Self.outputConsumer)
      let start = written
      while written < count && producer &- consumer < Self.outputSize {
        let byte = buffer[written]
        page.store8(byte, at: Self.outputOffset + Int(producer & (Self.outputSize - 1)))
        producer &+= 1
        written += 1
      }
      page.store32(producer, at: Self.outputProducer)
      if written > start {
        attempts = 0
        notify()
      } else if attempts < Self.patience {
        attempts += 1
        if attempts & 0xFF == 1 { notify() }
        XenScheduler.yield()
      } else {
        unsafe Self.storedDroppedBytes += count - written
        return
      }
    }
  }

  /// One character that was typed, or nil.
  func read() -> UInt8? {
    withInterruptsOff {
      let consumer = page.load32(at: Self.inputConsumer)
      if page.load32(at: Self.inputProducer) == consumer { return nil }
      let byte = page.load8(at: Int(consumer & (Self.inputSize - 1)))
      page.store32(consumer &+ 1, at: Self.inputConsumer)
      notify()
      return byte
    }
  }

  private func notify() {
    do {
      try XenEvents.send(port)
    } catch {
      // The backend is gone; the ring keeps what was written.
    }
  }
}
