/// The opcode maps (Intel SDM vol. 2 appendix A; AMD APM vol. 3 appendix A).
///
/// 0F 0B and all else that is not listed is unknown: a guest that executes it gets its #UD.
extension InstructionDecoder {
  /// Decodes what follows the prefixes.
  mutating func decodeOpcode(_ opcode: UInt8) throws(DecodeError) -> DecodedInstruction {
    switch opcode {
    case 0x0F: try decodeTwoByteOpcode(try readByte())
    case 0x00...0x3F: try decodeArithmetic(opcode)
    case 0x63: try decodeExtension(.moveSignExtended, from: 4, in: .bits64)
    case 0x6C, 0x6D: string(.inputString, portSize(opcode), destination: true)
    case 0x6E, 0x6F: string(.outputString, portSize(opcode), destination: false)
    case 0x80...0x83: try decodeArithmeticImmediate(opcode)
    case 0x84, 0x85: try decodeWithRegister(.test, .memoryFromRegister, size(opcode))
    case 0x86, 0x87: try decodeWithRegister(.exchange, .memoryFromRegister, size(opcode))
    case 0x88, 0x89: try decodeWithRegister(.move, .memoryFromRegister, size(opcode))
    case 0x8A, 0x8B: try decodeWithRegister(.move, .registerFromMemory, size(opcode))
    case 0x90: try decodePause()
    case 0xA0...0xA3: try decodeAbsoluteMove(opcode)
    case 0xA4, 0xA5: string(.moveString, size(opcode), destination: true)
    case 0xAA, 0xAB: string(.storeString, size(opcode), destination: true)
    case 0xAC, 0xAD: string(.loadString, size(opcode), destination: false)
    case 0xC6, 0xC7: try decodeMoveImmediate(opcode)
    case 0xE4...0xE7, 0xEC...0xEF: try decodePort(opcode)
    case 0xF4: plain(.halt)
    case 0xF6, 0xF7: try decodeUnary(opcode)
    case 0xFE, 0xFF: try decodeStep(opcode)
    default: throw .unknownOpcode
    }
  }

  private mutating func decodeTwoByteOpcode(_ opcode: UInt8) throws(DecodeError) -> DecodedInstruction {
    switch opcode {
    case 0x01: try decodeSystemGroup()
    case 0x06: plain(.clearTaskSwitched)
    case 0x08: plain(.invalidateCaches)
    case 0x09: plain(.writeBackCaches)
    case 0x20: try decodeSystemMove(.moveFromControl)
    case 0x21: try decodeSystemMove(.moveFromDebug)
    case 0x22: try decodeSystemMove(.moveToControl)
    case 0x23: try decodeSystemMove(.moveToDebug)
    case 0x30: plain(.writeMSR)
    case 0x31: plain(.readTimeStamp)
    case 0x32: plain(.readMSR)
    case 0x33: plain(.readPerformanceCounter)
    case 0xA2: plain(.cpuid)
    case 0xB6, 0xB7: try decodeExtension(.moveZeroExtended, from: opcode & 1 == 0 ? 1 : 2)
    case 0xBE, 0xBF: try decodeExtension(.moveSignExtended, from: opcode & 1 == 0 ? 1 : 2)
    case 0xC3: try decodeNonTemporalMove()
    default: throw .unknownOpcode
    }
  }

  /// 0F 01: system instructions by the whole ModRM byte, or by its register field.
  private mutating func decodeSystemGroup() throws(DecodeError) -> DecodedInstruction {
    let byte = try readByte()
    switch byte {
    case 0xC1: return plain(.vmcall)
    case 0xC8, 0xFA: return plain(.monitor)
    case 0xC9, 0xFB: return plain(.monitorWait)
    case 0xD0: return plain(.getExtendedControl)
    case 0xD1: return plain(.setExtendedControl)
    case 0xD9: return plain(.vmmcall)
    case 0xF9: return plain(.readTimeStampAndID)
    default: break
    }
    let modRM = ModRM(byte, prefixes)
    var instruction: DecodedInstruction
    switch modRM.extension {
    case 6:
      instruction = plain(.loadMachineStatus)
      instruction.operandSize = 2
      instruction.registerSize = 2
      if modRM.isRegister {
        instruction.register = RegisterOperand(modRM.target | prefixes.baseBit)
        return instruction
      }
    case 7: instruction = plain(.invalidatePage)
    default: throw .unknownOpcode
    }
    instruction.memory = try readMemory(modRM)
    return instruction
  }

