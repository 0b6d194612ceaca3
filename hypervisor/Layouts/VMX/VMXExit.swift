#if canImport(XenABI)
  import XenABI
#endif
#if canImport(CMachine)
  import CMachine
#endif
#if canImport(Core)
  import Core
#endif

extension VMXLayout {
  @inline(__always)
  package static func decode(_ vcpu: Handle<VCPU>) -> ExitReason {
    let vmcs = vcpu.vmcs
    if vcpu.vmx.object.instructionError != nil { return .entryFailed }
    let information = VMXExitInformation(rawValue: vmcs[.exitReason])
    let interrupted = InterruptionInformation(rawValue: vmcs[.vectoringInformation])
    if interrupted.isValid, !information.isEntryFailure { redeliver(vcpu, interrupted) }
    let reason = information.reason
    if reason == .vmcall { return .hypercall }
    return decode(vcpu, vmcs, information.rawValue, reason)
  }

  @inline(never)
  private static func decode(
    _ vcpu: Handle<VCPU>, _ vmcs: CurrentVMCS, _ number: UInt32, _ reason: VMXExitReason
  ) -> ExitReason {
    switch reason {
    case .vmcall: return .hypercall
    case .exceptionOrNMI: return exception(vcpu, vmcs)
    case .externalInterrupt: return .hostInterrupt
    case .tripleFault: return .tripleFault
    // INIT and SMI are the machine's, which sees to them before it goes on.
    case .initSignal, .startupIPI, .ioSMI, .otherSMI: return .hostInterrupt
    case .interruptWindow: return .interruptWindow
    case .nmiWindow:
      vmcs.primary = vmcs.primary.subtracting(.nmiWindowExiting)
      // Some processors open the window in the shadow of an STI, in which an entry must not inject (26.3.1.5).
      endShadow(vcpu)
      return .interruptWindow
    case .cpuid: return .cpuid
    case .hlt: return .halt
    case .controlRegisterAccess: return controlRegister(vmcs, number)
    case .debugRegisterAccess: return .debugRegister
    case .ioInstruction: return .port(portAccess(vmcs))
    case .rdmsr: return .readMSR
    case .wrmsr: return .writeMSR
    case .entryFailureGuestState, .entryFailureMSRLoading: return .entryFailed
    case .entryFailureMachineCheck: return .machineCheck
    case .eptViolation: return .nestedFault(nestedFault(vmcs))
    case .preemptionTimer: return .deadline
    case .taskSwitch: return .taskSwitch(taskSwitchRequest(vmcs))
    case .xsetbv: return .xsetbv
    case .invd, .wbinvd, .pause: return .nothing
    case .rdpmc, .rsm: return .forbidden
    case .getsec, .vmclear, .vmlaunch, .vmptrld, .vmptrst, .vmread, .vmresume, .vmwrite, .vmxoff, .vmxon, .mwait,
      .monitor, .invept, .invvpid, .vmfunc, .encls, .enclv, .pconfig, .umwait, .tpause, .loadiwkey, .xsaves, .xrstors,
      .rdtscp, .invpcid, .enqcmd, .enqcmds, .seamcall, .tdcall, .rdmsrlist, .wrmsrlist:
      return .undefined
    case .invlpg, .rdtsc, .monitorTrapFlag, .tprBelowThreshold, .apicAccess, .virtualizedEOI,
      .gdtrOrIDTRAccess, .ldtrOrTRAccess, .eptMisconfiguration, .apicWrite, .rdrand, .rdseed,
      .pageModificationLogFull, .subPagePermission, .busLock, .instructionTimeout, .unknown:
      return .unknown(number)
    }
  }

