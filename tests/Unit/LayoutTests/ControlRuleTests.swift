import Testing

@testable import Layouts

@Suite struct ControlRuleTests {
  @Test func eachRuleNamesItsField() {
    expectEach(executionRules + interruptRules + translationRules + exitAndEntryRules + eventRules)
  }

  private var outside: UInt64 { 1 << 46 }

  private var executionRules: [Breakage<ControlRule>] {
    let outside = self.outside
    return [
      Breakage(.pinReserved) { $0.controls.pin.insert(PinControls(rawValue: 1 << 8)) },
      Breakage(.pinReserved) { $0.controls.pin.subtract(PinControls(rawValue: 1 << 1)) },
      Breakage(.primaryReserved) { $0.controls.primary.subtract(PrimaryControls(rawValue: 1 << 1)) },
      Breakage(.secondaryReserved) { $0.controls.secondary.insert(SecondaryControls(rawValue: 1 << 21)) },
      Breakage(.cr3TargetCount) { $0.controls.cr3TargetCount = 5 },
      Breakage(.ioBitmapA) { $0.controls.ioBitmapA |= 0x800 },
      Breakage(.ioBitmapA) { $0.controls.ioBitmapA |= outside },
      Breakage(.ioBitmapB) { $0.controls.ioBitmapB |= 1 },
      Breakage(.msrBitmap) { $0.controls.msrBitmap |= outside },
      Breakage(.msrBitmap) {
        $0.capabilities.basic.rawValue |= 1 << 48
        $0.controls.ioBitmapA = 0x1000
        $0.controls.ioBitmapB = 0x2000
        $0.controls.msrBitmap = 1 << 32
      },
    ]
  }

  private var interruptRules: [Breakage<ControlRule>] {
    let outside = self.outside
    return [
      Breakage(.virtualAPICAddress) {
        $0.controls.primary.insert(.tprShadow)
        $0.controls.virtualAPICAddress = 0x1010
      },
      Breakage(.tprThreshold) {
        $0.controls.primary.insert(.tprShadow)
        $0.controls.tprThreshold = 0x10
      },
      Breakage(.virtualNMIs) { $0.controls.pin.subtract(.nmiExiting) },
      Breakage(.nmiWindow) {
        $0.controls.pin.subtract(.virtualNMIs)
        $0.controls.primary.insert(.nmiWindowExiting)
      },
      Breakage(.apicAccessAddress) {
        $0.controls.secondary.insert(.virtualizeAPICAccesses)
        $0.controls.apicAccessAddress = outside
      },
      Breakage(.tprShadowMissing) { $0.controls.secondary.insert(.apicRegisterVirtualization) },
      Breakage(.x2APICAndAPIC) {
        $0.controls.primary.insert(.tprShadow)
        $0.controls.secondary.formUnion(.virtualizeX2APIC.union(.virtualizeAPICAccesses))
      },
      Breakage(.deliveryWithoutExiting) {
        $0.controls.primary.insert(.tprShadow)
        $0.controls.secondary.insert(.virtualInterruptDelivery)
        $0.controls.pin.subtract(.externalInterruptExiting)
      },
      Breakage(.postedWithoutDelivery) { $0.controls.pin.insert(.postedInterrupts) },
      Breakage(.postedVector) {
        $0.postInterrupts()
        $0.controls.postedInterruptVector = 256
      },
      Breakage(.postedDescriptor) {
        $0.postInterrupts()
        $0.controls.postedInterruptDescriptor = 32
      },
    ]
  }

