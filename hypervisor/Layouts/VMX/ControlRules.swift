/// Checks on the control fields (Intel SDM vol. 3 26.2.1): a violation makes VMLAUNCH fail with error 7.
extension VMEntryChecker {
  private typealias Rule = ControlRule

  func checkControls() throws(RuleViolation) {
    try checkExecutionControls()
    try checkInterruptControls()
    try checkTranslationControls()
    try checkExitAndEntryControls()
    try checkInjectedEvent()
  }

  /// 26.2.1.1: the sets themselves and the bitmaps.
  private func checkExecutionControls() throws(RuleViolation) {
    let controls = image.controls
    let primary = controls.primary
    let secondary = controls.effectiveSecondary
    try Rule.require(
      capabilities.pin.accepts(controls.pin.rawValue), .pinReserved, UInt64(controls.pin.rawValue))
    try Rule.require(
      capabilities.primary.accepts(primary.rawValue), .primaryReserved, UInt64(primary.rawValue))
    if primary.contains(.secondaryControls) {
      try Rule.require(
        capabilities.secondary.accepts(secondary.rawValue), .secondaryReserved, UInt64(secondary.rawValue))
    }
    try Rule.require(
      controls.cr3TargetCount <= capabilities.miscellaneous.cr3TargetCount, .cr3TargetCount,
      UInt64(controls.cr3TargetCount))
    if primary.contains(.ioBitmaps) {
      try Rule.require(isReachable(controls.ioBitmapA, alignment: 12), .ioBitmapA, controls.ioBitmapA)
      try Rule.require(isReachable(controls.ioBitmapB, alignment: 12), .ioBitmapB, controls.ioBitmapB)
    }
    if primary.contains(.msrBitmaps) {
      try Rule.require(isReachable(controls.msrBitmap, alignment: 12), .msrBitmap, controls.msrBitmap)
    }
  }

  /// 26.2.1.1: NMIs, the virtual APIC and posted interrupts.
  private func checkInterruptControls() throws(RuleViolation) {
    let controls = image.controls
    let pin = controls.pin
    let primary = controls.primary
    let secondary = controls.effectiveSecondary
    let delivers = secondary.contains(.virtualInterruptDelivery)
    if primary.contains(.tprShadow) {
      try Rule.require(
        isReachable(controls.virtualAPICAddress, alignment: 12), .virtualAPICAddress, controls.virtualAPICAddress)
      try Rule.require(delivers || controls.tprThreshold >> 4 == 0, .tprThreshold, UInt64(controls.tprThreshold))
    }
    try Rule.require(
      pin.contains(.nmiExiting) || !pin.contains(.virtualNMIs), .virtualNMIs, UInt64(pin.rawValue))
    try Rule.require(
      pin.contains(.virtualNMIs) || !primary.contains(.nmiWindowExiting), .nmiWindow, UInt64(primary.rawValue))
    if secondary.contains(.virtualizeAPICAccesses) {
      try Rule.require(
        isReachable(controls.apicAccessAddress, alignment: 12), .apicAccessAddress, controls.apicAccessAddress)
    }
    let virtualAPIC = SecondaryControls.virtualizeX2APIC.union(.apicRegisterVirtualization)
      .union(.virtualInterruptDelivery)
    try Rule.require(
      primary.contains(.tprShadow) || secondary.isDisjoint(with: virtualAPIC), .tprShadowMissing,
      UInt64(secondary.rawValue))
    try Rule.require(
      !secondary.contains(.virtualizeX2APIC.union(.virtualizeAPICAccesses)), .x2APICAndAPIC, UInt64(secondary.rawValue))
    try Rule.require(
      !delivers || pin.contains(.externalInterruptExiting), .deliveryWithoutExiting, UInt64(pin.rawValue))
    if pin.contains(.postedInterrupts) {
      try Rule.require(
        delivers && controls.exit.contains(.acknowledgeInterrupt), .postedWithoutDelivery, UInt64(pin.rawValue))
      try Rule.require(
        controls.postedInterruptVector < 256, .postedVector, UInt64(controls.postedInterruptVector))
      try Rule.require(
        isReachable(controls.postedInterruptDescriptor, alignment: 6), .postedDescriptor,
        controls.postedInterruptDescriptor)
    }
  }

  /// 26.2.1.1: identifiers, extended page tables and what builds on them.
  private func checkTranslationControls() throws(RuleViolation) {
    let controls = image.controls
    let secondary = controls.effectiveSecondary
    let hasEPT = secondary.contains(.ept)
    try Rule.require(!secondary.contains(.vpid) || controls.vpid != 0, .vpid, UInt64(controls.vpid))
    if hasEPT { try checkEPTPointer(controls.eptPointer) }
    if secondary.contains(.pageModificationLog) {
      try Rule.require(hasEPT, .logWithoutEPT, UInt64(secondary.rawValue))
      try Rule.require(isReachable(controls.pmlAddress, alignment: 12), .pmlAddress, controls.pmlAddress)
    }
    let needEPT = SecondaryControls.unrestrictedGuest.union(.modeBasedExecute).union(.subPageWritePermissions)
      .union(.ptGuestPhysical)
    try Rule.require(hasEPT || secondary.isDisjoint(with: needEPT), .eptMissing, UInt64(secondary.rawValue))
    if secondary.contains(.vmFunctions) {
      let functions = controls.vmFunctionControls
      try Rule.require(functions & ~capabilities.vmFunctions == 0, .vmFunctions, functions)
      if functions & 1 != 0 {
        try Rule.require(hasEPT, .eptpSwitching, functions)
        try Rule.require(
          isReachable(controls.eptpListAddress, alignment: 12), .eptpListAddress, controls.eptpListAddress)
      }
    }
    if secondary.contains(.vmcsShadowing) {
      try Rule.require(isReachable(controls.vmreadBitmap, alignment: 12), .vmreadBitmap, controls.vmreadBitmap)
      try Rule.require(isReachable(controls.vmwriteBitmap, alignment: 12), .vmwriteBitmap, controls.vmwriteBitmap)
    }
    if secondary.contains(.eptViolationException) {
      let address = controls.virtualizationExceptionAddress
      try Rule.require(isReachable(address, alignment: 12), .virtualizationException, address)
    }
    try Rule.require(
      !secondary.contains(.tscScaling) || controls.tscMultiplier != 0, .tscMultiplier, controls.tscMultiplier)
  }

