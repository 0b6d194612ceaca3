/// Checks on the guest-state area but its segments (Intel SDM vol. 3 26.3.1.1, 26.3.1.3 to 26.3.1.6): a violation
/// makes an entry end at once, with exit reason 33.
extension VMEntryChecker {
  private typealias Rule = GuestStateRule

  /// 26.3.1.1: control registers, debug registers and MSRs.
  func checkControlRegisters() throws(RuleViolation) {
    let guest = image.guest
    let entry = image.controls.entry
    let protection: UInt64 = 1 << 0
    let paging: UInt64 = 1 << 31
    // CD and NW are not checked; nor are PE and PG where the guest may do without them.
    let free = 1 << 29 | 1 << 30 | (isUnrestricted ? protection | paging : 0)
    try Rule.require(capabilities.cr0.accept(guest.cr0, except: free), .cr0, guest.cr0)
    let isPaged = guest.cr0 & paging != 0
    try Rule.require(!isPaged || guest.cr0 & protection != 0, .cr0Paging, guest.cr0)
    try Rule.require(capabilities.cr4.accept(guest.cr4), .cr4, guest.cr4)
    try Rule.require(guest.cr4 & 1 << 23 == 0 || guest.cr0 & 1 << 16 != 0, .cr4CET, guest.cr4)
    if entry.contains(.loadDebugControls) {
      // LBR, BTF, BLD, TR, BTS, BTINT, BTS_OFF_OS/USR, FREEZE_*, UNCORE_PMI, FREEZE_WHILE_SMM, RTM.
      try Rule.require(guest.debugControl & ~0xFFC7 == 0, .debugControl, guest.debugControl)
    }
    if isLongMode {
      try Rule.require(isPaged, .longModePaging, guest.cr0)
      try Rule.require(guest.cr4 & 1 << 5 != 0, .longModePAE, guest.cr4)
    } else {
      try Rule.require(guest.cr4 & 1 << 17 == 0, .cr4PCID, guest.cr4)
    }
    try Rule.require(guest.cr3 >> UInt64(capabilities.physicalAddressBits) == 0, .cr3, guest.cr3)
    if entry.contains(.loadDebugControls) { try Rule.require(guest.dr7 >> 32 == 0, .dr7, guest.dr7) }
    try Rule.require(capabilities.isCanonical(guest.sysenterESP), .sysenterESP, guest.sysenterESP)
    try Rule.require(capabilities.isCanonical(guest.sysenterEIP), .sysenterEIP, guest.sysenterEIP)
    if entry.contains(.loadPAT) { try Rule.require(Self.isValidPAT(guest.pat), .pat, guest.pat) }
    if entry.contains(.loadEFER) {
      let efer = guest.efer
      try Rule.require(efer & ~Self.definedEFER == 0, .efer, efer)
      let isActive = efer & 1 << 10 != 0
      try Rule.require(isActive == isLongMode, .eferActive, efer)
      try Rule.require(!isPaged || isActive == (efer & 1 << 8 != 0), .eferEnable, efer)
    }
    if entry.contains(.loadBoundConfiguration) {
      let value = guest.boundConfiguration
      try Rule.require(
        value & 0xFFC == 0 && capabilities.isCanonical(value & ~0xFFF), .boundConfiguration, value)
    }
  }

  /// 26.3.1.3: GDTR and IDTR.
  func checkDescriptorTables() throws(RuleViolation) {
    let guest = image.guest
    try Rule.require(capabilities.isCanonical(guest.gdtrBase), .gdtrBase, guest.gdtrBase)
    try Rule.require(capabilities.isCanonical(guest.idtrBase), .idtrBase, guest.idtrBase)
    try Rule.require(guest.gdtrLimit >> 16 == 0, .gdtrLimit, UInt64(guest.gdtrLimit))
    try Rule.require(guest.idtrLimit >> 16 == 0, .idtrLimit, UInt64(guest.idtrLimit))
  }

  /// 26.3.1.4: RIP and RFLAGS.
  func checkInstructionPointer() throws(RuleViolation) {
    let guest = image.guest
    if isLongMode, guest.cs.rights.isLong {
      // The bits above the linear-address width have to be equal, but not equal to the bit below them.
      let high = Int64(bitPattern: guest.rip) >> Int64(capabilities.linearAddressBits)
      try Rule.require(high == 0 || high == -1, .ripCanonical, guest.rip)
    } else {
      try Rule.require(guest.rip >> 32 == 0, .rip32, guest.rip)
    }
    let flags = guest.rflags
    try Rule.require(flags & 0xFFFF_FFFF_FFC0_802A == 2, .rflagsReserved, flags)
    let isProtected = guest.cr0 & 1 != 0
    try Rule.require(!guest.isVirtual8086 || (!isLongMode && isProtected), .rflagsVM, flags)
    let event = image.controls.interruption
    let isInterrupted = event.isValid && event.kind == .externalInterrupt
    try Rule.require(!isInterrupted || flags & 1 << 9 != 0, .rflagsIF, flags)
  }

