import CGuest

/// The console ring (public header `io/console.h`): 1 KiB of input, 2 KiB of output, and four free-running indices in a
/// page that this domain shares with its console backend.
struct ConsoleRing {
  private let page: MemoryWindow
  let port: EventPort

  /// How often a writer waits for a full ring, up to 10 ms each, before it drops what it has: a guest must not hang
  /// because nobody reads its console.
  private static var patience: Int { 200 }
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
      let start = written
      withInterruptsOff { written = put(buffer, from: written, count: count) }
      if written > start {
        attempts = 0
        notify()
      } else if attempts < Self.patience {
        attempts += 1
        waitForRoom()
      } else {
        unsafe Self.storedDroppedBytes += count - written
        return
      }
    }
  }

  /// Puts as many bytes into the ring as it takes; returns where the next one lies.
  private func put(_ buffer: Console.Buffer, from start: Int, count: Int) -> Int {
    var next = start
    var producer = page.load32(at: ConsoleRingLayout.outputProducer)
    let consumer = page.load32(at: ConsoleRingLayout.outputConsumer)
    while next < count && producer &- consumer < ConsoleRingLayout.outputSize {
      page.store8(buffer[next], at: ConsoleRingLayout.output + Int(producer & (ConsoleRingLayout.outputSize - 1)))
      producer &+= 1
      next += 1
    }
    page.store32(producer, at: ConsoleRingLayout.outputProducer)
    return next
  }

  /// Lets the backend take what is there: it signals the port when it has. The port is masked, so polling finds the
  /// signal.
  private func waitForRoom() {
    notify()
    if !SharedPage.isReady {
      XenScheduler.yield()
      return
    }
    let consumer = page.load32(at: ConsoleRingLayout.outputConsumer)
    EventDispatcher.clearPending(port)
    if page.load32(at: ConsoleRingLayout.outputConsumer) != consumer { return }
    do {
      try XenScheduler.poll(port, until: Clock.now.adding(.milliseconds(10)))
    } catch {
      XenScheduler.yield()
    }
  }

  /// Whether there is a character that nobody has read.
  var hasInput: Bool {
    page.load32(at: ConsoleRingLayout.inputProducer) != page.load32(at: ConsoleRingLayout.inputConsumer)
  }

  /// One character that was typed, or nil.
  func read() -> UInt8? {
    withInterruptsOff {
      let consumer = page.load32(at: ConsoleRingLayout.inputConsumer)
      if page.load32(at: ConsoleRingLayout.inputProducer) == consumer { return nil }
      let byte = page.load8(at: Int(consumer & (ConsoleRingLayout.inputSize - 1)))
      page.store32(consumer &+ 1, at: ConsoleRingLayout.inputConsumer)
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