  /// #DB, #AC, #MC of the guest, or an NMI of the machine's.
  private static func exception(_ vcpu: Handle<VCPU>, _ vmcs: CurrentVMCS) -> ExitReason {
    let event = InterruptionInformation(rawValue: vmcs[.exitInterruption])
    // The processor blocks NMIs until an IRET, which comes at the end of the host's own handler.
    if event.kind == .nmi { return .nmi }
    if event.vector == 18 { return .machineCheck }
    restoreNMIBlocking(vmcs, event.unblockedNMIByIRET)
    // Its handler is called next, and that ends a shadow; an entry with one would want a single step in it noted
    // (26.3.1.5), which is past by now.
    endShadow(vcpu)
    if event.kind == .privilegedSoftwareException {
      // INT1, of which DR6 says nothing.
      return .exception(
        GuestException(
          vector: event.vector, hasErrorCode: false, errorCode: 0,
          instructionLength: UInt8(truncatingIfNeeded: vmcs[.exitInstructionLength])))
    }
    if event.vector == 1 { recordDebugStatus(vcpu, vmcs[.exitQualification]) }
    let errorCode = event.hasErrorCode ? vmcs[.exitErrorCode] : 0
    return .exception(GuestException(vector: event.vector, hasErrorCode: event.hasErrorCode, errorCode: errorCode))
  }

  /// A fault of IRET had unblocked NMIs; it executes again, and until then they are blocked (27.2.3).
  private static func restoreNMIBlocking(_ vmcs: CurrentVMCS, _ wasUnblocked: Bool) {
    guard wasUnblocked, vmcs[.vectoringInformation] >> 31 == 0 else { return }
    vmcs.interruptibility = vmcs.interruptibility.union(.blockingByNMI)
  }

  /// What a #DB that exits leaves in DR6, which the exit itself did not write (27.2.1, 17.2.3). In the qualification
  /// every bit says that something happened; in DR6 bits 11 and 16 say it by being zero.
  static func recordDebugStatus(_ vcpu: Handle<VCPU>, _ qualification: UInt64) {
    let state = vcpu.vmx
    let inverted: UInt64 = 1 << 11 | 1 << 16
    let happened = qualification & (0xE << 12 | 0xF | inverted)
    var status = state.object.debugIsLive ? apus_read_dr6() : state.object.debugStatus
    status = (status & ~0xF | inverted | happened & ~inverted) & ~(happened & inverted)
    state.object.debugStatus = status
    if state.object.debugIsLive { apus_write_dr6(status) }
    // A general-detect trap has cleared DR7.GD by the time its handler runs.
    if happened & 1 << 13 != 0 { vcpu.vmcs[.guestDR7] &= ~(1 << 13) }
    // Steps are to branches only until the next #DB (17.4.3).
    vcpu.vmcs[.guestDebugControl] &= ~DebugControl.branchTrap.rawValue
  }

  private static func portAccess(_ vmcs: CurrentVMCS) -> PortAccess {
    let qualification = IOQualification(rawValue: vmcs[.exitQualification])
    return PortAccess(
      port: qualification.port, size: qualification.byteCount, isInput: qualification.isInput,
      isString: qualification.isString, isRepeated: qualification.isRepeated)
  }

  private static func nestedFault(_ vmcs: CurrentVMCS) -> NestedFault {
    let qualification = EPTViolationQualification(rawValue: vmcs[.exitQualification])
    restoreNMIBlocking(vmcs, qualification.contains(.unblockedNMIByIRET))
    let isTableWalk = qualification.contains(.linearAddressValid) && !qualification.contains(.finalTranslation)
    return NestedFault(
      address: GuestPhysicalAddress(vmcs[.guestPhysicalAddress]), isWrite: qualification.contains(.write),
      isFetch: qualification.contains(.fetch), isTableWalk: isTableWalk)
  }

  private static func controlRegister(_ vmcs: CurrentVMCS, _ number: UInt32) -> ExitReason {
    let qualification = ControlRegisterQualification(rawValue: vmcs[.exitQualification])
    switch qualification.access {
    case .write, .read:
      return .controlRegister(
        ControlRegisterAccess(
          number: qualification.register, isRead: qualification.access == .read,
          register: qualification.generalRegister))
    // They reach only PE, MP, EM and TS, all of them the guest's own.
    case .clts, .lmsw: return .unknown(number)
    }
  }
}
