#if canImport(XenABI)
  import XenABI
#endif
#if canImport(Machine)
  import Machine
#endif
#if canImport(CMachine)
  import CMachine
#endif
#if canImport(Core)
  import Core
#endif

/// The pvh layout on VT-x: the hypervisor is in VMX root operation, the guest runs in non-root ring 0 and 3 under
/// extended page tables.
package enum VMXLayout: Layout {
  package static var kind: RingLayout { .vmx }

  // MARK: Pointers and paging

  @inline(__always)
  package static func readPointers(_ vcpu: Handle<VCPU>) {
    let vmcs = vcpu.vmcs
    vcpu.object.registers.rip = vmcs[.guestRIP]
    vcpu.object.registers.rsp = vmcs[.guestRSP]
    vcpu.object.registers.rflags = vmcs[.guestRFLAGS]
  }

  @inline(__always)
  package static func writePointers(_ vcpu: Handle<VCPU>) {
    let vmcs = vcpu.vmcs
    vmcs[.guestRIP] = vcpu.object.registers.rip
    vmcs[.guestRSP] = vcpu.object.registers.rsp
    vmcs[.guestRFLAGS] = vcpu.object.registers.rflags
  }

  @inline(__always)
  package static func readPaging(_ vcpu: Handle<VCPU>) {
    let vmcs = vcpu.vmcs
    let stack = SegmentAccessRights(rawValue: vmcs[.guestSSAccessRights])
    vcpu.object.pagingIsCurrent = true
    vcpu.object.storedPaging = PagingState(
      cr0: visibleCR0(vmcs), cr3: vmcs[.guestCR3], cr4: visibleCR4(vmcs),
      efer: ExtendedFeatures(rawValue: vmcs[.guestEFER]),
      privilegeLevel: UInt8(truncatingIfNeeded: stack.privilegeLevel),
      alignmentCheck: vmcs[.guestRFLAGS] >> 18 & 1 != 0)
  }

  @inline(__always)
  package static func privilegeLevel(_ vcpu: Handle<VCPU>) -> UInt8 {
    UInt8(truncatingIfNeeded: SegmentAccessRights(rawValue: vcpu.vmcs[.guestSSAccessRights]).privilegeLevel)
  }

  @inline(__always)
  package static func isLongModeKernel(_ vcpu: Handle<VCPU>) -> Bool {
    codeSize(vcpu) == .bits64 && privilegeLevel(vcpu) == 0
  }

  @inline(__always)
  package static func controlRegister4(_ vcpu: Handle<VCPU>) -> ControlRegister4 { visibleCR4(vcpu.vmcs) }

  @inline(__always)
  package static func skipHypercall(_ vcpu: Handle<VCPU>) { skipInstruction(vcpu) }

  /// The hypervisor runs with RFLAGS.IF clear.
  package static func letInterruptsIn() { apus_interrupt_window() }

  /// The exit has taken it from the processor (Intel SDM vol. 3 27.1).
  package static func takeNMI() { apus_raise_nmi() }

  package static func waitForInterrupt() { apus_idle() }

  @inline(__always)
  package static func codeSize(_ vcpu: Handle<VCPU>) -> CodeSize {
    let vmcs = vcpu.vmcs
    let code = vmcs.code
    if code.isLong, vmcs.isLongMode { return .bits64 }
    return code.isBig ? .bits32 : .bits16
  }

  package static func segmentBase(_ vcpu: Handle<VCPU>, _ segment: AddressSegment) -> UInt64 {
    vcpu.vmcs[VMCSField<UInt64>.guestBase(UInt32(segment.rawValue))]
  }

  @inline(__always)
  package static func skipInstruction(_ vcpu: Handle<VCPU>) {
    let vmcs = vcpu.vmcs
    let old = vmcs[.guestRIP]
    var next = old &+ UInt64(vmcs[.exitInstructionLength])
    // Outside 64-bit mode the instruction pointer has 32 bits.
    if next >> 32 != 0, old >> 32 == 0, codeSize(vcpu) != .bits64 { next &= 0xFFFF_FFFF }
    vmcs[.guestRIP] = next
    endInstruction(vcpu)
  }

  /// The shadow of the instruction before is over, and single steps trap (Intel SDM vol. 3 24.4.2, 32.2).
  @inline(__always)
  package static func endInstruction(_ vcpu: Handle<VCPU>) {
    let vmcs = vcpu.vmcs
    endShadow(vmcs)
    let flags = vmcs[.guestRFLAGS]
    // TF and RF.
    if flags & 0x1_0100 != 0 { endDebugState(vcpu, flags) }
  }

  /// Breakpoints on code are heard again, and a single step traps, together with what a shadow held back: to the next
  /// branch only with BTF, which no instruction that exits here is. Injected, since an entry that injects an interrupt
  /// instead forgets what is pending (26.7.3).
  @inline(never)
  private static func endDebugState(_ vcpu: Handle<VCPU>, _ flags: UInt64) {
    let vmcs = vcpu.vmcs
    vmcs[.guestRFLAGS] = flags & ~(1 << 16)
    guard flags >> 8 & 1 != 0, vmcs[.guestDebugControl] & DebugControl.branchTrap.rawValue == 0 else { return }
    recordDebugStatus(vcpu, vmcs[.guestPendingDebug] & 0xF | 1 << 14)
    vmcs[.guestPendingDebug] = 0
    raise(vcpu, GuestException(vector: 1, hasErrorCode: false, errorCode: 0))
  }

  package static func endShadow(_ vcpu: Handle<VCPU>) { endShadow(vcpu.vmcs) }

  @inline(__always)
  private static func endShadow(_ vmcs: CurrentVMCS) {
    let state = vmcs.interruptibility
    if !state.isDisjoint(with: .instructionShadow) { vmcs.interruptibility = state.subtracting(.instructionShadow) }
  }

  /// VT-x delivers no instruction bytes.
  package static func deliveredInstruction(_ vcpu: Handle<VCPU>) -> DeliveredInstruction { DeliveredInstruction() }

  // MARK: Model-specific registers

  package static func readMSR(_ vcpu: Handle<VCPU>, _ register: GuestMSR) -> UInt64 {
    let vmcs = vcpu.vmcs
    if vcpu.vmx.object.isLive { collectUnswitched(vcpu) }
    let unswitched = vcpu.vmx.object.unswitched
    return switch register {
    case .efer: vmcs[.guestEFER]
    case .pageAttributeTable: vmcs[.guestPAT]
    case .fsBase: vmcs[.guestFSBase]
    case .gsBase: vmcs[.guestGSBase]
    case .kernelGSBase: unswitched.kernelGSBase
    case .star: unswitched.star
    case .lstar: unswitched.lstar
    case .cstar: unswitched.cstar
    case .sfmask: unswitched.sfmask
    case .sysenterCS: UInt64(vmcs[.guestSysenterCS])
    case .sysenterESP: vmcs[.guestSysenterESP]
    case .sysenterEIP: vmcs[.guestSysenterEIP]
    case .tscAux: unswitched.tscAux
    case .debugControl: vmcs[.guestDebugControl]
    case .lastBranchFrom, .lastBranchTo, .lastExceptionFrom, .lastExceptionTo: 0  // AMD's
    }
  }

  package static func writeMSR(_ vcpu: Handle<VCPU>, _ register: GuestMSR, _ value: UInt64) {
    let vmcs = vcpu.vmcs
    let state = vcpu.vmx
    let isLive = state.object.isLive
    if isLive { collectUnswitched(vcpu) }
    switch register {
    case .efer:
      // LMA follows LME while paging is on, as the processor has it (Intel SDM vol. 3 9.8.5).
      let active = ExtendedFeatures.longModeActive.rawValue
      vmcs[.guestEFER] = value & ~active | vmcs[.guestEFER] & active
      flushLinear(vcpu)  // NXE decides what a translation allows
    case .pageAttributeTable: vmcs[.guestPAT] = value
    case .fsBase: vmcs[.guestFSBase] = value
    case .gsBase: vmcs[.guestGSBase] = value
    case .kernelGSBase: state.object.unswitched.kernelGSBase = value
    case .star: state.object.unswitched.star = value
    case .lstar: state.object.unswitched.lstar = value
    case .cstar: state.object.unswitched.cstar = value
    case .sfmask: state.object.unswitched.sfmask = value
    case .sysenterCS: vmcs[.guestSysenterCS] = UInt32(truncatingIfNeeded: value)
    case .sysenterESP: vmcs[.guestSysenterESP] = value
    case .sysenterEIP: vmcs[.guestSysenterEIP] = value
    case .tscAux: state.object.unswitched.tscAux = value
    case .debugControl: vmcs[.guestDebugControl] = value
    case .lastBranchFrom, .lastBranchTo, .lastExceptionFrom, .lastExceptionTo: break  // AMD's
    }
    if isLive { loadUnswitched(vcpu) }
  }

  /// Entries and exits switch DEBUGCTL, but not the records of branches, which differ from model to model.
  package static func debugControl(_ cpu: Handle<CPU>) -> DebugControl { .branchTrap }

  package static func setTimeStampOffset(_ vcpu: Handle<VCPU>) { vcpu.vmcs[.tscOffset] = vcpu.object.tscOffset }
}
