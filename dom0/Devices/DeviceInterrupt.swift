/// A function's interrupt as an event channel: the first message of its MSI-X table, or else its line.
///
/// Messages are edges and each function's own. A line is a level that functions may share: the hypervisor masks it when
/// it comes, and lets it come again once everyone on it has looked at his device.
final class DeviceInterrupt {
  /// Raised with each interrupt; looked at with interrupts off.
  let flag = EventFlag()
  /// Whether it is a line, so that the device has to be asked to take it back.
  let isLine: Bool
  private let messageChannel: EventChannelOwner?
  private let line: InterruptLine?

  /// The entry that queues are to be told of, `VirtioTransport.noVector` for a line.
  var vector: UInt16 { isLine ? VirtioTransport<MemoryWindow>.noVector : 0 }

  /// - Throws: what the hypervisor has against it; `noDevice` where the function has neither.
  init(of function: PCIFunction<PortConfiguration>) throws(GuestError) {
    if let table = function.messageTable {
      let irq = try Self.map(
        MapPhysicalIRQ(
          kind: .msi, bus: Int32(function.address.bus), deviceFunction: Int32(function.address.deviceFunction),
          entryNumber: 0, tableBase: table.address))
      function.command(set: .noLineInterrupt)
      isLine = false
      line = nil
      messageChannel = EventChannelOwner(try EventChannel(physicalIRQ: irq))
      messageChannel?.onEvent { [flag] in flag.raise() }
    } else {
      guard let number = function.interruptLine else { throw .hypercall(.noDevice) }
      isLine = true
      messageChannel = nil
      line = try InterruptLine.find(number)
      line?.add(flag)
    }
  }

  deinit { line?.remove(flag) }

  /// Gives an interrupt a number.
  static func map(_ request: MapPhysicalIRQ) throws(GuestError) -> PhysicalIRQ {
    var request = request
    try Hypercall.physicalDeviceMapIRQ(&request)
    return PhysicalIRQ(UInt32(bitPattern: request.physicalIRQ))
  }

  /// Whether it came since the last time.
  func take() -> Bool { flag.take() }

  /// The device was looked at after `take`.
  func end() { line?.end() }
}

/// An event channel that several can refer to.
final class EventChannelOwner {
  private let channel: EventChannel

  init(_ channel: consuming EventChannel) { self.channel = channel }

  func onEvent(_ handler: @escaping () -> Void) { channel.onEvent(handler) }
  func notify() { try? channel.notify() }
}

/// A level-triggered line and those on it.
private final class InterruptLine {
  private let irq: PhysicalIRQ
  private let channel: EventChannelOwner
  private var flags: [EventFlag] = []
  /// Those who have not looked at their device since the line came.
  private var waiting = 0
  /// The line came, and the hypervisor holds it back until all have looked.
  private var isHeld = false

  nonisolated(unsafe) private static var all: [(number: UInt8, line: InterruptLine)] = []

  /// The line of that number, set up at its first use.
  static func find(_ number: UInt8) throws(GuestError) -> InterruptLine {
    for known in unsafe all where known.number == number { return known.line }
    let irq = try DeviceInterrupt.map(MapPhysicalIRQ(kind: .gsi, index: Int32(number)))
    let line = InterruptLine(irq, EventChannelOwner(try EventChannel(physicalIRQ: irq)))
    unsafe all.append((number, line))
    return line
  }

  private init(_ irq: PhysicalIRQ, _ channel: EventChannelOwner) {
    self.irq = irq
    self.channel = channel
    // The line stays for good, like the hardware.
    channel.onEvent { [self] in arrive() }
  }

  /// Adds somebody, who looks at once where the line came when nobody was there: for another device on it, or before its
  /// driver.
  func add(_ flag: EventFlag) {
    withInterruptsOff {
      flags.append(flag)
      if !isHeld || waiting > 0 { return }
      waiting = 1
      flag.raise()
    }
  }

  /// Waits no more for somebody who may not have looked at his device yet.
  func remove(_ flag: EventFlag) {
    let isAwaited = withInterruptsOff {
      flags.removeAll { $0 === flag }
      return flag.take()
    }
    if isAwaited { end() }
  }

  private func arrive() {
    isHeld = true
    waiting = flags.count
    for flag in flags { flag.raise() }
  }

  /// One of them has looked; the last one lets the line come again.
  func end() {
    let isLast = withInterruptsOff {
      waiting -= 1
      if waiting == 0 { isHeld = false }
      return waiting == 0
    }
    if isLast { _ = try? Hypercall.physicalDeviceEndOfInterrupt(EndOfInterrupt(physicalIRQ: irq)) }
  }
}
