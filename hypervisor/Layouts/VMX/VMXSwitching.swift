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

/// What goes from vCPU to vCPU by hand, translations, and the timer.
extension VMXLayout {
  package static func switchOut(_ vcpu: Handle<VCPU>) {
    let state = vcpu.vmx
    collectUnswitched(vcpu)
    state.object.isLive = false
    if state.object.debugIsLive {
      state.object.debug[0] = apus_read_dr0()
      state.object.debug[1] = apus_read_dr1()
      state.object.debug[2] = apus_read_dr2()
      state.object.debug[3] = apus_read_dr3()
      state.object.debugStatus = apus_read_dr6()
      state.object.debugIsLive = false
      let vmcs = vcpu.vmcs
      vmcs.primary = vmcs.primary.union(.movDRExiting)
    }
  }

  /// The processor may still hold the VMCS and write it back at any time, and the next vCPU's may lie in its frame.
  package static func release(_ vcpu: Handle<VCPU>) {
    let cpu = vcpu.object.cpu.vmx
    if cpu.object.current == vcpu.object.controlBlock { cpu.object.clear() }
  }

  package static func switchIn(_ vcpu: Handle<VCPU>) {
    let state = vcpu.vmx
    loadUnswitched(vcpu)
    state.object.isLive = true
    takeIdentifier(vcpu)
    // With a breakpoint on, the guest's own addresses have to be in the processor.
    if vcpu.vmcs[.guestDR7] & 0xFF != 0 { takeDebugRegisters(vcpu) }
  }

  /// Takes the registers that stay in the processor.
  static func collectUnswitched(_ vcpu: Handle<VCPU>) {
    let state = vcpu.vmx
    state.object.unswitched.cr2 = apus_read_cr2()
    state.object.unswitched.star = ModelSpecificRegister.star.value
    state.object.unswitched.lstar = ModelSpecificRegister.lstar.value
    state.object.unswitched.cstar = ModelSpecificRegister.cstar.value
    state.object.unswitched.sfmask = ModelSpecificRegister.sfmask.value
    state.object.unswitched.kernelGSBase = ModelSpecificRegister.kernelGSBase.value
    // TSC_AUX: the guest's writes exit, so that the copy is right.
  }

  /// Gives them to the processor.
  static func loadUnswitched(_ vcpu: Handle<VCPU>) {
    let registers = vcpu.vmx.object.unswitched
    apus_write_cr2(registers.cr2)
    ModelSpecificRegister.star.value = registers.star
    ModelSpecificRegister.lstar.value = registers.lstar
    ModelSpecificRegister.cstar.value = registers.cstar
    ModelSpecificRegister.sfmask.value = registers.sfmask
    ModelSpecificRegister.kernelGSBase.value = registers.kernelGSBase
    if vcpu.object.cpu.vmx.object.controls.secondary.contains(.rdtscp) {
      ModelSpecificRegister.tscAux.value = registers.tscAux
    }
  }

  /// Gives the guest the debug registers: its own values go into the processor, and accesses exit no more.
  package static func takeDebugRegisters(_ vcpu: Handle<VCPU>) {
    let state = vcpu.vmx
    apus_write_dr0(state.object.debug[0])
    apus_write_dr1(state.object.debug[1])
    apus_write_dr2(state.object.debug[2])
    apus_write_dr3(state.object.debug[3])
    apus_write_dr6(state.object.debugStatus)
    state.object.debugIsLive = true
    let vmcs = vcpu.vmcs
    vmcs.primary = vmcs.primary.subtracting(.movDRExiting)
  }

  // MARK: Translations

  /// Entries in the domain's extended page tables changed: INVEPT (Intel SDM vol. 3 28.3.3.4).
  ///
  /// The first entry of a new vCPU comes here too: the frame of its domain's topmost table may have been another's.
  @inline(never)
  package static func flush(_ vcpu: Handle<VCPU>) {
    vcpu.vmx.object.nestedFlushes &+= 1
    VMXInstruction.invalidateNested(
      vcpu.vmx.object.eptPointer, vcpu.object.cpu.vmx.object.capabilities.translation)
  }

  /// The guest's linear translations are stale: INVVPID.
  static func flushLinear(_ vcpu: Handle<VCPU>) {
    let cpu = vcpu.object.cpu.vmx
    guard cpu.object.controls.secondary.contains(.vpid), vcpu.vmx.object.identifierGeneration != 0 else { return }
    vcpu.vmx.object.linearFlushes &+= 1
    VMXInstruction.invalidateLinear(vcpu.vmx.object.vpid, cpu.object.capabilities.translation)
  }

  /// Sees to it that the vCPU's identifier is its own: with a new generation all are given out anew, after a flush of
  /// everything (28.3.3.3).
  private static func takeIdentifier(_ vcpu: Handle<VCPU>) {
    let cpu = vcpu.object.cpu.vmx
    let state = vcpu.vmx
    guard cpu.object.controls.secondary.contains(.vpid),
      state.object.identifierGeneration != cpu.object.identifiers.generation
    else { return }
    let (identifier, mustFlush) = cpu.object.identifiers.take()
    if mustFlush {
      state.object.linearFlushes &+= 1
      VMXInstruction.invalidateLinear()
    }
    state.object.vpid = UInt16(truncatingIfNeeded: identifier)
    state.object.identifierGeneration = cpu.object.identifiers.generation
    vcpu.vmcs[.vpid] = state.object.vpid
  }

  // MARK: Deadlines

  /// Remembers the deadline; `beforeEntry` brings it to the processor.
  @inline(__always)
  package static func setDeadline(_ vcpu: Handle<VCPU>, _ deadline: TSCTicks) { vcpu.vmx.object.deadline = deadline }

  /// Makes the vCPU's VMCS the current one, and has the preemption timer run out at the vCPU's deadline. It counts in non-root operation only and starts anew at
  /// each entry (Intel SDM vol. 3 25.5.1).
  @inline(__always)
  package static func beforeEntry(_ vcpu: Handle<VCPU>) {
    let cpu = vcpu.object.cpu.vmx
    let vmcs = vcpu.vmcs
    guard cpu.object.controls.pin.contains(.preemptionTimer) else { return }
    let left = vcpu.vmx.object.deadline.since(TSCTicks(apus_rdtsc())).rawValue
    // Rounded up, so that the deadline has passed at the exit. A longer wait exits in between.
    let ticks = (left >> cpu.object.capabilities.miscellaneous.preemptionTimerShift) &+ 1
    vmcs[.preemptionTimer] = UInt32(clamping: ticks)
  }
}
