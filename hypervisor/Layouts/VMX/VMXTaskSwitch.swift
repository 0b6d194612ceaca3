#if canImport(XenABI)
  import XenABI
#endif
#if canImport(CMachine)
  import CMachine
#endif
#if canImport(Core)
  import Core
#endif

/// Task switches, of which non-root operation does only the first checks (Intel SDM vol. 3 25.4.2).
extension VMXLayout {
  static func taskSwitchRequest(_ vmcs: CurrentVMCS) -> TaskSwitchRequest {
    let qualification = TaskSwitchQualification(rawValue: vmcs[.exitQualification])
    let event = InterruptionInformation(rawValue: vmcs[.vectoringInformation])
    var request = TaskSwitchRequest(qualification.source, to: qualification.selector)
    let isEvent = request.source == .gate
    if !isEvent || event.kind?.isSoftware ?? false {
      request.instructionLength = UInt8(truncatingIfNeeded: vmcs[.exitInstructionLength])
    }
    guard isEvent else { return request }
    request.isExternal = event.kind != .softwareInterrupt && event.kind != .softwareException
    if event.hasErrorCode { request.errorCode = vmcs[.vectoringErrorCode] }
    return request
  }

  package static func switchTask(_ vcpu: Handle<VCPU>, _ request: TaskSwitchRequest) {
    let vmcs = vcpu.vmcs
    readPointers(vcpu)
    let old = TaskState(
      registers: vcpu.object.registers, segments: readSegments(vmcs), cr0: visibleCR0(vmcs), cr3: vmcs[.guestCR3],
      dr7: vmcs[.guestDR7])
    var change = TaskSwitch(request, from: old, in: ImplicitMemory(vcpu))
    do throws(TaskSwitchFault) {
      let outcome = try change.perform()
      // The new task is the handler of the event that led here.
      dropEvent(vcpu)
      take(vcpu, change.state)
      blockNMIs(vmcs, request)
      if outcome.traps {
        recordDebugStatus(vcpu, 1 << 15)  // BT
        raise(vcpu, GuestException(vector: 1, hasErrorCode: false, errorCode: 0))
      }
      if let fault = outcome.fault { raise(vcpu, fault) }
    } catch {
      raise(vcpu, error)
    }
  }

  /// Gives the vCPU the registers of its new task.
  private static func take(_ vcpu: Handle<VCPU>, _ state: TaskState) {
    let vmcs = vcpu.vmcs
    vcpu.object.registers = state.registers
    writePointers(vcpu)
    writeSegments(vmcs, state.segments)
    vmcs[.guestCR0] |= ControlRegister0.taskSwitched.rawValue
    vmcs[.guestDR7] = state.dr7
    vmcs[.guestPendingDebug] = 0
    endShadow(vcpu)
    vcpu.object.pagingIsCurrent = false
    guard state.cr0.contains(.paging) else { return }
    vmcs[.guestCR3] = state.cr3
    flushLinear(vcpu)
    if vcpu.paging.mode == .pae, !loadPageDirectoryPointers(vcpu) { raise(vcpu, .generalProtection) }
  }

  /// An NMI's task is not interrupted by the next one, until a task returns by IRET (6.7.1).
  private static func blockNMIs(_ vmcs: CurrentVMCS, _ request: TaskSwitchRequest) {
    let event = InterruptionInformation(rawValue: vmcs[.vectoringInformation])
    if request.source == .interruptReturn {
      vmcs.interruptibility = vmcs.interruptibility.subtracting(.blockingByNMI)
    } else if event.isValid, event.kind == .nmi {
      vmcs.interruptibility = vmcs.interruptibility.union(.blockingByNMI)
    }
  }

  private static func raise(_ vcpu: Handle<VCPU>, _ fault: TaskSwitchFault) {
    switch fault {
    case .exception(let vector, let errorCode):
      raise(vcpu, GuestException(vector: vector, hasErrorCode: true, errorCode: errorCode))
    case .pageFault(let fault):
      raise(
        vcpu, GuestException(vector: 14, hasErrorCode: true, errorCode: fault.errorCode.rawValue),
        address: fault.address.rawValue)
    case .noMemory(let address):
      let domain = vcpu.object.domain
      domain.log(
        .error, "d\(domain.object.id): a task switch needs \(hex: address.rawValue), where there is no memory")
      crash(vcpu, .undeliverableEvent, 0)
    }
  }
}
