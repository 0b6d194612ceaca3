#if canImport(XenABI)
  import XenABI
#endif

/// Reads and writes of the registers, in memory (xAPIC form) and by MSR (x2APIC form).
extension LocalAPIC {
  /// The version register: an integrated APIC with `LocalVector.count` entries (Intel SDM vol. 3 11.4.8).
  static var version: UInt32 { UInt32(LocalVector.count &- 1) << 16 | 0x14 }

  /// Reads the register at an offset into the page. What is no register gives 0, and is an error to the guest.
  ///
  /// Registers are 32 bits wide, 16 bytes apart; the bytes between them read 0.
  package mutating func readMemory(offset: UInt32, at now: Nanoseconds) -> UInt32 {
    guard mode == .xapic, offset < 0x1000, offset & 0xF == 0 else { return 0 }
    let index = UInt8(truncatingIfNeeded: offset >> 4)
    if let value = read(index, at: now) { return value }
    // A few registers can only be written, or read 0 for ever.
    switch index {
    case LocalAPICRegister.endOfInterrupt, LocalAPICRegister.arbitrationPriority, LocalAPICRegister.remoteRead: break
    default: detect(.illegalRegister)
    }
    return 0
  }

  /// Writes 32 bits to the register at an offset into the page. What can't be written stays as it is.
  package mutating func writeMemory(offset: UInt32, _ value: UInt32, at now: Nanoseconds) -> LocalAPICEffects {
    guard mode == .xapic, offset < 0x1000, offset & 0xF == 0 else { return LocalAPICEffects(rawValue: 0) }
    let index = UInt8(truncatingIfNeeded: offset >> 4)
    switch index {
    case LocalAPICRegister.logicalDestination: logicalDestination = value & 0xFF00_0000
    case LocalAPICRegister.destinationFormat: destinationFormat = value | 0x0FFF_FFFF
    case LocalAPICRegister.commandHigh: command = command & 0xFFFF_FFFF | UInt64(value & 0xFF00_0000) << 32
    case LocalAPICRegister.command: return send(command & ~0xFFFF_FFFF | UInt64(value))
    case LocalAPICRegister.id, LocalAPICRegister.version, LocalAPICRegister.arbitrationPriority,
      LocalAPICRegister.processorPriority, LocalAPICRegister.remoteRead, LocalAPICRegister.currentCount,
      LocalAPICRegister.inService, LocalAPICRegister.triggerMode, LocalAPICRegister.interruptRequest:
      break
    default:
      if let effects = write(index, value, at: now) { return effects }
      detect(.illegalRegister)
      return pendingEffect
    }
    return LocalAPICEffects(rawValue: 0)
  }

  /// RDMSR of 0x800-0x8FF.
  package func readMSR(_ number: UInt32, at now: Nanoseconds) throws(GeneralProtection) -> UInt64 {
    guard mode == .x2apic, let index = Self.register(ofMSR: number) else { throw GeneralProtection() }
    switch index {
    case LocalAPICRegister.command: return command
    case LocalAPICRegister.destinationFormat, LocalAPICRegister.commandHigh: throw GeneralProtection()
    default: break
    }
    guard let value = read(index, at: now) else { throw GeneralProtection() }
    return UInt64(value)
  }

  /// WRMSR of 0x800-0x8FF. Reserved bits and registers that can't be written raise #GP
  /// (Intel SDM vol. 3 11.12.1.3).
  package mutating func writeMSR(
    _ number: UInt32, _ value: UInt64, at now: Nanoseconds
  ) throws(GeneralProtection) -> LocalAPICEffects {
    guard mode == .x2apic, let index = Self.register(ofMSR: number) else { throw GeneralProtection() }
    guard let writable = writableBits(index), value & ~writable == 0 else { throw GeneralProtection() }
    switch index {
    case LocalAPICRegister.command: return send(value)
    case LocalAPICRegister.selfIPI: return sendFixed(UInt8(truncatingIfNeeded: value))
    default: break
    }
    if LocalAPICRegister.localVectors ~= index, index == LocalAPICRegister.localVectors.lowerBound,
      value >> 17 & 3 == 3
    {
      throw GeneralProtection()
    }
    guard let effects = write(index, UInt32(truncatingIfNeeded: value), at: now) else { throw GeneralProtection() }
    return effects
  }

  @inline(__always)
  private static func register(ofMSR number: UInt32) -> UInt8? {
    let index = number &- 0x800
    return index < UInt32(LocalAPICRegister.count) ? UInt8(truncatingIfNeeded: index) : nil
  }

