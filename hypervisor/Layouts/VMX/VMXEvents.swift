#if canImport(XenABI)
  import XenABI
#endif
#if canImport(CMachine)
  import CMachine
#endif
#if canImport(Core)
  import Core
#endif

/// Delivery of events (Intel SDM vol. 3 26.6).
extension VMXLayout {
  @inline(__always)
  package static func interruptsEnabled(_ vcpu: Handle<VCPU>) -> Bool { vcpu.vmcs[.guestRFLAGS] >> 9 & 1 != 0 }

  @inline(__always)
  package static func canTakeInterrupt(_ vcpu: Handle<VCPU>) -> Bool {
    let vmcs = vcpu.vmcs
    return vmcs[.guestRFLAGS] >> 9 & 1 != 0 && vmcs.interruptibility.isDisjoint(with: .instructionShadow)
      && !vmcs.injected.isValid
  }

  @inline(__always)
  package static func injectInterrupt(_ vcpu: Handle<VCPU>, vector: UInt8) {
    vcpu.vmcs.injected = InterruptionInformation(.externalInterrupt, vector: vector)
  }

  package static func injectException(_ vcpu: Handle<VCPU>, _ exception: PendingException) -> Bool {
    let vmcs = vcpu.vmcs
    if vmcs.injected.isValid { return false }
    guard exception.isPending else { return injectNMI(vmcs) }
    // In real mode no exception pushes an error code (26.2.1.3).
    let hasErrorCode = exception.hasErrorCode && vmcs[.guestCR0] & ControlRegister0.protectionEnable.rawValue != 0
    if hasErrorCode { vmcs[.entryErrorCode] = exception.errorCode & 0xFFFF }
    // INT1 is the one exception whose handler is called as from behind the instruction (26.5.1).
    let isTrap = exception.instructionLength > 0
    if isTrap { vmcs[.entryInstructionLength] = UInt32(exception.instructionLength) }
    vmcs.injected = InterruptionInformation(
      isTrap ? .privilegedSoftwareException : .hardwareException, vector: exception.vector, hasErrorCode: hasErrorCode)
    if exception.vector == 14 {
      vcpu.vmx.object.unswitched.cr2 = exception.address
      if vcpu.vmx.object.isLive { apus_write_cr2(exception.address) }
    }
    return true
  }

  /// An NMI waits for the end of the one before, and of a shadow: the window says when.
  private static func injectNMI(_ vmcs: CurrentVMCS) -> Bool {
    let blocking = Interruptibility.blockingByNMI.union(.instructionShadow)
    guard vmcs.interruptibility.isDisjoint(with: blocking) else {
      vmcs.primary = vmcs.primary.union(.nmiWindowExiting)
      return false
    }
    vmcs.injected = InterruptionInformation(.nmi, vector: 2)
    return true
  }

  package static func requestInterruptWindow(_ vcpu: Handle<VCPU>, _ wanted: Bool) {
    let vmcs = vcpu.vmcs
    let others = vmcs.primary.subtracting(.interruptWindowExiting)
    vmcs.primary = wanted ? others.union(.interruptWindowExiting) : others
  }

  /// Gives back what the exit interrupted the delivery of (27.2.4): it is delivered at the next entry.
  ///
  /// A software event is not: the instruction that raised it executes again.
  @inline(never)
  static func redeliver(_ vcpu: Handle<VCPU>, _ event: InterruptionInformation) {
    let vmcs = vcpu.vmcs
    // What an entry injects is delivered before the host's interrupts are looked at, and this delivery may never end.
    vcpu.object.cpu.object.mustLetInterruptsIn = true
    guard let kind = event.kind, !kind.isSoftware else { return }
    if kind == .nmi { vmcs.interruptibility = vmcs.interruptibility.subtracting(.blockingByNMI) }
    if event.hasErrorCode { vmcs[.entryErrorCode] = vmcs[.vectoringErrorCode] }
    vmcs.injected = InterruptionInformation(kind, vector: event.vector, hasErrorCode: event.hasErrorCode)
  }

  package static func interruptedEvent(_ vcpu: Handle<VCPU>) -> InterruptedEvent? {
    let event = InterruptionInformation(rawValue: vcpu.vmcs[.vectoringInformation])
    return event.isValid ? InterruptedEvent(vector: event.vector, isException: event.kind == .hardwareException) : nil
  }

  package static func dropEvent(_ vcpu: Handle<VCPU>) { vcpu.vmcs.injected = .none }
}
