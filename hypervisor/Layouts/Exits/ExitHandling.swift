#if canImport(XenABI)
  import XenABI
#endif
#if canImport(Core)
  import Core
#endif

/// What happens on an exit, the same for every layout: the reason decides, the layout translates.
extension Layout {
  /// Answers one exit and says which vCPU runs next: the way from the exit stub and back to it.
  @inline(__always)
  package static func afterExit(_ vcpu: Handle<VCPU>) -> Handle<VCPU> {
    vcpu.object.pagingIsCurrent = false
    handle(vcpu, decode(vcpu))
    return prepareEntry(vcpu)
  }

  /// VMCALL or VMMCALL: number and arguments in registers, the result in RAX.
  @inline(__always)
  package static func hypercall(_ vcpu: Handle<VCPU>) {
    vcpu.object.exits.count(.hypercall)
    let number = HypercallNumber(UInt32(truncatingIfNeeded: vcpu.object.registers.rax))
    if isLongModeKernel(vcpu) {
      do throws(HypercallError) {
        if let value = try Caller(vcpu, width: .bits64).performFrequent(number, renewPaging: { readPaging(vcpu) }) {
          vcpu.object.registers.rax = value
          skipHypercall(vcpu)
          return
        }
      } catch {
        vcpu.object.registers.rax = UInt64(bitPattern: error.result)
        skipHypercall(vcpu)
        return
      }
    }
    dispatch(vcpu, number)
  }

  @inline(never)
  private static func dispatch(_ vcpu: Handle<VCPU>, _ number: HypercallNumber) {
    let width: CallWidth = codeSize(vcpu) == .bits64 ? .bits64 : .bits32
    let outcome: HypercallOutcome =
      privilegeLevel(vcpu) == 0 ? Caller(vcpu, width: width).dispatch(number) : .refused(.notPermitted)
    if vcpu.object.registers.complete(outcome, width) {
      skipHypercall(vcpu)
    } else {
      // In the shadow of an STI before the call, no piece of it would let an interrupt in.
      endShadow(vcpu)
    }
  }

  @inline(never)
  static func handle(_ vcpu: Handle<VCPU>, _ reason: ExitReason) {
    if case .hypercall = reason {
      hypercall(vcpu)
      return
    }
    vcpu.object.exits.count(reason.statistic)
    switch reason {
    case .hypercall: break
    case .cpuid:
      identify(vcpu)
      skipInstruction(vcpu)
    case .halt:
      let enabled = interruptsEnabled(vcpu)
      skipInstruction(vcpu)
      vcpu.halt(interruptsEnabled: enabled)
    case .readMSR: readRegister(vcpu)
    case .writeMSR: writeRegister(vcpu)
    case .xsetbv: setExtendedControl(vcpu)
    case .port(let access): accessPort(vcpu, access)
    case .nestedFault(let fault): resolve(vcpu, fault)
    case .controlRegister(let access): accessControlRegister(vcpu, access)
    case .debugRegister: takeDebugRegisters(vcpu)
    case .taskSwitch(let request): switchTask(vcpu, request)
    case .hostInterrupt: letInterruptsIn()
    case .nmi: takeNMI()
    case .machineCheck: vcpu.object.domain.crash(.machineCheck)
    case .deadline:
      vcpu.object.cpu.object.deadlineArrived = true
      vcpu.object.cpu.object.mustLetInterruptsIn = true
    case .interruptWindow:
      vcpu.object.attention.remove(.window)
      requestInterruptWindow(vcpu, false)
    case .exception(let exception):
      // It may be one that the delivery of an event raised behind its last step, and so on for ever (CVE-2015-8104).
      vcpu.object.cpu.object.mustLetInterruptsIn = true
      raise(vcpu, exception)
    case .undefined: raise(vcpu, GuestException(vector: 6, hasErrorCode: false, errorCode: 0))
    case .forbidden: raise(vcpu, .generalProtection)
    case .nothing: skipInstruction(vcpu)
    case .tripleFault:
      readPointers(vcpu)
      vcpu.tripleFaulted()
    case .entryFailed:
      crash(vcpu, .entryFailed, 0)
      explainEntryFailure(vcpu)
    case .unknown(let code): crash(vcpu, .unknownExit, code)
    }
  }

  /// Ends a domain with a report of why and where.
  static func crash(_ vcpu: Handle<VCPU>, _ reason: CrashReason, _ detail: UInt32) {
    if reason == .unknownExit {
      vcpu.object.domain.log(
        .error, "d\(vcpu.object.domain.object.id): exit \(hex: detail) is none that can be answered")
    }
    vcpu.object.domain.crash(reason)
    report(vcpu)
  }

  /// Writes a vCPU's registers to the log.
  package static func report(_ vcpu: Handle<VCPU>) {
    readPointers(vcpu)
    vcpu.describeRegisters()
    describe(vcpu)
  }

  /// MOV to or from a control register that exits: CR8, and on VT-x what CR0 and CR4 may not hold.
  private static func accessControlRegister(_ vcpu: Handle<VCPU>, _ access: ControlRegisterAccess) {
    if access.number == 8 {
      if access.isRead {
        vcpu.object.registers[encoding: access.register] = vcpu.object.apic.controlRegister8
        skipInstruction(vcpu)
        return
      }
      do throws(GeneralProtection) {
        readPointers(vcpu)
        let effects = try vcpu.object.apic.writeControlRegister8(
          vcpu.object.registers[encoding: access.register])
        vcpu.apply(effects)
        skipInstruction(vcpu)
      } catch {
        raise(vcpu, .generalProtection)
      }
      return
    }
    if !writeControlRegister(vcpu, access) { raise(vcpu, .generalProtection) }
  }

  /// Has an exception delivered to the guest before it runs on. With an event whose delivery it interrupted it makes a
  /// double fault, or the end of the domain, as the manuals say (`ExceptionClass`).
  @inline(never)
  static func raise(_ vcpu: Handle<VCPU>, _ exception: GuestException, address: UInt64 = 0) {
    var outcome = ExceptionClass.Outcome.second
    if let event = interruptedEvent(vcpu) {
      dropEvent(vcpu)
      outcome = event.weight.interrupted(by: ExceptionClass(vector: exception.vector))
    }
    switch outcome {
    case .second: vcpu.raise(exception, address: address)
    case .doubleFault: vcpu.raise(GuestException(vector: 8, hasErrorCode: true, errorCode: 0))
    case .tripleFault:
      readPointers(vcpu)
      vcpu.tripleFaulted()
    }
  }
}

extension GuestException {
  /// #GP with error code 0.
  package static var generalProtection: Self { Self(vector: 13, hasErrorCode: true, errorCode: 0) }
}

extension Handle where Object == VCPU {
  /// Has an exception delivered to the guest before it runs on.
  fileprivate func raise(_ exception: GuestException, address: UInt64 = 0) {
    object.exceptions.isPending = true
    object.exceptions.vector = exception.vector
    object.exceptions.hasErrorCode = exception.hasErrorCode
    object.exceptions.errorCode = exception.errorCode
    object.exceptions.address = address
    object.exceptions.instructionLength = exception.instructionLength
    object.attention.formUnion(.exception)
  }
}
