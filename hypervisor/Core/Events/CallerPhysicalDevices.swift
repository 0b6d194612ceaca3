#if canImport(XenABI)
  import XenABI
#endif

/// physdev_op: numbers for physical interrupts (public header `physdev.h`). The dispatch lets only the control domain
/// in.
extension Caller {
  /// PHYSDEVOP_map_pirq: a number for a line or for a function's message. Asked for the same again, it gives the same
  /// number.
  ///
  /// - Throws: `noSuchDomain`; `invalidArgument` for another domain than the caller, an unknown kind, a line that is not
  ///   to be had, a message that can't be, or an impossible number; `alreadyExists`; `noSpace`.
  func physicalDeviceMapIRQ(_ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    var request = try memory.read(MapPhysicalIRQ.self, at: argument)
    guard try peer(request.domain) == domain else { throw .invalidArgument }
    let irq: PhysicalIRQ
    switch request.kind {
    case .gsi: irq = try mapLine(request)
    case .msi, .msiWithSegment: irq = try mapMessage(request)
    default: throw .invalidArgument
    }
    request.physicalIRQ = Int32(truncatingIfNeeded: irq.rawValue)
    try memory.write(request, at: argument)
    return 0
  }

  private func mapLine(_ request: MapPhysicalIRQ) throws(HypercallError) -> PhysicalIRQ {
    let line = UInt32(bitPattern: request.index)
    guard line > 0, line < PhysicalInterrupts.lineLimit else { throw .invalidArgument }
    let known = hypervisor.object.physicalInterrupts.number(ofLine: line)
    // A line keeps its own number where that is free: guests that use lines without mapping them expect it.
    let own = hypervisor.object.physicalInterrupts[PhysicalIRQ(line)].kind == .free ? PhysicalIRQ(line) : nil
    let irq = try number(wanted: request.physicalIRQ, known: known, preferred: own, isMessage: false)
    if known != nil { return irq }
    let mode = hypervisor.object.services.interruptMode(line)
    guard mode != InterruptMode.unavailable else { throw .invalidArgument }
    var record = PhysicalInterrupt()
    record.kind = .line
    record.mode = InterruptMode(rawValue: mode)
    record.line = line
    guard
      hypervisor.object.services.routeInterrupt(
        line, record.mode.contains(.levelTriggered), record.mode.contains(.activeLow))
    else { throw .invalidArgument }
    hypervisor.object.physicalInterrupts[irq] = record
    hypervisor.object.physicalInterrupts.setNumber(irq, ofLine: line)
    return irq
  }

  private func mapMessage(_ request: MapPhysicalIRQ) throws(HypercallError) -> PhysicalIRQ {
    let bus = UInt32(bitPattern: request.bus)
    let segment = request.kind == .msiWithSegment ? bus >> 16 : 0
    guard bus & 0xFFFF < 256, request.kind == .msiWithSegment || bus < 256,
      let deviceFunction = UInt8(exactly: request.deviceFunction), request.entryNumber >= 0,
      request.entryNumber < 2048, request.tableBase & 7 == 0
    else { throw .invalidArgument }
    let message = PhysicalInterrupt.Message(
      function: segment << 16 | (bus & 0xFF) << 8 | UInt32(deviceFunction),
      entry: request.tableBase == 0 ? 0 : UInt32(bitPattern: request.entryNumber), table: request.tableBase)
    let known = hypervisor.object.physicalInterrupts.number(of: message)
    let irq = try number(wanted: request.physicalIRQ, known: known, preferred: nil, isMessage: true)
    if known != nil { return irq }
    var record = PhysicalInterrupt()
    record.kind = .message
    record.message = message
    hypervisor.object.physicalInterrupts[irq] = record
    return irq
  }

  /// The number for an interrupt that may have one already, and for which the caller may want a particular one.
  private func number(
    wanted: Int32, known: PhysicalIRQ?, preferred: PhysicalIRQ?, isMessage: Bool
  ) throws(HypercallError) -> PhysicalIRQ {
    guard wanted >= 0 else {
      if let irq = known ?? preferred ?? hypervisor.object.physicalInterrupts.freeNumber(forMessage: isMessage) {
        return irq
      }
      throw .noSpace
    }
    let irq = PhysicalIRQ(UInt32(bitPattern: wanted))
    guard irq.rawValue > (isMessage ? PhysicalInterrupts.lineLimit &- 1 : 0),
      irq.rawValue < (isMessage ? PhysicalInterrupts.limit : PhysicalInterrupts.lineLimit)
    else { throw .invalidArgument }
    if let known {
      guard known == irq else { throw .alreadyExists }
      return irq
    }
    switch hypervisor.object.physicalInterrupts[irq].kind {
    case .free, .reserved: return irq
    case .line, .message: throw .alreadyExists
    }
  }

  /// PHYSDEVOP_unmap_pirq: stops the interrupt and gives the number back.
  ///
  /// - Throws: `noSuchDomain`, `invalidArgument` for another domain than the caller or a number that is free.
  func physicalDeviceUnmapIRQ(_ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    let request = try memory.read(UnmapPhysicalIRQ.self, at: argument)
    let irq = PhysicalIRQ(UInt32(bitPattern: request.physicalIRQ))
    guard try peer(request.domain) == domain, hypervisor.object.physicalInterrupts[irq].kind != .free else {
      throw .invalidArgument
    }
    hypervisor.release(irq)
    return 0
  }

  /// PHYSDEVOP_eoi: the interrupt has been served.
  ///
  /// - Throws: `invalidArgument` for a number that can't be.
  func physicalDeviceEndOfInterrupt(_ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    let irq = try memory.read(EndOfInterrupt.self, at: argument).physicalIRQ
    guard irq.rawValue < PhysicalInterrupts.limit else { throw .invalidArgument }
    hypervisor.end(irq)
    return 0
  }

  /// PHYSDEVOP_irq_status_query: whether an interrupt has to be ended. None is shared: one domain has all.
  ///
  /// - Throws: `invalidArgument` for a number that can't be.
  func physicalDeviceIRQStatus(_ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    var query = try memory.read(IRQStatusQuery.self, at: argument)
    guard query.physicalIRQ.rawValue < PhysicalInterrupts.limit else { throw .invalidArgument }
    let isLevel = hypervisor.object.physicalInterrupts[query.physicalIRQ].mode.contains(.levelTriggered)
    query.status = isLevel ? .needsEndOfInterrupt : IRQStatus(rawValue: 0)
    try memory.write(query, at: argument)
    return 0
  }

  /// PHYSDEVOP_get_free_pirq: reserves a number for a later mapping.
  ///
  /// - Throws: `invalidArgument` for an unknown kind, `noSpace`.
  func physicalDeviceGetFreeIRQ(_ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    var request = try memory.read(GetFreePhysicalIRQ.self, at: argument)
    guard request.kind == .gsi || request.kind == .msi || request.kind == .msiWithSegment else {
      throw .invalidArgument
    }
    guard let irq = hypervisor.object.physicalInterrupts.freeNumber(forMessage: request.kind != .gsi) else {
      throw .noSpace
    }
    request.physicalIRQ = irq
    try memory.write(request, at: argument)
    hypervisor.object.physicalInterrupts[irq].kind = .reserved
    return 0
  }
}