  /// 00 to 3F: eight operations, each with its operands both ways round. The others there name no memory.
  private mutating func decodeArithmetic(_ opcode: UInt8) throws(DecodeError) -> DecodedInstruction {
    let operation = arithmetic(opcode >> 3)
    switch opcode & 7 {
    case 0, 1: return try decodeWithRegister(operation, .memoryFromRegister, size(opcode))
    case 2, 3: return try decodeWithRegister(operation, .registerFromMemory, size(opcode))
    default: throw .unknownOpcode
    }
  }

  /// 80 to 83: the same operations with an immediate, in 83 of one byte. 82 is 80 again, but not in 64-bit mode.
  private mutating func decodeArithmeticImmediate(_ opcode: UInt8) throws(DecodeError) -> DecodedInstruction {
    guard opcode != 0x82 || codeSize != .bits64 else { throw .unknownOpcode }
    let modRM = try readModRM()
    let operandSize = size(opcode)
    return try withImmediate(
      arithmetic(modRM.extension), modRM, operandSize, immediateSize: opcode == 0x81 ? min(operandSize, 4) : 1)
  }

  /// F6, F7: TEST with an immediate, NOT, NEG. The multiplications and divisions are not known.
  private mutating func decodeUnary(_ opcode: UInt8) throws(DecodeError) -> DecodedInstruction {
    let modRM = try readModRM()
    let operandSize = size(opcode)
    switch modRM.extension {
    case 0, 1: return try withImmediate(.test, modRM, operandSize, immediateSize: min(operandSize, 4))
    case 2: return try inPlace(.not, modRM, operandSize)
    case 3: return try inPlace(.negate, modRM, operandSize)
    default: throw .unknownOpcode
    }
  }

  /// FE, FF: INC, DEC. The jumps, calls and pushes are not known.
  private mutating func decodeStep(_ opcode: UInt8) throws(DecodeError) -> DecodedInstruction {
    let modRM = try readModRM()
    switch modRM.extension {
    case 0: return try inPlace(.increment, modRM, size(opcode))
    case 1: return try inPlace(.decrement, modRM, size(opcode))
    default: throw .unknownOpcode
    }
  }

  /// C6 /0, C7 /0.
  private mutating func decodeMoveImmediate(_ opcode: UInt8) throws(DecodeError) -> DecodedInstruction {
    let modRM = try readModRM()
    guard modRM.extension == 0 else { throw .unknownOpcode }
    let operandSize = size(opcode)
    return try withImmediate(.move, modRM, operandSize, immediateSize: min(operandSize, 4))
  }

  /// A0 to A3: MOV between rAX and an offset in the instruction.
  private mutating func decodeAbsoluteMove(_ opcode: UInt8) throws(DecodeError) -> DecodedInstruction {
    var instruction = plain(.move)
    instruction.form = opcode & 2 == 0 ? .registerFromMemory : .memoryFromRegister
    instruction.operandSize = size(opcode)
    instruction.registerSize = instruction.operandSize
    instruction.memory = try readAbsolute()
    return instruction
  }

  /// MOVZX, MOVSX and MOVSXD, from an operand of `size` bytes.
  private mutating func decodeExtension(
    _ operation: InstructionOperation, from size: UInt8, in only: CodeSize? = nil
  ) throws(DecodeError) -> DecodedInstruction {
    if let only, only != codeSize { throw .unknownOpcode }
    var instruction = try decodeWithRegister(operation, .registerFromMemory, operandSize)
    instruction.operandSize = min(size, operandSize)
    return instruction
  }

  /// MOVNTI. Other prefixes make other instructions of it, or none.
  private mutating func decodeNonTemporalMove() throws(DecodeError) -> DecodedInstruction {
    guard !prefixes.hasOperandSize, prefixes.repetition == .once else { throw .unknownOpcode }
    return try decodeWithRegister(.move, .memoryFromRegister, prefixes.isWide ? 8 : 4)
  }