  /// 26.3.1.5: activity, interruptibility, pending debug exceptions, link pointer.
  func checkNonRegisterState() throws(RuleViolation) {
    let guest = image.guest
    try checkActivity()
    try checkInterruptibility()
    try checkPendingDebug()
    let link = guest.linkPointer
    try Rule.require(link == .max || isReachable(link, alignment: 12), .linkPointer, link)
  }

  private func checkActivity() throws(RuleViolation) {
    let guest = image.guest
    let value = UInt64(guest.activity)
    guard let activity = ActivityState(rawValue: guest.activity), capabilities.miscellaneous.supports(activity) else {
      throw Rule.activity.violation(value)
    }
    try Rule.require(activity != .halted || guest.ss.rights.privilegeLevel == 0, .activityHalted, value)
    try Rule.require(
      activity == .active || guest.interruptibility.isDisjoint(with: .instructionShadow), .activityShadow, value)
    let event = image.controls.interruption
    if event.isValid { try Rule.require(Self.wakes(event, activity), .activityEvent, value) }
    try Rule.require(
      activity != .waitForSIPI || !image.controls.entry.contains(.entryToSMM), .activitySMM, value)
  }

  /// Whether an event may be injected into a processor in the given state.
  private static func wakes(_ event: InterruptionInformation, _ activity: ActivityState) -> Bool {
    let isMachineCheck = event.kind == .hardwareException && event.vector == 18
    switch activity {
    case .active: return true
    case .halted:
      let isDebug = event.kind == .hardwareException && event.vector == 1
      return event.kind == .externalInterrupt || event.kind == .nmi || event.kind == .otherEvent
        || isDebug || isMachineCheck
    case .shutdown: return event.kind == .nmi || isMachineCheck
    case .waitForSIPI: return false
    }
  }

  private func checkInterruptibility() throws(RuleViolation) {
    let guest = image.guest
    let state = guest.interruptibility
    let value = UInt64(state.rawValue)
    try Rule.require(state.rawValue & ~Interruptibility.defined == 0, .interruptibilityReserved, value)
    try Rule.require(!state.contains(.instructionShadow), .interruptibilityBoth, value)
    try Rule.require(!state.contains(.blockingBySTI) || guest.rflags & 1 << 9 != 0, .interruptibilitySTI, value)
    let event = image.controls.interruption
    if event.isValid, event.kind == .externalInterrupt {
      try Rule.require(state.isDisjoint(with: .instructionShadow), .interruptibilityInterrupt, value)
    }
    let injectsNMI = event.isValid && event.kind == .nmi
    try Rule.require(!injectsNMI || !state.contains(.blockingByMoveSS), .interruptibilityNMI, value)
    let isToSMM = image.controls.entry.contains(.entryToSMM)
    try Rule.require(isInSMM || !state.contains(.blockingBySMI), .interruptibilitySMI, value)
    try Rule.require(!isToSMM || state.contains(.blockingBySMI), .interruptibilityToSMM, value)
    let blocks = image.controls.pin.contains(.virtualNMIs) && state.contains(.blockingByNMI)
    try Rule.require(!injectsNMI || !blocks, .interruptibilityVirtualNMI, value)
    try Rule.require(
      !state.contains(.enclaveInterruption.union(.blockingByMoveSS)), .interruptibilityEnclave, value)
  }

  private func checkPendingDebug() throws(RuleViolation) {
    let guest = image.guest
    let pending = guest.pendingDebug
    // B0-B3, BLD, enabled breakpoint, BS, RTM.
    try Rule.require(pending & ~0x1_580F == 0, .pendingDebugReserved, pending)
    let isShadowed = !guest.interruptibility.isDisjoint(with: .instructionShadow)
    if isShadowed || guest.activity == ActivityState.halted.rawValue {
      let steps = guest.rflags & 1 << 8 != 0 && guest.debugControl & 1 << 1 == 0
      try Rule.require(steps == (pending & 1 << 14 != 0), .pendingDebugStep, pending)
    }
    if pending & 1 << 16 != 0 {
      let isAlone = pending & 0xFFF == 0 && pending & 1 << 14 == 0 && pending & 1 << 12 != 0
      try Rule.require(
        isAlone && !guest.interruptibility.contains(.blockingByMoveSS), .pendingDebugRTM, pending)
    }
  }

  /// 26.3.1.6: the four entries that PAE paging caches. Present ones obey their format.
  func checkPageDirectoryPointers() throws(RuleViolation) {
    let guest = image.guest
    let isPAE = guest.cr0 & 1 << 31 != 0 && guest.cr4 & 1 << 5 != 0 && !isLongMode
    guard isPAE, image.controls.effectiveSecondary.contains(.ept) else { return }
    try Rule.require(isValidPDPTE(guest.pdpte0), .pdpte0, guest.pdpte0)
    try Rule.require(isValidPDPTE(guest.pdpte1), .pdpte1, guest.pdpte1)
    try Rule.require(isValidPDPTE(guest.pdpte2), .pdpte2, guest.pdpte2)
    try Rule.require(isValidPDPTE(guest.pdpte3), .pdpte3, guest.pdpte3)
  }

  private func isValidPDPTE(_ entry: UInt64) -> Bool {
    entry & 1 == 0 || (entry & 0x1E6 == 0 && entry >> UInt64(capabilities.physicalAddressBits) == 0)
  }
}
