#if canImport(CMachine)
  import CMachine
#endif

/// The way out to the serial console: what does not fit into the UART waits in a ring, and goes out by interrupt while
/// guests run. A line of 80 characters takes 7 ms at 115,200 bits a second; nobody waits for it.
struct ConsoleOutput: ~Copyable {
  var queue = ByteQueue()
  private let pinned = Pinned()
  /// What was typed while the hypervisor was at work on what is to go out, until the next interrupt.
  var early = ByteQueue()
  /// Whether what is typed is left on the line, because nobody has read what there is.
  var leavesInput = false
  /// Whether the line has lost what was typed, and nobody was told yet.
  var hasLostInput = false
  /// Whether the UART's interrupts are let in. Before that, and at the machine's end, each byte is waited for.
  var isByInterrupt = false
  /// Whether the UART interrupts when it can take more.
  var asksForMore = false
  /// The bytes that the UART's FIFO takes, and those of them that are free for sure.
  var depth = 1
  var credit = 0
  /// When the line last moved.
  var lastMove = TSCTicks(0)

  /// The bytes that wait to go out at most: 1.4 seconds of a line of 115,200 bits a second.
  static var capacity: UInt64 { 16 << 10 }
  /// What is typed in that time, and a paste at a time.
  static var earlyCapacity: UInt64 { 4 << 10 }
}

extension Handle where Object == MachineState {
  /// How long a line may stand still, by the far end's flow control say, until what is for it is given up.
  private static var longestPause: Nanoseconds { .seconds(1) }

  /// Puts a byte out.
  func writeConsole(_ byte: UInt8) {
    object.screen.write(byte)
    guard object.options.console.contains(.com1) else { return }
    guard object.output.isByInterrupt else { return SerialPort.com1.write(byte) }
    if object.output.queue.isEmpty { object.output.lastMove = TSCTicks(apus_rdtsc()) }
    if object.output.queue.room == 0 { makeRoom() }
    object.output.queue.append(byte)
    transmit()
  }

  /// Whether a byte, and the carriage return before it, can go out without waiting; also where the line stands still for
  /// so long that nobody should wait for it.
  func consoleHasRoom() -> Bool {
    guard object.options.console.contains(.com1), object.output.isByInterrupt, object.output.queue.room < 2 else {
      return true
    }
    transmit()
    return object.output.queue.room >= 2 || isStuck
  }

  private var isStuck: Bool {
    let pause = TSCTicks(apus_rdtsc()).since(object.output.lastMove)
    return object.hypervisor.object.clock.scale.nanoseconds(pause) > Self.longestPause
  }

  /// Gives the UART what it takes, and has it ask for more where more is left. What has been typed meanwhile is taken out
  /// of the UART, which holds little: a long answer of the hypervisor's takes longer to make than 16 bytes to type.
  func transmit() {
    let port = SerialPort.com1
    while !object.output.queue.isEmpty {
      if object.output.credit == 0 {
        let status = lineStatus
        if status.hasByte, object.output.early.room > 0 {
          object.output.early.append(port.take())
          continue
        }
        guard status.isReady else { break }
        object.output.credit = object.output.depth
        object.output.lastMove = TSCTicks(apus_rdtsc())
      }
      guard let byte = object.output.queue.next() else { break }
      port.put(byte)
      object.output.credit &-= 1
    }
    let asks = !object.output.queue.isEmpty
    guard asks != object.output.asksForMore else { return }
    object.output.asksForMore = asks
    port.enableInterrupts(receive: !object.output.leavesInput, transmit: asks)
  }

  /// Waits until the full ring has room. Where the line stands still, the oldest byte is lost.
  private func makeRoom() {
    while object.output.queue.room == 0 {
      transmit()
      guard object.output.queue.room == 0 else { return }
      if isStuck { _ = object.output.queue.next() }
      apus_pause()
    }
  }

  /// Sends all that waits and from now on waits for each byte: interrupts are not let in any more.
  func drainConsole() {
    guard object.options.console.contains(.com1) else { return }
    let port = SerialPort.com1
    object.output.isByInterrupt = false
    while let byte = object.output.queue.next() { port.write(byte) }
    port.waitUntilSent()
  }

  /// Lets the UART's interrupts in, which take what is typed and send what waits.
  func startConsoleInterrupts() {
    object.output.depth = SerialPort.com1.transmitDepth
    object.output.isByInterrupt = true
    SerialPort.com1.enableInterrupts(receive: true, transmit: false)
  }
}
