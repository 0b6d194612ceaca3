#if canImport(XenABI)
  import XenABI
#endif
#if canImport(Core)
  import Core
#endif

/// A vCPU's registers as a whole: to and from its VMCS, and what is kept beside it.
extension VMXLayout {
  package static func readState(_ vcpu: Handle<VCPU>) -> HVMProcessorState {
    let vmcs = vcpu.vmcs
    let kept = vcpu.vmx
    readPointers(vcpu)
    var state = HVMProcessorState()
    state.general = vcpu.object.registers.saved
    state.system = readSystemRegisters(vcpu)
    state.system.pendingEvent = vmcs.injected.rawValue
    state.system.errorCode = vmcs[.entryErrorCode]
    state.control.cr0 = visibleCR0(vmcs).rawValue
    state.control.cr2 = kept.object.unswitched.cr2
    state.control.cr3 = vmcs[.guestCR3]
    state.control.cr4 = visibleCR4(vmcs).rawValue
    state.control.dr0 = kept.object.debug[0]
    state.control.dr1 = kept.object.debug[1]
    state.control.dr2 = kept.object.debug[2]
    state.control.dr3 = kept.object.debug[3]
    state.control.dr6 = kept.object.debugStatus
    state.control.dr7 = vmcs[.guestDR7]
    state.segments = readSegments(vmcs)
    return state
  }

  static func readSegments(_ vmcs: CurrentVMCS) -> HVMSegmentRegisters {
    var segments = HVMSegmentRegisters()
    var index = 0
    while let name = HVMSegment(rawValue: index), let number = number(of: name) {
      let rights = vmcs[VMCSField<UInt32>.guestAccessRights(number)]
      // An unusable one is not present.
      let attributes = rights & 0xFF | rights >> 4 & 0xF00
      segments[name] = HVMSegmentValue(
        selector: UInt32(vmcs[VMCSField<UInt16>.guestSelector(number)]),
        base: vmcs[VMCSField<UInt64>.guestBase(number)], limit: vmcs[VMCSField<UInt32>.guestLimit(number)],
        attributes: rights & unusable != 0 ? attributes & ~present : attributes)
      index &+= 1
    }
    segments[.gdtr] = HVMSegmentValue(base: vmcs[.guestGDTRBase], limit: vmcs[.guestGDTRLimit])
    segments[.idtr] = HVMSegmentValue(base: vmcs[.guestIDTRBase], limit: vmcs[.guestIDTRLimit])
    return segments
  }

  /// Writes the segment registers; the descriptor tables are left.
  static func writeSegments(_ vmcs: CurrentVMCS, _ segments: HVMSegmentRegisters) {
    var index = 0
    while let name = HVMSegment(rawValue: index), let number = number(of: name) {
      let value = segments[name]
      vmcs[VMCSField<UInt16>.guestSelector(number)] = UInt16(truncatingIfNeeded: value.selector)
      vmcs[VMCSField<UInt64>.guestBase(number)] = value.base
      vmcs[VMCSField<UInt32>.guestLimit(number)] = value.limit
      let rights = value.attributes & 0xFF | (value.attributes & 0xF00) << 4
      vmcs[VMCSField<UInt32>.guestAccessRights(number)] = rights & present != 0 ? rights : rights | unusable
      index &+= 1
    }
  }

  package static func writeState(_ vcpu: Handle<VCPU>, _ state: HVMProcessorState) {
    let vmcs = vcpu.vmcs
    vcpu.object.registers.restore(state.general)
    writePointers(vcpu)
    writeControlRegisters(vcpu, state.control)
    writeSegments(vmcs, state.segments)
    vmcs[.guestGDTRBase] = state.segments[.gdtr].base
    vmcs[.guestGDTRLimit] = state.segments[.gdtr].limit
    vmcs[.guestIDTRBase] = state.segments[.idtr].base
    vmcs[.guestIDTRLimit] = state.segments[.idtr].limit
    writeSystemRegisters(vcpu, state.system)
    vmcs[.guestPendingDebug] = 0
    vmcs[.guestActivity] = ActivityState.active.rawValue
    vmcs[.guestInterruptibility] = 0
    vmcs.injected = InterruptionInformation(rawValue: state.system.pendingEvent)
    vmcs[.entryErrorCode] = state.system.errorCode
    vmcs[.entryInstructionLength] = 0
    flushLinear(vcpu)
  }