  /// IN and OUT. The upper four take the port from DX.
  private mutating func decodePort(_ opcode: UInt8) throws(DecodeError) -> DecodedInstruction {
    var instruction = plain(opcode & 2 == 0 ? .input : .output)
    instruction.operandSize = portSize(opcode)
    instruction.registerSize = instruction.operandSize
    if opcode & 8 == 0 { instruction.immediate = UInt64(try readByte()) }
    return instruction
  }

  /// F3 90. Without the prefix it is a no-operation or an exchange.
  private func decodePause() throws(DecodeError) -> DecodedInstruction {
    guard prefixes.repetition == .whileEqual else { throw .unknownOpcode }
    return plain(.pause)
  }

  /// 0F 20 to 0F 23: the ModRM byte names two registers, whatever its mode says.
  private mutating func decodeSystemMove(
    _ operation: InstructionOperation
  ) throws(DecodeError) -> DecodedInstruction {
    let modRM = try readModRM()
    var instruction = plain(operation)
    instruction.registerSize = codeSize == .bits64 ? 8 : 4
    instruction.register = RegisterOperand(modRM.target | prefixes.baseBit)
    instruction.systemRegister = modRM.register
    if prefixes.hasLock {
      guard instruction.systemRegister == 0 else { throw .unknownOpcode }
      instruction.systemRegister = 8
    }
    return instruction
  }
}

/// The shapes that opcodes share.
extension InstructionDecoder {
  /// An instruction without operands.
  private func plain(_ operation: InstructionOperation) -> DecodedInstruction {
    DecodedInstruction(operation: operation, codeSize: codeSize, memory: MemoryOperand(addressSize: addressSize))
  }

  /// One with a register and an operand in memory.
  private mutating func decodeWithRegister(
    _ operation: InstructionOperation, _ form: OperandForm, _ size: UInt8
  ) throws(DecodeError) -> DecodedInstruction {
    let modRM = try readModRM()
    var instruction = plain(operation)
    instruction.form = form
    instruction.operandSize = size
    instruction.registerSize = size
    instruction.register = register(modRM.register, size: size)
    instruction.memory = try readMemory(modRM)
    return instruction
  }

  /// One with an immediate and an operand in memory.
  private mutating func withImmediate(
    _ operation: InstructionOperation, _ modRM: ModRM, _ size: UInt8, immediateSize: UInt8
  ) throws(DecodeError) -> DecodedInstruction {
    var instruction = try inPlace(operation, modRM, size)
    instruction.form = .memoryFromImmediate
    instruction.immediate = try readSigned(size: immediateSize)
    return instruction
  }

  /// One with an operand in memory alone.
  private mutating func inPlace(
    _ operation: InstructionOperation, _ modRM: ModRM, _ size: UInt8
  ) throws(DecodeError) -> DecodedInstruction {
    var instruction = plain(operation)
    instruction.form = .memoryOnly
    instruction.operandSize = size
    instruction.registerSize = size
    instruction.memory = try readMemory(modRM)
    return instruction
  }

  /// A string instruction: its destination is ES:rDI always, its source rSI in DS or what a prefix says.
  private func string(
    _ operation: InstructionOperation, _ size: UInt8, destination: Bool
  ) -> DecodedInstruction {
    var instruction = plain(operation)
    instruction.form = .string
    instruction.operandSize = size
    instruction.registerSize = size
    instruction.sourceSegment = prefixes.segment ?? .ds
    if destination {
      instruction.memory.base = 7
      instruction.memory.segment = .es
    } else {
      instruction.memory = instruction.source
    }
    return instruction
  }

  /// The operand's bytes by the opcode's lowest bit: 1, or what mode and prefixes say.
  private func size(_ opcode: UInt8) -> UInt8 {
    opcode & 1 == 0 ? 1 : operandSize
  }

  /// The same for ports, which have at most 4 bytes.
  private func portSize(_ opcode: UInt8) -> UInt8 {
    min(size(opcode), 4)
  }

  /// The operation of a number in the arithmetic opcodes.
  private func arithmetic(_ number: UInt8) -> InstructionOperation {
    switch number & 7 {
    case 0: .add
    case 1: .or
    case 2: .addWithCarry
    case 3: .subtractWithBorrow
    case 4: .and
    case 5: .subtract
    case 6: .xor
    default: .compare
    }
  }
}
