#if canImport(XenABI)
  import XenABI
#endif
#if canImport(Core)
  import Core
#endif

/// The VMCB of a new vCPU, and its registers as a whole.
extension SVMLayout {
  package static func prepare(_ vcpu: Handle<VCPU>) {
    let vmcb = vcpu.vmcb
    let domain = vcpu.object.domain
    let cpu = vcpu.object.cpu.svm
    _ = Handle<SVMVCPUState>(
      placing: SVMVCPUState(), at: vcpu.object.layoutState, in: domain.object.hypervisor.object.map)
    vcpu.object.layoutFlags = cpu.object.features.hasNextRIP ? SVMVCPUFlags.nextRIP : 0
    vcpu.object.layoutMask = cpu.object.features.hasCleanBits ? VMCBGroup.all.rawValue : 0
    vcpu.object.refreshPaging = { address in
      // The function is called with the address of the vCPU that holds it.
      SVMLayout.readPaging(unsafe Handle<VCPU>(UnsafeMutablePointer(bitPattern: address).unsafelyUnwrapped))
    }

    // Bits 0-15 intercept reads, 16-31 writes. CR8 is the emulated local APIC's task priority. Writes of CR4 are looked
    // at, since the processor would let the guest set what it is not offered; there is no mask that would choose among
    // them. The others stay the guest's, since nested paging has no say in them.
    vmcb.interceptControlRegisters = 1 << 8 | 1 << 24 | 1 << 20
    vmcb.interceptDebugRegisters = 0xFFFF_FFFF
    // A guest can keep the processor busy for ever with #DB or #AC in their own delivery; #MC is the hypervisor's.
    vmcb.interceptExceptions = 1 << 1 | 1 << 17 | 1 << 18
    vmcb.interceptInstructions = .all
    vmcb.ioPermissionMap =
      domain.object.isPrivileged
      ? cpu.object.maps.controlDomainPorts.rawValue : cpu.object.maps.allPorts.rawValue
    vmcb.msrPermissionMap = cpu.object.maps.registers.rawValue
    vmcb.virtualInterrupt = .masking
    vmcb.nestedControl = 1
    vmcb.nestedRoot = domain.object.p2m.root.address.rawValue

    vmcb.efer = 1 << 12
    vmcb.pageAttributeTable = 0x0007_0406_0007_0406
  }

  package static func readState(_ vcpu: Handle<VCPU>) -> HVMProcessorState {
    let vmcb = vcpu.vmcb
    readPointers(vcpu)
    var state = HVMProcessorState()
    state.general = vcpu.object.registers.saved
    state.control.cr0 = vmcb.cr0
    state.control.cr2 = vmcb.cr2
    state.control.cr3 = vmcb.cr3
    state.control.cr4 = vmcb.cr4
    state.control.dr0 = vcpu.svm.object.debug[0]
    state.control.dr1 = vcpu.svm.object.debug[1]
    state.control.dr2 = vcpu.svm.object.debug[2]
    state.control.dr3 = vcpu.svm.object.debug[3]
    state.control.dr6 = vmcb.dr6
    state.control.dr7 = vmcb.dr7
    var segment = 0
    while let name = HVMSegment(rawValue: segment) {
      let place = Self.place(of: name)
      state.segments[name] = HVMSegmentValue(
        selector: UInt32(vmcb.segmentSelector(place)), base: vmcb.segmentBase(place), limit: vmcb.segmentLimit(place),
        attributes: UInt32(vmcb.segmentAttributes(place) & 0xFFF))
      segment &+= 1
    }
    state.system = readSystemRegisters(vcpu)
    state.system.pendingEvent = UInt32(truncatingIfNeeded: vmcb.eventInjection)
    state.system.errorCode = UInt32(truncatingIfNeeded: vmcb.eventInjection >> 32)
    return state
  }

  package static func writeState(_ vcpu: Handle<VCPU>, _ state: HVMProcessorState) {
    let vmcb = vcpu.vmcb
    vcpu.object.registers.restore(state.general)
    writePointers(vcpu)
    vmcb.cr0 = state.control.cr0
    vmcb.cr2 = state.control.cr2
    vmcb.cr3 = state.control.cr3
    vmcb.cr4 = state.control.cr4
    vcpu.svm.object.debug[0] = state.control.dr0
    vcpu.svm.object.debug[1] = state.control.dr1
    vcpu.svm.object.debug[2] = state.control.dr2
    vcpu.svm.object.debug[3] = state.control.dr3
    vmcb.dr6 = state.control.dr6
    vmcb.dr7 = state.control.dr7
    var segment = 0
    while let name = HVMSegment(rawValue: segment) {
      let value = state.segments[name]
      vmcb.setSegment(
        Self.place(of: name), selector: UInt16(truncatingIfNeeded: value.selector),
        attributes: UInt16(truncatingIfNeeded: value.attributes), limit: value.limit, base: value.base)
      segment &+= 1
    }
    // The privilege level is that of the stack segment (AMD APM vol. 2 15.5.1), but 3 in virtual-8086 mode and 0 in real
    // mode.
    let isVirtual8086 = state.general.rflags & 1 << 17 != 0
    let isProtected = state.control.cr0 & 1 != 0
    let level = UInt8(truncatingIfNeeded: state.segments[.ss].attributes >> 5 & 3)
    vmcb.privilegeLevel = isVirtual8086 ? 3 : isProtected ? level : 0
    writeSystemRegisters(vcpu, state.system)
    vmcb.interruptShadow = 0
    vmcb.eventInjection = UInt64(state.system.pendingEvent) | UInt64(state.system.errorCode) << 32
    // The processor may hold copies of an earlier vCPU's block in the same frame.
    vmcb.cleanGroups = .neverKept
  }

  private static func writeSystemRegisters(_ vcpu: Handle<VCPU>, _ system: HVMSystemRegisters) {
    let vmcb = vcpu.vmcb
    vmcb.sysenterCS = system.sysenterCS
    vmcb.sysenterESP = system.sysenterESP
    vmcb.sysenterEIP = system.sysenterEIP
    vmcb.kernelGSBase = system.kernelGSBase
    vmcb.lstar = system.lstar
    vmcb.star = system.star
    vmcb.cstar = system.cstar
    vmcb.sfmask = system.sfmask
    vmcb.efer = system.efer | 1 << 12  // SVME, without which VMRUN enters no guest
    vcpu.svm.object.tscAux = system.tscAux
  }

  package static func checkState(_ vcpu: Handle<VCPU>) throws(RuleViolation) {
    var image = vcpu.vmcb.image
    // It gets an identifier when it is first entered.
    image.asid = max(image.asid, 1)
    try image.check(limits(vcpu))
  }

  private static func place(of segment: HVMSegment) -> VMCB.Segment {
    switch segment {
    case .cs: .cs
    case .ds: .ds
    case .es: .es
    case .fs: .fs
    case .gs: .gs
    case .ss: .ss
    case .tr: .tr
    case .ldtr: .ldtr
    case .idtr: .idtr
    case .gdtr: .gdtr
    }
  }
}