  private static func writeControlRegisters(_ vcpu: Handle<VCPU>, _ control: HVMControlRegisters) {
    let vmcs = vcpu.vmcs
    let kept = vcpu.vmx
    let capabilities = vcpu.object.cpu.vmx.object.capabilities
    let free = ControlRegister0.protectionEnable.union(.paging).rawValue
    vmcs[.cr0Shadow] = control.cr0
    vmcs[.guestCR0] = control.cr0 & ~ownedCR0 | capabilities.cr0.one & ~free
    setCR4(vcpu, ControlRegister4(rawValue: control.cr4))
    vmcs[.guestCR3] = control.cr3
    vmcs[.guestDR7] = control.dr7
    kept.object.unswitched.cr2 = control.cr2
    kept.object.debug[0] = control.dr0
    kept.object.debug[1] = control.dr1
    kept.object.debug[2] = control.dr2
    kept.object.debug[3] = control.dr3
    kept.object.debugStatus = control.dr6
  }

  private static func writeSystemRegisters(_ vcpu: Handle<VCPU>, _ system: HVMSystemRegisters) {
    let vmcs = vcpu.vmcs
    let kept = vcpu.vmx
    vmcs[.guestSysenterCS] = UInt32(truncatingIfNeeded: system.sysenterCS)
    vmcs[.guestSysenterESP] = system.sysenterESP
    vmcs[.guestSysenterEIP] = system.sysenterEIP
    kept.object.unswitched.kernelGSBase = system.kernelGSBase
    kept.object.unswitched.lstar = system.lstar
    kept.object.unswitched.star = system.star
    kept.object.unswitched.cstar = system.cstar
    kept.object.unswitched.sfmask = system.sfmask
    kept.object.unswitched.tscAux = system.tscAux
    vmcs[.guestEFER] = system.efer
    let isActive = ExtendedFeatures(rawValue: system.efer).contains(.longModeActive)
    vmcs.entry = isActive ? vmcs.entry.union(.ia32eModeGuest) : vmcs.entry.subtracting(.ia32eModeGuest)
  }

  package static func checkState(_ vcpu: Handle<VCPU>) throws(RuleViolation) {
    let vmcs = vcpu.vmcs
    let cr4 = ControlRegister4(rawValue: vmcs[.guestCR4])
    let efer = ExtendedFeatures(rawValue: vmcs[.guestEFER])
    let isPaged = ControlRegister0(rawValue: vmcs[.guestCR0]).contains(.paging)
    if isPaged, cr4.contains(.physicalAddressExtension), !efer.contains(.longModeActive) {
      guard loadPageDirectoryPointers(vcpu) else { throw GuestStateRule.pdpte0.violation(vmcs[.guestCR3]) }
    }
    let checker = VMEntryChecker(image(vcpu), capabilities: vcpu.object.cpu.vmx.object.capabilities)
    try checker.checkGuestState()
    try checker.checkInjectedEvent()
  }

  /// Bit 16 of the access rights: the register holds no segment.
  private static var unusable: UInt32 { 1 << 16 }
  private static var present: UInt32 { 1 << 7 }

  /// A segment's number in the order of the VMCS's fields (Intel SDM vol. 3 appendix B); nil for descriptor tables.
  private static func number(of segment: HVMSegment) -> UInt32? {
    switch segment {
    case .es: 0
    case .cs: 1
    case .ss: 2
    case .ds: 3
    case .fs: 4
    case .gs: 5
    case .ldtr: 6
    case .tr: 7
    case .idtr, .gdtr: nil
    }
  }
}
