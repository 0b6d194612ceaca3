import CBench
import CGuest

/// Events over a channel whose two ends are this domain's own.
struct EventRows<Instruction: HypercallInstruction> {
  /// Where the bench's own handler is called meanwhile.
  private static var upcallVector: UInt8 { 0xF2 }

  static func run() throws(GuestError) {
    let receiver = try EventChannel(unboundFor: .current)
    let sender = try EventChannel(connectingTo: receiver.port, of: .current)
    let pending = PendingBit(receiver.port)
    masked(sender.port, pending)
    try upcall(from: sender.port, to: receiver, pending)
  }

  /// The receiver's bit is set and nobody is told. It is cleared each round: to set it again is less work.
  private static func masked(_ port: EventPort, _ pending: PendingBit) {
    var argument = EventChannelSend(port: port)
    var result: Int64 = 0
    let ticks = withAddress(of: &argument) { address in
      Stopwatch.ticks {
        result = Instruction.call(.eventChannel, EventChannelOperation.send.word, address)
        pending.clear()
      }
    }
    Stopwatch.require(result == 0, "event send, masked", result)
    Stopwatch.report("event send, masked", ticks)
  }

  /// The event interrupts the sender as the call returns.
  private static func upcall(
    from port: EventPort, to receiver: borrowing EventChannel, _ pending: PendingBit
  ) throws(GuestError) {
    cbench_install_upcall(UInt64(upcallVector), VCPURecord.window.address, pending.word, pending.bit)
    try XenParameters.set(.callbackIRQ, to: HVMParameter.callbackVector(upcallVector))
    receiver.unmask()

    var argument = EventChannelSend(port: port)
    var result: Int64 = 0
    InterruptFlag.set()
    let ticks = withAddress(of: &argument) { address in
      Stopwatch.ticks { result = Instruction.call(.eventChannel, EventChannelOperation.send.word, address) }
    }
    InterruptFlag.clear()
    receiver.mask()
    try XenParameters.set(.callbackIRQ, to: HVMParameter.callbackVector(TrapTable.upcallVector))

    let count = cbench_upcall_count()
    if count != Stopwatch.rounds { Stopwatch.note("event send, upcall: \(count) upcalls came") }
    Stopwatch.require(result == 0, "event send, upcall", result)
    Stopwatch.report("event send, upcall", ticks)
  }
}

/// A port's bit among the shared page's pending ones.
struct PendingBit {
  let word: UInt64
  let bit: UInt64

  init(_ port: EventPort) {
    let index = UInt64(port.rawValue)
    word = SharedPage.window.address + UInt64(SharedPage.layout.pendingBits) + index / 64 * 8
    bit = index & 63
  }

  @inline(__always) var isSet: Bool { cguest_load64(word) >> bit & 1 != 0 }
  @inline(__always) func clear() { _ = cguest_fetch_and64(word, ~(1 << bit)) }
}
