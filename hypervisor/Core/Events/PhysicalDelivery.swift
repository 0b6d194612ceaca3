#if canImport(XenABI)
  import XenABI
#endif

extension Handle where Object == Hypervisor {
  /// A line has come, by its global system interrupt number. The machine calls this from its interrupt handler, and
  /// then ends the interrupt at its local APIC.
  ///
  /// A level-triggered line is masked until PHYSDEVOP_eoi: what raises it is still there until its driver has run.
  package func interruptArrived(_ line: UInt32) {
    guard let irq = object.physicalInterrupts.number(ofLine: line) else { return }
    if object.physicalInterrupts[irq].mode.contains(.levelTriggered) {
      object.physicalInterrupts[irq].awaitsEnd = true
      object.services.maskInterrupt(line, true)
    }
    deliver(irq)
  }

  /// A message has come, by the slot that `MachineServices.routeMessage` was given.
  package func messageArrived(_ slot: UInt32) {
    let irq = PhysicalIRQ(slot &+ PhysicalInterrupts.lineLimit)
    if object.physicalInterrupts[irq].kind == .message { deliver(irq) }
  }

  private func deliver(_ irq: PhysicalIRQ) {
    let record = object.physicalInterrupts[irq]
    if record.port.rawValue != 0 { record.owner.handle?.deliver(record.port) }
  }

  /// PHYSDEVOP_eoi: a level-triggered line may come again.
  func end(_ irq: PhysicalIRQ) {
    guard object.physicalInterrupts[irq].awaitsEnd else { return }
    object.physicalInterrupts[irq].awaitsEnd = false
    object.services.maskInterrupt(object.physicalInterrupts[irq].line, false)
  }

  /// Opens a port for a physical interrupt and starts it.
  ///
  /// - Throws: `invalidArgument` for a number that stands for no interrupt, or a device that lacks it;
  ///   `alreadyExists`; `noSpace`, `outOfMemory`.
  func bind(_ irq: PhysicalIRQ, for domain: Handle<Domain>) throws(HypercallError) -> EventPort {
    let record = object.physicalInterrupts[irq]
    guard record.kind == .line || record.kind == .message else { throw .invalidArgument }
    guard record.port.rawValue == 0 else { throw .alreadyExists }
    let port = try domain.open(.physicalIRQ(irq))
    object.physicalInterrupts[irq].port = port
    object.physicalInterrupts[irq].owner = Link(domain)
    if record.kind == .line {
      object.services.maskInterrupt(record.line, false)
      return port
    }
    let message = record.message
    guard object.services.routeMessage(irq.messageSlot, message.function, message.table, message.entry) else {
      try domain.close(port)
      throw .invalidArgument
    }
    return port
  }

  /// Stops a physical interrupt whose port is being closed. The number keeps standing for it.
  func unbind(_ irq: PhysicalIRQ, from port: EventPort, of domain: Handle<Domain>) {
    guard object.physicalInterrupts.isBound(irq, to: port, of: domain) else { return }
    stop(irq)
  }

  private func stop(_ irq: PhysicalIRQ) {
    let record = object.physicalInterrupts[irq]
    switch record.kind {
    case .free, .reserved: break
    case .line: object.services.maskInterrupt(record.line, true)
    case .message: object.services.unrouteMessage(irq.messageSlot)
    }
    object.physicalInterrupts[irq].awaitsEnd = false
    object.physicalInterrupts[irq].port = EventPort(0)
    object.physicalInterrupts[irq].owner = Link()
  }

  /// Makes a number free again. A port that it was bound to stays, and gets no more events.
  func release(_ irq: PhysicalIRQ) {
    let record = object.physicalInterrupts[irq]
    if record.port.rawValue != 0 {
      record.owner.handle?.object.ports.entry(record.port)?.object.loseInterrupt()
      stop(irq)
    }
    if record.kind == .line { object.physicalInterrupts.setNumber(nil, ofLine: record.line) }
    object.physicalInterrupts[irq] = PhysicalInterrupt()
  }
}

extension PhysicalIRQ {
  /// By what the machine knows a message: 0 for the first number that is one's.
  fileprivate var messageSlot: UInt32 { rawValue &- PhysicalInterrupts.lineLimit }
}
