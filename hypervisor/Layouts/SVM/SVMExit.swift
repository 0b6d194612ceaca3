#if canImport(XenABI)
  import XenABI
#endif
#if canImport(Machine)
  import Machine
#endif
#if canImport(Core)
  import Core
#endif

/// The codes of an intercept (AMD APM vol. 2 appendix C).
enum SVMExitCode {
  static var readCR8: UInt32 { 0x008 }
  static var writeCR4: UInt32 { 0x014 }
  static var writeCR8: UInt32 { 0x018 }
  static var debugRegisterFirst: UInt32 { 0x020 }
  static var debugRegisterLast: UInt32 { 0x03F }
  static var exceptionFirst: UInt32 { 0x040 }
  static var exceptionLast: UInt32 { 0x05F }
  static var interrupt: UInt32 { 0x060 }
  static var nmi: UInt32 { 0x061 }
  static var smi: UInt32 { 0x062 }
  static var initSignal: UInt32 { 0x063 }
  static var virtualInterrupt: UInt32 { 0x064 }
  static var rdpmc: UInt32 { 0x06F }
  static var cpuid: UInt32 { 0x072 }
  static var rsm: UInt32 { 0x073 }
  static var invd: UInt32 { 0x076 }
  static var halt: UInt32 { 0x078 }
  static var invlpga: UInt32 { 0x07A }
  static var io: UInt32 { 0x07B }
  static var msr: UInt32 { 0x07C }
  static var freeze: UInt32 { 0x07E }
  static var shutdown: UInt32 { 0x07F }
  static var vmrun: UInt32 { 0x080 }
  static var vmmcall: UInt32 { 0x081 }
  static var vmload: UInt32 { 0x082 }
  static var skinit: UInt32 { 0x086 }
  static var wbinvd: UInt32 { 0x089 }
  static var monitor: UInt32 { 0x08A }
  static var mwaitArmed: UInt32 { 0x08C }
  static var xsetbv: UInt32 { 0x08D }
  static var rdpru: UInt32 { 0x08E }
  static var nestedFault: UInt32 { 0x400 }
  /// VMEXIT_INVALID is -1; some emulators leave the upper half of the field 0.
  static var invalid: UInt32 { 0xFFFF_FFFF }
}

extension SVMLayout {
  package static func decode(_ vcpu: Handle<VCPU>) -> ExitReason {
    let vmcb = vcpu.vmcb
    let code = vmcb.exitCode
    if vcpu.object.layoutFlags & SVMVCPUFlags.flushAsked != 0 {
      vcpu.object.layoutFlags &= ~SVMVCPUFlags.flushAsked
      vmcb.tlbControl = 0
    }
    // What the exit interrupted the delivery of is delivered again (15.7.2, 15.20).
    let interrupted = vmcb.exitInterruptInformation
    if interrupted & SVMEvent.valid != 0, code != SVMExitCode.shutdown {
      // What an entry injects is delivered before the host's interrupts are looked at, and this delivery may never end.
      vcpu.object.cpu.object.mustLetInterruptsIn = true
      redeliver(vcpu, interrupted)
    }
    switch code {
    case SVMExitCode.vmmcall: return .hypercall
    case SVMExitCode.cpuid: return .cpuid
    case SVMExitCode.halt: return .halt
    case SVMExitCode.msr: return vmcb.exitInformation1 & 1 != 0 ? .writeMSR : .readMSR
    case SVMExitCode.io: return .port(portAccess(vmcb.exitInformation1))
    case SVMExitCode.nestedFault: return .nestedFault(nestedFault(vmcb))
    case SVMExitCode.interrupt: return .hostInterrupt
    case SVMExitCode.nmi: return .nmi
    case SVMExitCode.virtualInterrupt: return .interruptWindow
    case SVMExitCode.xsetbv: return .xsetbv
    case SVMExitCode.shutdown: return .tripleFault
    case SVMExitCode.invalid:
      // Whether a flush that this VMRUN asked for was done is not said (15.5.1).
      vcpu.object.cpu.svm.object.asids.expire()
      return .entryFailed
    case SVMExitCode.readCR8, SVMExitCode.writeCR8, SVMExitCode.writeCR4:
      guard let register = movedRegister(vcpu) else { return .unknown(code) }
      return .controlRegister(
        ControlRegisterAccess(
          number: code == SVMExitCode.writeCR4 ? 4 : 8, isRead: code == SVMExitCode.readCR8, register: register))
    case SVMExitCode.debugRegisterFirst...SVMExitCode.debugRegisterLast: return .debugRegister
    case SVMExitCode.exceptionFirst...SVMExitCode.exceptionLast:
      let vector = UInt8(truncatingIfNeeded: code &- SVMExitCode.exceptionFirst)
      if vector == 18 { return .machineCheck }
      // Steps are to branches only until the next #DB (13.1.3.2).
      if vector == 1, vmcb.switchesBranchRecords { vmcb.debugControl &= ~DebugControl.branchTrap.rawValue }
      return .exception(
        GuestException(
          vector: vector, hasErrorCode: vector == 17, errorCode: UInt32(truncatingIfNeeded: vmcb.exitInformation1)))
    case SVMExitCode.rdpmc, SVMExitCode.rsm: return .forbidden
    case SVMExitCode.invlpga, SVMExitCode.vmrun, SVMExitCode.vmload...SVMExitCode.skinit,
      SVMExitCode.monitor...SVMExitCode.mwaitArmed, SVMExitCode.rdpru:
      return .undefined
    case SVMExitCode.invd, SVMExitCode.wbinvd: return .nothing
    // An x87 error with CR0.NE clear, for which there is no interrupt controller here: as with NE, which VT-x fixes.
    case SVMExitCode.freeze: return .exception(GuestException(vector: 16, hasErrorCode: false, errorCode: 0))
    case SVMExitCode.smi, SVMExitCode.initSignal: return .hostInterrupt
    default: return .unknown(code)
    }
  }

