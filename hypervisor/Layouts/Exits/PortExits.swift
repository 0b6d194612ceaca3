#if canImport(XenABI)
  import XenABI
#endif
#if canImport(CMachine)
  import CMachine
#endif
#if canImport(Core)
  import Core
#endif

/// IN, OUT and their string forms.
extension Layout {
  @inline(never)
  static func accessPort(_ vcpu: Handle<VCPU>, _ access: PortAccess) {
    guard let width = PortWidth(rawValue: access.size) else {
      raise(vcpu, .generalProtection)
      return
    }
    if access.isString {
      accessPortByString(vcpu, access, width)
      return
    }
    let rax = vcpu.object.registers.rax
    if access.isInput {
      let value = readPort(vcpu, access.port, width)
      // A doubleword clears the upper half of RAX; what is narrower leaves the rest.
      vcpu.object.registers.rax =
        width == .doubleword ? UInt64(value) : rax & ~UInt64(width.mask) | UInt64(value & width.mask)
    } else {
      writePort(vcpu, access.port, width, UInt32(truncatingIfNeeded: rax) & width.mask)
    }
    skipInstruction(vcpu)
  }

  private static func readPort(_ vcpu: Handle<VCPU>, _ port: UInt16, _ width: PortWidth) -> UInt32 {
    switch PortPolicy.read(port, width, isControlDomain: vcpu.object.domain.object.isPrivileged) {
    case .value(let value): return value
    case .machine:
      switch width {
      case .byte: return UInt32(apus_in8(port))
      case .word: return UInt32(apus_in16(port))
      case .doubleword: return apus_in32(port)
      }
    }
  }

  private static func writePort(
    _ vcpu: Handle<VCPU>, _ port: UInt16, _ width: PortWidth, _ value: UInt32
  ) {
    switch PortPolicy.write(port, width, value, isControlDomain: vcpu.object.domain.object.isPrivileged) {
    case .ignored: break
    case .log(let byte):
      // As console_io: a domU's lines are shown where the command line asks for all that guests do.
      let domain = vcpu.object.domain
      if domain.object.hypervisor.object.log.guestLevel == .debug { domain.putConsole(byte) }
    case .machine:
      switch width {
      case .byte: apus_out8(port, UInt8(truncatingIfNeeded: value))
      case .word: apus_out16(port, UInt16(truncatingIfNeeded: value))
      case .doubleword: apus_out32(port, value)
      }
    }
  }

  /// INS and OUTS: one element an exit, the repetition goes on by executing again.
  private static func accessPortByString(_ vcpu: Handle<VCPU>, _ access: PortAccess, _ width: PortWidth) {
    readPointers(vcpu)
    do throws(OperandError) {
      guard let instruction = try InstructionFetch.instruction(Self.self, vcpu), instruction.form == .string else {
        crash(vcpu, .undecodableAccess, 0)
        return
      }
      if instruction.isExhausted(vcpu.object.registers) {
        instruction.skip(&vcpu.object.registers)
        writePointers(vcpu)
        endInstruction(vcpu)
        return
      }
      // What is in memory has to be there before the port is touched: reading a port can change what it stands for.
      let address = instruction.linearAddress(instruction.memory, vcpu.object.registers) { Self.segmentBase(vcpu, $0) }
      let operand = try EmulatedOperand(vcpu, at: address, size: access.size, for: access.isInput ? .write : .read)
      if access.isInput {
        operand.write(UInt64(readPort(vcpu, access.port, width)))
      } else {
        writePort(vcpu, access.port, width, UInt32(truncatingIfNeeded: operand.read()))
      }
      instruction.advance(&vcpu.object.registers)
      writePointers(vcpu)
      endInstruction(vcpu)
    } catch {
      refuse(vcpu, error)
    }
  }
}

extension ExitReason {
  /// How the exit is counted.
  var statistic: ExitKind {
    switch self {
    case .hypercall: .hypercall
    case .cpuid: .cpuid
    case .halt: .halt
    case .readMSR: .readMSR
    case .writeMSR: .writeMSR
    case .xsetbv: .extendedControl
    case .port: .port
    case .nestedFault: .nestedFault
    case .controlRegister: .controlRegister
    case .debugRegister: .debugRegister
    case .hostInterrupt: .hostInterrupt
    case .nmi: .nmi
    case .machineCheck: .machineCheck
    case .deadline: .deadline
    case .interruptWindow: .interruptWindow
    case .exception: .exception
    case .undefined, .forbidden, .nothing: .refusedInstruction
    case .tripleFault: .tripleFault
    case .taskSwitch, .entryFailed, .unknown: .other
    }
  }
}
