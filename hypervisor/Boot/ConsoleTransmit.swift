#if canImport(CMachine)
  import CMachine
#endif

/// The way out to the serial console: what does not fit into the UART waits in a ring, and goes out by interrupt while
/// guests run. A line of 80 characters takes 7 ms at 115,200 bits a second; nobody waits for it.
struct ConsoleOutput: ~Copyable {
  var ring = TransmitRing()
  private let pinned = Pinned()
  /// What was typed while the hypervisor was at work on what is to go out, until the next interrupt.
  var early = ConsoleInput()
  /// Whether the UART's interrupts are let in. Before that, and at the machine's end, each byte is waited for.
  var isByInterrupt = false
  /// Whether the UART interrupts when it can take more.
  var asksForMore = false
  /// The bytes that the UART's FIFO takes, and those of them that are free for sure.
  var depth = 1
  var credit = 0
  /// When the line last moved.
  var lastMove = TSCTicks(0)
}

extension Handle where Object == MachineState {
  /// How long a line may stand still, by the far end's flow control say, until what is for it is given up.
  private static var longestPause: Nanoseconds { .seconds(1) }

  /// Puts a byte out.
  func writeConsole(_ byte: UInt8) {
    guard object.options.console == .com1 else { return }
    guard object.output.isByInterrupt else { return SerialPort.com1.write(byte) }
    if object.output.ring.isEmpty { object.output.lastMove = TSCTicks(apus_rdtsc()) }
    if object.output.ring.room == 0 { makeRoom() }
    object.output.ring.append(byte)
    transmit()
  }

  /// Whether a byte, and the carriage return before it, can go out without waiting; also where the line stands still for
  /// so long that nobody should wait for it.
  func consoleHasRoom() -> Bool {
    guard object.options.console == .com1, object.output.isByInterrupt, object.output.ring.room < 2 else { return true }
    transmit()
    return object.output.ring.room >= 2 || isStuck
  }

  private var isStuck: Bool {
    let pause = TSCTicks(apus_rdtsc()).since(object.output.lastMove)
    return object.hypervisor.object.clock.scale.nanoseconds(pause) > Self.longestPause
  }

  /// Gives the UART what it takes, and has it ask for more where more is left. What has been typed meanwhile is taken out
  /// of the UART, which holds little: a long answer of the hypervisor's takes longer to make than 16 bytes to type.
  func transmit() {
    let port = SerialPort.com1
    while !object.output.ring.isEmpty {
      if object.output.credit == 0 {
        let status = port.status
        if status.hasByte {
          _ = object.output.early.put(port.take())
          continue
        }
        guard status.isReady else { break }
        object.output.credit = object.output.depth
        object.output.lastMove = TSCTicks(apus_rdtsc())
      }
      guard let byte = object.output.ring.next() else { break }
      port.put(byte)
      object.output.credit &-= 1
    }
    let asks = !object.output.ring.isEmpty
    guard asks != object.output.asksForMore else { return }
    object.output.asksForMore = asks
    port.enableInterrupts(transmit: asks)
  }

  /// Waits until the full ring has room. Where the line stands still, the oldest byte is lost.
  private func makeRoom() {
    while object.output.ring.room == 0 {
      transmit()
      guard object.output.ring.room == 0 else { return }
      if isStuck { _ = object.output.ring.next() }
      apus_pause()
    }
  }

  /// Sends all that waits and from now on waits for each byte: interrupts are not let in any more.
  func drainConsole() {
    guard object.options.console == .com1 else { return }
    let port = SerialPort.com1
    object.output.isByInterrupt = false
    while let byte = object.output.ring.next() { port.write(byte) }
    port.waitUntilSent()
  }

  /// Lets the UART's interrupts in, which take what is typed and send what waits.
  func startConsoleInterrupts() {
    object.output.depth = SerialPort.com1.transmitDepth
    object.output.isByInterrupt = true
    SerialPort.com1.enableInterrupts(transmit: false)
  }
}