  private var translationRules: [Breakage<ControlRule>] {
    [
      Breakage(.vpid) { $0.controls.vpid = 0 },
      Breakage(.eptMemoryType) { $0.controls.eptPointer ^= 6 ^ 4 },
      Breakage(.eptMemoryType) {
        $0.controls.eptPointer &= ~7
        $0.capabilities.translation.subtract(.uncachedTables)
      },
      Breakage(.eptWalkLength) { $0.controls.eptPointer &= ~(7 << 3) },
      Breakage(.eptAccessedAndDirty) {
        $0.controls.eptPointer |= 1 << 6
        $0.capabilities.translation.subtract(.accessedAndDirty)
      },
      Breakage(.eptReserved) { $0.controls.eptPointer |= 1 << 8 },
      Breakage(.eptReserved) { $0.controls.eptPointer |= 1 << 46 },
      Breakage(.logWithoutEPT) {
        $0.controls.secondary.subtract(.ept)
        $0.controls.secondary.insert(.pageModificationLog)
      },
      Breakage(.pmlAddress) {
        $0.controls.secondary.insert(.pageModificationLog)
        $0.controls.pmlAddress = 8
      },
      Breakage(.eptMissing) { $0.controls.secondary.subtract(.ept) },
      Breakage(.vmFunctions) {
        $0.controls.secondary.insert(.vmFunctions)
        $0.controls.vmFunctionControls = 2
      },
      Breakage(.eptpSwitching) {
        $0.restrict()
        $0.controls.secondary.subtract(.ept)
        $0.controls.secondary.insert(.vmFunctions)
        $0.controls.vmFunctionControls = 1
      },
      Breakage(.eptpListAddress) {
        $0.controls.secondary.insert(.vmFunctions)
        $0.controls.vmFunctionControls = 1
        $0.controls.eptpListAddress = 4
      },
      Breakage(.vmreadBitmap) {
        $0.controls.secondary.insert(.vmcsShadowing)
        $0.controls.vmreadBitmap = 4
      },
      Breakage(.vmwriteBitmap) {
        $0.controls.secondary.insert(.vmcsShadowing)
        $0.controls.vmwriteBitmap = 4
      },
      Breakage(.virtualizationException) {
        $0.controls.secondary.insert(.eptViolationException)
        $0.controls.virtualizationExceptionAddress = 4
      },
      Breakage(.tscMultiplier) { $0.controls.secondary.insert(.tscScaling) },
    ]
  }

  private var exitAndEntryRules: [Breakage<ControlRule>] {
    let last = (outside - 0x10)
    return [
      Breakage(.exitReserved) { $0.controls.exit.subtract(ExitControls(rawValue: 1)) },
      Breakage(.timerSavedUnused) {
        $0.controls.pin.subtract(.preemptionTimer)
        $0.controls.exit.insert(.savePreemptionTimer)
      },
      Breakage(.exitMSRStore) { $0.controls.exitMSRStore = VMCSImage.MSRList(count: 1, address: 8) },
      Breakage(.exitMSRLoad) { $0.controls.exitMSRLoad = VMCSImage.MSRList(count: 2, address: last) },
      Breakage(.entryReserved) { $0.controls.entry.insert(EntryControls(rawValue: 1 << 24)) },
      Breakage(.entryMSRLoad) { $0.controls.entryMSRLoad = VMCSImage.MSRList(count: 1, address: 1 << 46) },
      Breakage(.outsideSMM) { $0.controls.entry.insert(.entryToSMM) },
      Breakage(.bothSMMControls) {
        $0.isInSMM = true
        $0.controls.entry.formUnion(.entryToSMM.union(.deactivateDualMonitor))
      },
    ]
  }

  private var eventRules: [Breakage<ControlRule>] {
    [
      Breakage(.eventType) { $0.controls.interruption = InterruptionInformation(rawValue: 1 << 31 | 1 << 8) },
      Breakage(.eventType) {
        $0.inject(.otherEvent, 0)
        $0.capabilities.primary.allowed &= ~PrimaryControls.monitorTrapFlag.rawValue
      },
      Breakage(.eventVector) { $0.inject(.nmi, 3) },
      Breakage(.eventVector) { $0.inject(.hardwareException, 32) },
      Breakage(.eventVector) { $0.inject(.otherEvent, 1) },
      Breakage(.eventErrorCode) { $0.inject(.hardwareException, 14) },
      Breakage(.eventErrorCode) { $0.inject(.hardwareException, 6, errorCode: true) },
      Breakage(.eventErrorCode) { $0.inject(.externalInterrupt, 14, errorCode: true) },
      Breakage(.eventErrorCode) {
        // An exception in real mode pushes none.
        $0.inject(.hardwareException, 13, errorCode: true)
        $0.guest.cr0 = 0x20
      },
      Breakage(.eventReserved) {
        $0.inject(.hardwareException, 6)
        $0.controls.interruption.rawValue |= 1 << 12
      },
      Breakage(.eventErrorCodeValue) {
        $0.inject(.hardwareException, 13, errorCode: true)
        $0.controls.errorCode = 1 << 16
      },
      Breakage(.eventLength) {
        $0.inject(.softwareInterrupt, 0x80)
        $0.controls.instructionLength = 16
      },
      Breakage(.eventLength) {
        $0.inject(.softwareException, 3)
        $0.controls.instructionLength = 0
      },
    ]
  }
}

extension VMEntryCase {
  fileprivate mutating func postInterrupts() {
    controls.pin.insert(.postedInterrupts)
    controls.primary.insert(.tprShadow)
    controls.secondary.insert(.virtualInterruptDelivery)
    controls.exit.insert(.acknowledgeInterrupt)
  }
}