  private static func redeliver(_ vcpu: Handle<VCPU>, _ event: UInt64) {
    // A software interrupt executes again from its instruction; with NRIP it would be injected past it.
    if event & SVMEvent.typeMask == SVMEvent.softwareInterrupt { return }
    if event & SVMEvent.typeMask == SVMEvent.exception, isOfInstruction(vcpu, UInt8(truncatingIfNeeded: event)) {
      return
    }
    vcpu.vmcb.eventInjection = event
  }

  /// Whether an exception is one that an instruction asked for: INT3 and INTO, which come again by execution (15.20 on
  /// software events), and INT1, which the intercept of #DB does not see (15.9, table 15-7).
  private static func isOfInstruction(_ vcpu: Handle<VCPU>, _ vector: UInt8) -> Bool {
    if vector != 1 { return vector == 3 || vector == 4 }
    let bytes = InstructionFetch.fetch(SVMLayout.self, vcpu)
    return InstructionFetch.decode(bytes, codeSize(vcpu))?.operation == .interruptOne
  }

  package static func interruptedEvent(_ vcpu: Handle<VCPU>) -> InterruptedEvent? {
    let event = vcpu.vmcb.exitInterruptInformation
    guard event & SVMEvent.valid != 0 else { return nil }
    return InterruptedEvent(
      vector: UInt8(truncatingIfNeeded: event), isException: event & SVMEvent.typeMask == SVMEvent.exception)
  }

  package static func dropEvent(_ vcpu: Handle<VCPU>) { vcpu.vmcb.eventInjection = 0 }

  /// The general register of a MOV to or from a control register: decode assists tell it (15.33.1), else the bytes do.
  /// Nil where they can't be had.
  private static func movedRegister(_ vcpu: Handle<VCPU>) -> UInt8? {
    let information = vcpu.vmcb.exitInformation1
    if vcpu.object.cpu.svm.object.features.hasDecodeAssists, information >> 63 != 0 {
      return UInt8(truncatingIfNeeded: information & 15)
    }
    let bytes = InstructionFetch.fetch(SVMLayout.self, vcpu)
    return InstructionFetch.decode(bytes, codeSize(vcpu))?.register.number
  }

  /// EXITINFO1 of an I/O intercept (15.10.2): type, string, repeat, sizes, and the port.
  private static func portAccess(_ information: UInt64) -> PortAccess {
    let size: UInt8 = information >> 4 & 1 != 0 ? 1 : information >> 5 & 1 != 0 ? 2 : 4
    return PortAccess(
      port: UInt16(truncatingIfNeeded: information >> 16), size: size, isInput: information & 1 != 0,
      isString: information >> 2 & 1 != 0, isRepeated: information >> 3 & 1 != 0)
  }

  /// EXITINFO1 and 2 of a nested page fault (15.25.6): an error code, and the guest-physical address.
  private static func nestedFault(_ vmcb: VMCB) -> NestedFault {
    let code = vmcb.exitInformation1
    return NestedFault(
      address: GuestPhysicalAddress(vmcb.exitInformation2), isWrite: code >> 1 & 1 != 0, isFetch: code >> 4 & 1 != 0,
      isTableWalk: code >> 33 & 1 != 0)
  }
}