  /// The format of the EPT pointer (24.6.11).
  private func checkEPTPointer(_ value: UInt64) throws(RuleViolation) {
    let offered = capabilities.translation
    let isTypeOffered =
      switch value & 7 {
      case 0: offered.contains(.uncachedTables)
      case 6: offered.contains(.writeBackTables)
      default: false
      }
    try Rule.require(isTypeOffered, .eptMemoryType, value)
    let isLengthOffered =
      switch value >> 3 & 7 {
      case 3: offered.contains(.walkOfFour)
      case 4: offered.contains(.walkOfFive)
      default: false
      }
    try Rule.require(isLengthOffered, .eptWalkLength, value)
    try Rule.require(value & 1 << 6 == 0 || offered.contains(.accessedAndDirty), .eptAccessedAndDirty, value)
    let shadowStack: UInt64 = offered.contains(.supervisorShadowStack) ? 1 << 7 : 0
    let reserved: UInt64 = 0xF80 & ~shadowStack
    try Rule.require(value & reserved == 0 && capabilities.isPhysical(value), .eptReserved, value)
  }

  /// 26.2.1.2 and the first part of 26.2.1.3.
  private func checkExitAndEntryControls() throws(RuleViolation) {
    let controls = image.controls
    try Rule.require(
      capabilities.exit.accepts(controls.exit.rawValue), .exitReserved, UInt64(controls.exit.rawValue))
    try Rule.require(
      controls.pin.contains(.preemptionTimer) || !controls.exit.contains(.savePreemptionTimer), .timerSavedUnused,
      UInt64(controls.exit.rawValue))
    try Rule.require(isReachable(controls.exitMSRStore), .exitMSRStore, controls.exitMSRStore.address)
    try Rule.require(isReachable(controls.exitMSRLoad), .exitMSRLoad, controls.exitMSRLoad.address)
    let entry = controls.entry
    try Rule.require(capabilities.entry.accepts(entry.rawValue), .entryReserved, UInt64(entry.rawValue))
    try Rule.require(isReachable(controls.entryMSRLoad), .entryMSRLoad, controls.entryMSRLoad.address)
    try Rule.require(
      isInSMM || entry.isDisjoint(with: .entryToSMM.union(.deactivateDualMonitor)), .outsideSMM,
      UInt64(entry.rawValue))
    try Rule.require(
      !entry.contains(.entryToSMM.union(.deactivateDualMonitor)), .bothSMMControls, UInt64(entry.rawValue))
  }

  /// Whether a list of MSRs, if there is one, lies in the physical address space up to its last byte.
  private func isReachable(_ list: VMCSImage.MSRList) -> Bool {
    if list.count == 0 { return true }
    let last = list.address &+ UInt64(list.count) &* 16 &- 1
    return isReachable(list.address, alignment: 4) && capabilities.isPhysical(last)
  }

  /// 26.2.1.3: the event to inject.
  func checkInjectedEvent() throws(RuleViolation) {
    let controls = image.controls
    let event = controls.interruption
    if !event.isValid { return }
    let value = UInt64(event.rawValue)
    guard let kind = event.kind else { throw Rule.eventType.violation(value) }
    let canTrap = capabilities.primary.allowed & PrimaryControls.monitorTrapFlag.rawValue != 0
    try Rule.require(kind != .otherEvent || canTrap, .eventType, value)
    let isVectorValid =
      switch kind {
      case .nmi: event.vector == 2
      case .hardwareException: event.vector < 32
      case .otherEvent: event.vector == 0
      case .externalInterrupt, .softwareInterrupt, .privilegedSoftwareException, .softwareException: true
      }
    try Rule.require(isVectorValid, .eventVector, value)
    try Rule.require(event.hasErrorCode == takesErrorCode(event, kind), .eventErrorCode, value)
    try Rule.require(event.rawValue & InterruptionInformation.reservedForEntry == 0, .eventReserved, value)
    try Rule.require(
      !event.hasErrorCode || controls.errorCode >> 16 == 0, .eventErrorCodeValue, UInt64(controls.errorCode))
    if kind.isSoftware {
      let length = controls.instructionLength
      let isLengthValid = length <= 15 && (length > 0 || capabilities.miscellaneous.allowsZeroLength)
      try Rule.require(isLengthValid, .eventLength, UInt64(length))
    }
  }

  /// Whether an event has to push an error code. Where the processor leaves it open, it has to as far as it does.
  private func takesErrorCode(_ event: InterruptionInformation, _ kind: InterruptionKind) -> Bool {
    let isReal = isUnrestricted && image.guest.cr0 & 1 == 0
    guard kind == .hardwareException, !isReal else { return false }
    if capabilities.basic.allowsAnyErrorCode { return event.hasErrorCode }
    return switch event.vector {
    case 8, 10, 11, 12, 13, 14, 17: true
    default: false
    }
  }
}
