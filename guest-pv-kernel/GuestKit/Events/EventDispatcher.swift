/// Takes pending events from the shared page and calls their handlers (public header `event_channel.h`, 2-level
/// delivery).
enum EventDispatcher {
  /// How the hypervisor interrupts this vCPU.
  enum Delivery {
    /// By a direct call of a vector (HVM parameter 0), with no end of interrupt.
    case callbackVector
    /// Through the local APIC, with an end of interrupt each.
    case localAPIC
  }

  /// What is known of a port: who handles it, and how many events came that nobody waited for yet.
  private struct Port {
    var handler: (() -> Void)?
    var arrivals: UInt64 = 0
  }

  static var delivery: Delivery { unsafe storedDelivery }
  nonisolated(unsafe) private static var storedDelivery = Delivery.callbackVector
  nonisolated(unsafe) private static var ports: [Port] = []
  /// Upcalls since the start.
  static var upcallCount: UInt64 { unsafe storedUpcallCount }
  nonisolated(unsafe) private static var storedUpcallCount: UInt64 = 0

  /// Asks for upcalls.
  static func start() {
    do {
      try XenParameters.set(.callbackIRQ, to: HVMParameter.callbackVector(TrapTable.upcallVector))
    } catch {
      Panic.report("the event callback vector was refused", error)
    }
  }

  /// Has upcalls come through the local APIC from now on.
  static func useLocalAPIC() throws(GuestError) {
    LocalAPIC.enable()
    unsafe storedDelivery = .localAPIC
    do {
      try XenParameters.setUpcallVector(TrapTable.upcallVector, of: .zero)
    } catch {
      unsafe storedDelivery = .callbackVector
      throw error
    }
  }

  /// Has `handler` called with interrupts off on each event of a port. Nil takes it away.
  static func setHandler(_ port: EventPort, _ handler: (() -> Void)?) {
    withInterruptsOff {
      let index = Int(port.rawValue)
      while unsafe ports.count <= index { unsafe ports.append(Port()) }
      unsafe ports[index] = Port(handler: handler)
    }
  }

  /// Whether an event of the port came that was not taken; it counts as taken now.
  static func takeArrival(_ port: EventPort) -> Bool {
    withInterruptsOff {
      let index = Int(port.rawValue)
      if unsafe index >= ports.count || ports[index].arrivals == 0 { return false }
      unsafe ports[index].arrivals -= 1
      return true
    }
  }

  /// Stops events of a port.
  static func mask(_ port: EventPort) {
    SharedPage.window.testAndSet(bit: Int(port.rawValue), of: SharedPage.layout.maskBits)
  }

  /// Lets events of a port come, also one that is pending already.
  static func unmask(_ port: EventPort) {
    let bit = Int(port.rawValue)
    if !SharedPage.window.testAndClear(bit: bit, of: SharedPage.layout.maskBits) { return }
    if isPending(port) {
      do {
        // Only the hypervisor can raise what came while the port was masked, and it does so for a masked port only.
        mask(port)
        try XenEvents.unmask(port)
      } catch {
        Panic.report("unmasking a port was refused", error)
      }
    }
  }

  /// Whether an event waits to be taken.
  static func isPending(_ port: EventPort) -> Bool {
    let bit = Int(port.rawValue)
    return SharedPage.window.load64(at: SharedPage.layout.pendingBits + bit / 64 * 8) & 1 << UInt64(bit & 63) != 0
  }

  /// Forgets a pending event.
  static func clearPending(_ port: EventPort) {
    SharedPage.window.testAndClear(bit: Int(port.rawValue), of: SharedPage.layout.pendingBits)
  }

  /// The upcall's interrupt. Interrupts are off.
  static func upcall() {
    if delivery == .localAPIC { LocalAPIC.endOfInterrupt() }
    unsafe storedUpcallCount += 1
    let info = VCPURecord.window
    let page = SharedPage.window
    while info.exchange8(0, at: VCPURecord.layout.upcallPending) != 0 {
      var selector = info.exchange64(0, at: VCPURecord.layout.pendingSelector)
      while selector != 0 {
        let word = selector.trailingZeroBitCount
        selector &= selector - 1
        let offset = word * 8
        var ready =
          page.load64(at: SharedPage.layout.pendingBits + offset) & ~page.load64(
            at: SharedPage.layout.maskBits + offset)
        while ready != 0 {
          let bit = word * 64 + ready.trailingZeroBitCount
          ready &= ready - 1
          page.testAndClear(bit: bit, of: SharedPage.layout.pendingBits)
          deliver(bit)
        }
      }
    }
  }

  private static func deliver(_ index: Int) {
    if unsafe index >= ports.count { return }
    unsafe ports[index].arrivals += 1
    if let handler = unsafe ports[index].handler { handler() }
  }
}
