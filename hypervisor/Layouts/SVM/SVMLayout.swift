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

/// The pvh layout on AMD-V: the hypervisor is the SVM host, the guest runs in guest ring 0 and 3 under nested paging.
package enum SVMLayout: Layout {
  package static var kind: RingLayout { .svm }

  // MARK: Pointers and paging

  @inline(__always)
  package static func readPointers(_ vcpu: Handle<VCPU>) {
    let vmcb = vcpu.vmcb
    vcpu.object.registers.rip = vmcb.rip
    vcpu.object.registers.rsp = vmcb.rsp
    vcpu.object.registers.rflags = vmcb.rflags
  }

  @inline(__always)
  package static func writePointers(_ vcpu: Handle<VCPU>) {
    let vmcb = vcpu.vmcb
    vmcb.rip = vcpu.object.registers.rip
    vmcb.rsp = vcpu.object.registers.rsp
    vmcb.rflags = vcpu.object.registers.rflags
  }

  @inline(__always)
  package static func readPaging(_ vcpu: Handle<VCPU>) {
    let vmcb = vcpu.vmcb
    vcpu.object.pagingIsCurrent = true
    vcpu.object.storedPaging = PagingState(
      cr0: ControlRegister0(rawValue: vmcb.cr0), cr3: vmcb.cr3, cr4: ControlRegister4(rawValue: vmcb.cr4),
      efer: ExtendedFeatures(rawValue: vmcb.efer), privilegeLevel: vmcb.privilegeLevel,
      alignmentCheck: vmcb.rflags >> 18 & 1 != 0)
  }

  @inline(__always)
  package static func codeSize(_ vcpu: Handle<VCPU>) -> CodeSize {
    // Attributes: L is bit 9, D bit 10 (AMD APM vol. 2 15.5.1).
    let attributes = vcpu.vmcb.segmentAttributes(.cs)
    if attributes >> 9 & 1 != 0, vcpu.vmcb.efer >> 10 & 1 != 0 { return .bits64 }
    return attributes >> 10 & 1 != 0 ? .bits32 : .bits16
  }

  package static func segmentBase(_ vcpu: Handle<VCPU>, _ segment: AddressSegment) -> UInt64 {
    // FS and GS are in the VMCB since the exit's VMSAVE.
    vcpu.vmcb.segmentBase(VMCB.Segment(rawValue: segment.rawValue) ?? .ds)
  }

  @inline(__always)
  package static func privilegeLevel(_ vcpu: Handle<VCPU>) -> UInt8 { vcpu.vmcb.privilegeLevel }

  @inline(__always)
  package static func isLongModeKernel(_ vcpu: Handle<VCPU>) -> Bool {
    let vmcb = vcpu.vmcb
    return vmcb.segmentAttributes(.cs) >> 9 & 1 != 0 && vmcb.efer >> 10 & 1 != 0 && vmcb.privilegeLevel == 0
  }

  @inline(__always)
  package static func controlRegister4(_ vcpu: Handle<VCPU>) -> ControlRegister4 {
    ControlRegister4(rawValue: vcpu.vmcb.cr4)
  }

  /// Without next-RIP save the length of the two most frequent instructions is that of the plain encoding: a guest that
  /// puts prefixes before them goes on in the middle of its own instruction.
  @inline(__always)
  package static func skipHypercall(_ vcpu: Handle<VCPU>) { skipPlain(vcpu, length: 3) }

  @inline(__always)
  static func skipPlain(_ vcpu: Handle<VCPU>, length: UInt64) {
    let vmcb = vcpu.vmcb
    if vcpu.object.layoutFlags & SVMVCPUFlags.nextRIP != 0 {
      vmcb.rip = vmcb.nextRIP
    } else {
      advance(vmcb, by: length)
    }
    endInstruction(vcpu, vmcb)
  }

  package static func skipInstruction(_ vcpu: Handle<VCPU>) {
    let vmcb = vcpu.vmcb
    if vcpu.object.layoutFlags & SVMVCPUFlags.nextRIP != 0, vmcb.nextRIP != 0 {
      vmcb.rip = vmcb.nextRIP
    } else {
      switch vmcb.exitCode {
      case SVMExitCode.vmmcall: advance(vmcb, by: 3)
      // The address of the instruction after an IN or OUT comes with the exit, on every processor (15.10.2).
      case SVMExitCode.io: vmcb.rip = vmcb.exitInformation2
      default: return skipDecoded(vcpu)
      }
    }
    // Calls come last, so that the short way has no frame of its own.
    endInstruction(vcpu, vmcb)
  }

  @inline(__always)
  private static func advance(_ vmcb: VMCB, by length: UInt64) {
    let next = vmcb.rip &+ length
    // Outside 64-bit mode the instruction pointer has 32 bits.
    vmcb.rip = vmcb.efer >> 10 & 1 != 0 ? next : next & 0xFFFF_FFFF
  }

  @inline(never)
  private static func skipDecoded(_ vcpu: Handle<VCPU>) {
    let bytes = InstructionFetch.fetch(SVMLayout.self, vcpu)
    if let length = InstructionFetch.length(bytes, codeSize(vcpu)) {
      advance(vcpu.vmcb, by: UInt64(length))
      return endInstruction(vcpu)
    }
    // The processor read it, and the guest's tables lead elsewhere by now: it would be executed for ever.
    let domain = vcpu.object.domain
    domain.log(
      .error, "d\(domain.object.id): exit \(hex: vcpu.vmcb.exitCode), but its instruction can't be read")
    crash(vcpu, .undecodableAccess, 0)
  }

  @inline(__always)
  package static func endShadow(_ vcpu: Handle<VCPU>) { vcpu.vmcb.interruptShadow = 0 }

  package static func endInstruction(_ vcpu: Handle<VCPU>) { endInstruction(vcpu, vcpu.vmcb) }

  @inline(__always)
  private static func endInstruction(_ vcpu: Handle<VCPU>, _ vmcb: VMCB) {
    vmcb.interruptShadow = 0
    // TF and RF.
    if vmcb.rflags & 0x1_0100 != 0 { endDebugState(vcpu) }
  }

  /// Breakpoints on code are heard again, and a single step traps (AMD APM vol. 2 13.1.4): to the next branch only with
  /// BTF, which no instruction that exits here is.
  @inline(never)
  private static func endDebugState(_ vcpu: Handle<VCPU>) {
    let vmcb = vcpu.vmcb
    vmcb.rflags &= ~(1 << 16)
    guard vmcb.rflags >> 8 & 1 != 0, vmcb.debugControl & DebugControl.branchTrap.rawValue == 0 else { return }
    vmcb.dr6 |= 1 << 14
    raise(vcpu, GuestException(vector: 1, hasErrorCode: false, errorCode: 0))
  }

  package static func deliveredInstruction(_ vcpu: Handle<VCPU>) -> DeliveredInstruction {
    var instruction = DeliveredInstruction()
    guard vcpu.object.cpu.svm.object.features.hasDecodeAssists else { return instruction }
    let vmcb = vcpu.vmcb
    instruction.count = min(Int(vmcb.fetchedCount & 15), 15)
    var index = 0
    while index < instruction.count {
      instruction.bytes[index] = vmcb.fetchedByte(UInt(index))
      index &+= 1
    }
    return instruction
  }

  // MARK: Events

  @inline(__always)
  package static func interruptsEnabled(_ vcpu: Handle<VCPU>) -> Bool { vcpu.vmcb.rflags >> 9 & 1 != 0 }

  @inline(__always)
  package static func canTakeInterrupt(_ vcpu: Handle<VCPU>) -> Bool {
    let vmcb = vcpu.vmcb
    return vmcb.rflags >> 9 & 1 != 0 && vmcb.interruptShadow & 1 == 0 && vmcb.eventInjection & SVMEvent.valid == 0
  }

  @inline(__always)
  package static func injectInterrupt(_ vcpu: Handle<VCPU>, vector: UInt8) {
    vcpu.vmcb.eventInjection = SVMEvent.valid | SVMEvent.externalInterrupt | UInt64(vector)
  }

  package static func injectException(_ vcpu: Handle<VCPU>, _ exception: PendingException) -> Bool {
    let vmcb = vcpu.vmcb
    if vmcb.eventInjection & SVMEvent.valid != 0 { return false }
    if exception.isPending {
      vmcb.eventInjection =
        SVMEvent.valid | SVMEvent.exception | UInt64(exception.vector)
        | (exception.hasErrorCode ? SVMEvent.hasErrorCode | UInt64(exception.errorCode) << 32 : 0)
      if exception.vector == 14 { vmcb.cr2 = exception.address }
    } else {
      vmcb.eventInjection = SVMEvent.valid | SVMEvent.nmi | 2
    }
    return true
  }

  package static func requestInterruptWindow(_ vcpu: Handle<VCPU>, _ wanted: Bool) {
    let vmcb = vcpu.vmcb
    if wanted {
      // A virtual interrupt that is never delivered: its intercept fires as soon as it could be (15.21.4).
      vmcb.interceptInstructions = vmcb.interceptInstructions.union(.virtualInterrupt)
      vmcb.virtualInterrupt = SVMVirtualInterrupt.masking.union(.pending).union(.ignorePriority)
    } else {
      vmcb.interceptInstructions = vmcb.interceptInstructions.subtracting(.virtualInterrupt)
      vmcb.virtualInterrupt = .masking
    }
  }

  // MARK: Model-specific registers

  package static func readMSR(_ vcpu: Handle<VCPU>, _ register: GuestMSR) -> UInt64 {
    let vmcb = vcpu.vmcb
    switch register {
    case .efer: return vmcb.efer & ~(1 << 12)  // SVME is the hypervisor's
    case .pageAttributeTable: return vmcb.pageAttributeTable
    case .fsBase: return vmcb.segmentBase(.fs)
    case .gsBase: return vmcb.segmentBase(.gs)
    case .kernelGSBase: return vmcb.kernelGSBase
    case .star: return vmcb.star
    case .lstar: return vmcb.lstar
    case .cstar: return vmcb.cstar
    case .sfmask: return vmcb.sfmask
    case .sysenterCS: return vmcb.sysenterCS
    case .sysenterESP: return vmcb.sysenterESP
    case .sysenterEIP: return vmcb.sysenterEIP
    case .tscAux: return vcpu.svm.object.tscAux
    case .debugControl: return vmcb.debugControl
    case .lastBranchFrom: return vmcb.lastBranchFrom
    case .lastBranchTo: return vmcb.lastBranchTo
    case .lastExceptionFrom: return vmcb.lastExceptionFrom
    case .lastExceptionTo: return vmcb.lastExceptionTo
    }
  }

  package static func writeMSR(_ vcpu: Handle<VCPU>, _ register: GuestMSR, _ value: UInt64) {
    let vmcb = vcpu.vmcb
    switch register {
    case .efer: vmcb.efer = value | 1 << 12
    case .pageAttributeTable: vmcb.pageAttributeTable = value
    case .fsBase: vmcb.setSegmentBase(.fs, value)
    case .gsBase: vmcb.setSegmentBase(.gs, value)
    case .kernelGSBase: vmcb.kernelGSBase = value
    case .star: vmcb.star = value
    case .lstar: vmcb.lstar = value
    case .cstar: vmcb.cstar = value
    case .sfmask: vmcb.sfmask = value
    case .sysenterCS: vmcb.sysenterCS = value
    case .sysenterESP: vmcb.sysenterESP = value
    case .sysenterEIP: vmcb.sysenterEIP = value
    case .tscAux:
      vcpu.svm.object.tscAux = value
      ModelSpecificRegister.tscAux.value = value
    case .debugControl:
      // From the first use on the processor switches DEBUGCTL and the records (15.23).
      vmcb.debugControl = value
      if value != 0 { vmcb.switchesBranchRecords = true }
    case .lastBranchFrom: vmcb.lastBranchFrom = value
    case .lastBranchTo: vmcb.lastBranchTo = value
    case .lastExceptionFrom: vmcb.lastExceptionFrom = value
    case .lastExceptionTo: vmcb.lastExceptionTo = value
    }
  }

  package static func debugControl(_ cpu: Handle<CPU>) -> DebugControl {
    cpu.svm.object.features.hasBranchRecords ? .lastBranchRecord.union(.branchTrap) : DebugControl(rawValue: 0)
  }

  package static func setTimeStampOffset(_ vcpu: Handle<VCPU>) {
    vcpu.vmcb.tscOffset = vcpu.object.tscOffset
  }

  // MARK: Switching

  package static func switchOut(_ vcpu: Handle<VCPU>) {
    let state = vcpu.svm
    if state.object.debugIsLive {
      state.object.debug[0] = apus_read_dr0()
      state.object.debug[1] = apus_read_dr1()
      state.object.debug[2] = apus_read_dr2()
      state.object.debug[3] = apus_read_dr3()
      state.object.debugIsLive = false
      vcpu.vmcb.interceptDebugRegisters = 0xFFFF_FFFF
    }
  }

  /// The processor holds nothing of a VMCB that is not VMRUN again, and a new one in its frame has no clean bits (15.15).
  package static func release(_ vcpu: Handle<VCPU>) {}

  package static func switchIn(_ vcpu: Handle<VCPU>) {
    let state = vcpu.svm
    ModelSpecificRegister.tscAux.value = state.object.tscAux
    // With a breakpoint on, the guest's own addresses have to be in the processor.
    if vcpu.vmcb.dr7 & 0xFF != 0 { takeDebugRegisters(vcpu) }
    // It has no ASID yet, or one of a generation that others use by now.
    if state.object.asidGeneration != vcpu.object.cpu.svm.object.asids.generation {
      vcpu.object.attention.formUnion(.flush)
    }
  }

  /// Gives the guest the debug registers: its own values go into the processor, and accesses exit no more.
  package static func takeDebugRegisters(_ vcpu: Handle<VCPU>) {
    let state = vcpu.svm
    apus_write_dr0(state.object.debug[0])
    apus_write_dr1(state.object.debug[1])
    apus_write_dr2(state.object.debug[2])
    apus_write_dr3(state.object.debug[3])
    state.object.debugIsLive = true
    vcpu.vmcb.interceptDebugRegisters = 0
  }

  @inline(__always)
  package static func flush(_ vcpu: Handle<VCPU>) {
    let cpu = vcpu.object.cpu.svm
    let vmcb = vcpu.vmcb
    vcpu.svm.object.flushes &+= 1
    if cpu.object.features.hasFlushByASID, vcpu.svm.object.asidGeneration == cpu.object.asids.generation {
      vmcb.tlbControl = 3
      vcpu.object.layoutFlags |= SVMVCPUFlags.flushAsked
      return
    }
    let (asid, mustFlush) = cpu.object.asids.take()
    vmcb.asid = asid
    vcpu.svm.object.asidGeneration = cpu.object.asids.generation
    vmcb.tlbControl = mustFlush ? 1 : 0
    vcpu.object.layoutFlags |= SVMVCPUFlags.flushAsked
  }

  /// Nested paging leaves task switches to the guest's processor as well: none of them exits.
  package static func switchTask(_ vcpu: Handle<VCPU>, _ request: TaskSwitchRequest) {
    crash(vcpu, .unknownExit, vcpu.vmcb.exitCode)
  }

  /// The hypervisor runs with GIF clear, which holds all interrupts back, NMIs too (15.17).
  package static func letInterruptsIn() { apus_gif_window() }

  /// It has only held the guest up, and waits still.
  package static func takeNMI() { apus_gif_window() }

  package static func waitForInterrupt() { apus_gif_idle() }

  /// AMD-V has no timer of its own; the host's interrupts the guest.
  @inline(__always)
  package static func setDeadline(_ vcpu: Handle<VCPU>, _ deadline: TSCTicks) {}
}
