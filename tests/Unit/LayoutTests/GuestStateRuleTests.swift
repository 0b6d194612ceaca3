import Testing

@testable import Layouts

@Suite struct GuestStateRuleTests {
  @Test func eachRuleNamesItsField() {
    expectEach(registerRules + pointerRules + activityRules + interruptibilityRules + otherRules)
  }

  private var registerRules: [Breakage<GuestStateRule>] {
    let crooked: UInt64 = 1 << 47
    return [
      Breakage(.cr0) { $0.guest.cr0 &= ~(1 << 5) },
      Breakage(.cr0) { $0.guest.cr0 |= 1 << 32 },
      Breakage(.cr0Paging) { $0.guest.cr0 &= ~1 },
      Breakage(.cr4) { $0.guest.cr4 |= 1 << 24 },
      Breakage(.cr4) { $0.guest.cr4 &= ~(1 << 13) },
      Breakage(.cr4CET) {
        $0.guest.cr4 |= 1 << 23
        $0.guest.cr0 &= ~(1 << 16)
      },
      Breakage(.debugControl) { $0.guest.debugControl = 1 << 3 },
      Breakage(.longModePaging) { $0.guest.cr0 &= ~(1 << 31) },
      Breakage(.longModePAE) { $0.guest.cr4 &= ~(1 << 5) },
      Breakage(.cr4PCID) {
        $0.leaveLongMode(pae: true)
        $0.guest.cr4 |= 1 << 17
      },
      Breakage(.cr3) { $0.guest.cr3 |= 1 << 46 },
      Breakage(.dr7) { $0.guest.dr7 |= 1 << 32 },
      Breakage(.sysenterESP) { $0.guest.sysenterESP = crooked },
      Breakage(.sysenterEIP) { $0.guest.sysenterEIP = crooked },
      Breakage(.pat) { $0.guest.pat = 3 << 8 },
      Breakage(.efer) { $0.guest.efer |= 1 << 12 },
      Breakage(.eferActive) { $0.guest.efer &= ~(1 << 10) },
      Breakage(.eferEnable) { $0.guest.efer &= ~(1 << 8) },
      Breakage(.boundConfiguration) {
        $0.controls.entry.insert(.loadBoundConfiguration)
        $0.guest.boundConfiguration = 4
      },
    ]
  }

  private var pointerRules: [Breakage<GuestStateRule>] {
    let crooked: UInt64 = 1 << 47
    return [
      Breakage(.gdtrBase) { $0.guest.gdtrBase = crooked },
      Breakage(.idtrBase) { $0.guest.idtrBase = crooked },
      Breakage(.gdtrLimit) { $0.guest.gdtrLimit = 0x10000 },
      Breakage(.idtrLimit) { $0.guest.idtrLimit = 0x10000 },
      Breakage(.ripCanonical) { $0.guest.rip = 1 << 48 },
      Breakage(.rip32) {
        $0.leaveLongMode()
        $0.guest.rip = 1 << 32
      },
      Breakage(.rip32) {
        // Compatibility mode.
        $0.guest.cs.rights = SegmentAccessRights(rawValue: 0xC09B)
        $0.guest.rip = 1 << 32
      },
      Breakage(.rflagsReserved) { $0.guest.rflags &= ~2 },
      Breakage(.rflagsReserved) { $0.guest.rflags |= 1 << 22 },
      Breakage(.rflagsVM) {
        $0.enterVirtual8086()
        $0.guest.cr0 = 0x20
      },
      Breakage(.rflagsIF) {
        $0.inject(.externalInterrupt, 0x20)
        $0.guest.rflags &= ~(1 << 9)
      },
    ]
  }

  private var activityRules: [Breakage<GuestStateRule>] {
    [
      Breakage(.activity) { $0.guest.activity = 4 },
      Breakage(.activity) {
        $0.guest.activity = 1
        $0.capabilities.miscellaneous.rawValue &= ~(1 << 6)
      },
      Breakage(.activityHalted) {
        $0.guest.activity = 1
        $0.guest.cs.rights.rawValue |= 0x60
        $0.guest.ss.rights.rawValue |= 0x60
      },
      Breakage(.activityShadow) {
        $0.guest.activity = 1
        $0.guest.interruptibility = .blockingByMoveSS
      },
      Breakage(.activityEvent) {
        $0.guest.activity = ActivityState.shutdown.rawValue
        $0.inject(.hardwareException, 6)
      },
      Breakage(.activityEvent) {
        $0.guest.activity = ActivityState.halted.rawValue
        $0.inject(.hardwareException, 6)
      },
      Breakage(.activityEvent) {
        $0.guest.activity = ActivityState.waitForSIPI.rawValue
        $0.inject(.nmi, 2)
      },
      Breakage(.activitySMM) {
        $0.isInSMM = true
        $0.controls.entry.insert(.entryToSMM)
        $0.guest.activity = ActivityState.waitForSIPI.rawValue
      },
    ]
  }

  private var interruptibilityRules: [Breakage<GuestStateRule>] {
    [
      Breakage(.interruptibilityReserved) { $0.guest.interruptibility = Interruptibility(rawValue: 1 << 5) },
      Breakage(.interruptibilityBoth) { $0.guest.interruptibility = .instructionShadow },
      Breakage(.interruptibilitySTI) {
        $0.guest.interruptibility = .blockingBySTI
        $0.guest.rflags &= ~(1 << 9)
      },
      Breakage(.interruptibilityInterrupt) {
        $0.inject(.externalInterrupt, 0x20)
        $0.guest.interruptibility = .blockingByMoveSS
        $0.guest.rflags |= 1 << 9
      },
      Breakage(.interruptibilityNMI) {
        $0.inject(.nmi, 2)
        $0.guest.interruptibility = .blockingByMoveSS
      },
      Breakage(.interruptibilitySMI) { $0.guest.interruptibility = .blockingBySMI },
      Breakage(.interruptibilityToSMM) {
        $0.isInSMM = true
        $0.controls.entry.insert(.entryToSMM)
      },
      Breakage(.interruptibilityVirtualNMI) {
        $0.inject(.nmi, 2)
        $0.guest.interruptibility = .blockingByNMI
      },
      Breakage(.interruptibilityEnclave) {
        $0.guest.interruptibility = .enclaveInterruption.union(.blockingByMoveSS)
      },
    ]
  }

  private var otherRules: [Breakage<GuestStateRule>] {
    [
      Breakage(.pendingDebugReserved) { $0.guest.pendingDebug = 1 << 4 },
      Breakage(.pendingDebugStep) {
        $0.guest.interruptibility = .blockingByMoveSS
        $0.guest.rflags |= 1 << 8
      },
      Breakage(.pendingDebugStep) {
        $0.guest.activity = 1
        $0.guest.interruptibility = Interruptibility()
        $0.guest.pendingDebug = 1 << 14
      },
      Breakage(.pendingDebugRTM) { $0.guest.pendingDebug = 1 << 16 },
      Breakage(.linkPointer) { $0.guest.linkPointer = 0x1001 },
      Breakage(.pdpte0) {
        $0.leaveLongMode(pae: true)
        $0.guest.pdpte0 = 3
      },
      Breakage(.pdpte1) {
        $0.leaveLongMode(pae: true)
        $0.guest.pdpte1 = 0x21
      },
      Breakage(.pdpte2) {
        $0.leaveLongMode(pae: true)
        $0.guest.pdpte2 = 0x101
      },
      Breakage(.pdpte3) {
        $0.leaveLongMode(pae: true)
        $0.guest.pdpte3 = 1 << 46 | 1
      },
    ]
  }
}