  /// The bits of an x2APIC register that a write may have set; nil for a register that can't be written.
  @inline(__always)
  private func writableBits(_ index: UInt8) -> UInt64? {
    switch index {
    case LocalAPICRegister.endOfInterrupt, LocalAPICRegister.errorStatus: 0
    case LocalAPICRegister.taskPriority, LocalAPICRegister.selfIPI: 0xFF
    case LocalAPICRegister.spuriousVector: UInt64(SpuriousVectorBits.writable)
    // Vector to destination mode, delivery status (dropped), level, trigger mode, shorthand, destination.
    case LocalAPICRegister.command: 0xFFFF_FFFF_000C_DFFF
    case LocalAPICRegister.initialCount: 0xFFFF_FFFF
    case LocalAPICRegister.divideConfiguration: 0xB
    default: localVector(index).map { UInt64(writableBits(of: $0) | LocalVectorEntry.readOnly) }
    }
  }

  @inline(__always)
  private func localVector(_ index: UInt8) -> LocalVector? {
    LocalVector(rawValue: index &- LocalAPICRegister.localVectors.lowerBound)
  }

  @inline(__always)
  private func writableBits(of entry: LocalVector) -> UInt32 {
    entry.writableBits(tscDeadline: supportsTSCDeadline)
  }

  /// The value of a register that both forms have; nil for others.
  @inline(__always)
  private func read(_ index: UInt8, at now: Nanoseconds) -> UInt32? {
    switch index {
    case LocalAPICRegister.id: return mode == .x2apic ? id : id << 24
    case LocalAPICRegister.version: return Self.version
    case LocalAPICRegister.taskPriority: return UInt32(taskPriority)
    case LocalAPICRegister.processorPriority: return UInt32(processorPriority)
    case LocalAPICRegister.logicalDestination: return mode == .x2apic ? x2apicLogicalID : logicalDestination
    case LocalAPICRegister.destinationFormat: return destinationFormat
    case LocalAPICRegister.spuriousVector: return spuriousVector
    case LocalAPICRegister.inService: return inService.register(index & 7)
    case LocalAPICRegister.triggerMode: return 0  // nothing here is level-triggered
    case LocalAPICRegister.interruptRequest: return requested.register(index & 7)
    case LocalAPICRegister.errorStatus: return errorStatus.rawValue
    case LocalAPICRegister.command: return UInt32(truncatingIfNeeded: command)
    case LocalAPICRegister.commandHigh: return UInt32(truncatingIfNeeded: command >> 32)
    case LocalAPICRegister.initialCount: return timerMode == .tscDeadline ? 0 : timer.initialCount
    case LocalAPICRegister.currentCount: return timer.currentCount(at: now, mode: timerMode)
    case LocalAPICRegister.divideConfiguration: return timer.divideConfiguration
    default: return localVector(index).map { self[$0] }
    }
  }

  /// Writes a register that both forms have alike; nil for others. Reserved bits are dropped.
  private mutating func write(_ index: UInt8, _ value: UInt32, at now: Nanoseconds) -> LocalAPICEffects? {
    switch index {
    case LocalAPICRegister.endOfInterrupt: return endInterrupt()
    case LocalAPICRegister.taskPriority:
      taskPriority = UInt8(truncatingIfNeeded: value)
      return pendingEffect
    case LocalAPICRegister.spuriousVector: return writeSpuriousVector(value & SpuriousVectorBits.writable, at: now)
    case LocalAPICRegister.errorStatus:
      errorStatus = detectedErrors
      detectedErrors = LocalAPICErrors(rawValue: 0)
      return LocalAPICEffects(rawValue: 0)
    case LocalAPICRegister.initialCount:
      guard timerMode == .oneShot || timerMode == .periodic else { return LocalAPICEffects(rawValue: 0) }
      let effects = timerExpired(at: now)
      timer.start(value, at: now)
      return effects.union(.timerChanged)
    case LocalAPICRegister.divideConfiguration:
      let effects = timerExpired(at: now)
      timer.divide(value, at: now, mode: timerMode)
      return effects.union(.timerChanged)
    default:
      guard let entry = localVector(index) else { return nil }
      let masked = isSoftwareEnabled ? 0 : LocalVectorEntry.masked
      let value = value & writableBits(of: entry) | masked
      if entry == .timer { return writeTimerEntry(value, at: now) }
      self[entry] = value
      return LocalAPICEffects(rawValue: 0)
    }
  }

  /// While software has the APIC disabled, every entry of the local vector table is masked; enabling it leaves them so
  /// (Intel SDM vol. 3 11.4.7.2). Requests that are there already stay.
  private mutating func writeSpuriousVector(_ value: UInt32, at now: Nanoseconds) -> LocalAPICEffects {
    let effects = timerExpired(at: now)
    let wasEnabled = isSoftwareEnabled
    spuriousVector = value
    guard wasEnabled, !isSoftwareEnabled else { return wasEnabled ? effects : effects.union(.enabled) }
    for entry in 0..<Int(LocalVector.count) { localVectors[entry] |= LocalVectorEntry.masked }
    return effects.union(.timerChanged)
  }
}
