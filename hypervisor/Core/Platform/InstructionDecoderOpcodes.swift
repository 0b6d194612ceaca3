/// The opcode maps (Intel SDM vol. 2 appendix A; AMD APM vol. 3 appendix A).
///
/// 0F 0B and all else that is not listed is unknown: a guest that executes it gets its #UD. Of what reaches for memory
/// that is: x87, vector and VEX-coded instructions; MUL, IMUL and DIV with rDX:rAX; PUSH, POP, CALL and JMP through
/// memory; moves of segment and descriptor-table registers; XLAT, SHLD, SHRD, CMPXCHG16B, POPCNT, TZCNT, LZCNT, CRC32.
extension InstructionDecoder {
  /// Decodes what follows the prefixes.
  mutating func decodeOpcode(_ opcode: UInt8) throws(DecodeError) {
    switch opcode {
    case 0x0F: try decodeTwoByteOpcode(try readByte())
    case 0x00...0x3F: try decodeArithmetic(opcode)
    case 0x63: try decodeSignExtension()
    case 0x69, 0x6B: try decodeMultiplication(opcode)
    case 0x6C, 0x6D: decodeString(.inputString, portSize(opcode))
    case 0x6E, 0x6F: decodeString(.outputString, portSize(opcode))
    case 0x80...0x83: try decodeArithmeticImmediate(opcode)
    case 0x84, 0x85: try decodeWithRegister(.test, .memoryFromRegister, size(opcode))
    case 0x86, 0x87: try decodeWithRegister(.exchange, .memoryFromRegister, size(opcode))
    case 0x88, 0x89: try decodeWithRegister(.move, .memoryFromRegister, size(opcode))
    case 0x8A, 0x8B: try decodeWithRegister(.move, .registerFromMemory, size(opcode))
    case 0x90: try decodePause()
    case 0xA0...0xA3: try decodeAbsoluteMove(opcode)
    case 0xA4, 0xA5: decodeString(.moveString, size(opcode))
    case 0xA6, 0xA7: decodeString(.compareString, size(opcode))
    case 0xAA, 0xAB: decodeString(.storeString, size(opcode))
    case 0xAC, 0xAD: decodeString(.loadString, size(opcode))
    case 0xAE, 0xAF: decodeString(.scanString, size(opcode))
    case 0xC0, 0xC1, 0xD0...0xD3: try decodeShift(opcode)
    case 0xC6, 0xC7: try decodeMoveImmediate(opcode)
    case 0xE4...0xE7, 0xEC...0xEF: try decodePort(opcode)
    case 0xF1: instruction.operation = .interruptOne
    case 0xF4: instruction.operation = .halt
    case 0xF6, 0xF7: try decodeUnary(opcode)
    case 0xFE, 0xFF: try decodeStep(opcode)
    default: throw .unknownOpcode
    }
  }

  private mutating func decodeTwoByteOpcode(_ opcode: UInt8) throws(DecodeError) {
    switch opcode {
    case 0x01: try decodeSystemGroup()
    case 0x06: instruction.operation = .clearTaskSwitched
    case 0x08: instruction.operation = .invalidateCaches
    case 0x09: instruction.operation = .writeBackCaches
    case 0x20: try decodeSystemMove(.moveFromControl)
    case 0x21: try decodeSystemMove(.moveFromDebug)
    case 0x22: try decodeSystemMove(.moveToControl)
    case 0x23: try decodeSystemMove(.moveToDebug)
    case 0x30: instruction.operation = .writeMSR
    case 0x31: instruction.operation = .readTimeStamp
    case 0x32: instruction.operation = .readMSR
    case 0x33: instruction.operation = .readPerformanceCounter
    case 0x38: try decodeThreeByteOpcode(try readByte())
    case 0x40...0x4F:
      try decodeWithRegister(.conditionalMove, .registerFromMemory, operandSize)
      instruction.condition = ConditionCode(opcode: opcode)
    case 0x90...0x9F:
      try decodeInPlace(.setOnCondition, try readModRM(), 1)
      instruction.condition = ConditionCode(opcode: opcode)
    case 0xA2: instruction.operation = .cpuid
    case 0xA3, 0xAB, 0xB3, 0xBB: try decodeWithRegister(bitOperation(opcode >> 3), .memoryFromRegister, operandSize)
    case 0xAF: try decodeWithRegister(.multiply, .registerFromMemory, operandSize)
    case 0xB0, 0xB1: try decodeWithRegister(.compareAndExchange, .memoryFromRegister, size(opcode))
    case 0xB6, 0xB7: try decodeExtension(.moveZeroExtended, from: opcode & 1 == 0 ? 1 : 2)
    case 0xBA: try decodeBitImmediate()
    case 0xBC, 0xBD: try decodeScan(opcode)
    case 0xBE, 0xBF: try decodeExtension(.moveSignExtended, from: opcode & 1 == 0 ? 1 : 2)
    case 0xC0, 0xC1: try decodeWithRegister(.exchangeAndAdd, .memoryFromRegister, size(opcode))
    case 0xC3: try decodeNonTemporalMove()
    case 0xC7: try decodeExchangePair()
    default: throw .unknownOpcode
    }
  }

  /// 0F 38: MOVBE, which F2 makes CRC32.
  private mutating func decodeThreeByteOpcode(_ opcode: UInt8) throws(DecodeError) {
    guard opcode & 0xFE == 0xF0, prefixes.repetition == .once else { throw .unknownOpcode }
    try decodeWithRegister(.moveByteSwapped, opcode == 0xF0 ? .registerFromMemory : .memoryFromRegister, operandSize)
  }

  /// 0F 01: system instructions by the whole ModRM byte, or by its register field.
  private mutating func decodeSystemGroup() throws(DecodeError) {
    let byte = try readByte()
    switch byte {
    case 0xC1: instruction.operation = .vmcall
    case 0xC8, 0xFA: instruction.operation = .monitor
    case 0xC9, 0xFB: instruction.operation = .monitorWait
    case 0xD0: instruction.operation = .getExtendedControl
    case 0xD1: instruction.operation = .setExtendedControl
    case 0xD9: instruction.operation = .vmmcall
    case 0xF9: instruction.operation = .readTimeStampAndID
    default:
      let modRM = ModRM(byte, prefixes)
      switch modRM.extension {
      case 6: try decodeMachineStatus(modRM)
      case 7:
        instruction.operation = .invalidatePage
        try readMemory(modRM)
      default: throw .unknownOpcode
      }
    }
  }

  /// LMSW, from a register or from memory.
  private mutating func decodeMachineStatus(_ modRM: ModRM) throws(DecodeError) {
    instruction.operation = .loadMachineStatus
    setOperandSize(2)
    if modRM.isRegister {
      instruction.register = RegisterOperand(modRM.target | prefixes.baseBit)
    } else {
      try readMemory(modRM)
    }
  }

  /// 00 to 3F: eight operations, each with its operands both ways round. The others there name no memory.
  private mutating func decodeArithmetic(_ opcode: UInt8) throws(DecodeError) {
    guard opcode & 4 == 0 else { throw .unknownOpcode }
    try decodeWithRegister(
      arithmetic(opcode >> 3), opcode & 2 == 0 ? .memoryFromRegister : .registerFromMemory, size(opcode))
  }

  /// 80 to 83: the same operations with an immediate, in 83 of one byte. 82 is 80 again, but not in 64-bit mode.
  private mutating func decodeArithmeticImmediate(_ opcode: UInt8) throws(DecodeError) {
    guard opcode != 0x82 || codeSize != .bits64 else { throw .unknownOpcode }
    let modRM = try readModRM()
    try decodeInPlace(arithmetic(modRM.extension), modRM, size(opcode))
    try readImmediate(size: opcode == 0x83 ? 1 : size(opcode))
  }

  /// F6, F7: TEST with an immediate, NOT, NEG. The multiplications and divisions are not known.
  private mutating func decodeUnary(_ opcode: UInt8) throws(DecodeError) {
    let modRM = try readModRM()
    switch modRM.extension {
    case 0, 1:
      try decodeInPlace(.test, modRM, size(opcode))
      try readImmediate(size: size(opcode))
    case 2: try decodeInPlace(.not, modRM, size(opcode))
    case 3: try decodeInPlace(.negate, modRM, size(opcode))
    default: throw .unknownOpcode
    }
  }

  /// FE, FF: INC, DEC. The jumps, calls and pushes are not known.
  private mutating func decodeStep(_ opcode: UInt8) throws(DecodeError) {
    let modRM = try readModRM()
    guard modRM.extension <= 1 else { throw .unknownOpcode }
    try decodeInPlace(modRM.extension == 0 ? .increment : .decrement, modRM, size(opcode))
  }

  /// C0, C1, D0 to D3: by an immediate, by one, by CL.
  private mutating func decodeShift(_ opcode: UInt8) throws(DecodeError) {
    let modRM = try readModRM()
    // The last two are SHL again, and SAR.
    let number = modRM.extension == 6 ? 4 : min(modRM.extension, 6)
    let operation =
      InstructionOperation(rawValue: InstructionOperation.rotateLeft.rawValue &+ number) ?? .shiftArithmeticRight
    try decodeInPlace(operation, modRM, size(opcode))
    if opcode < 0xD0 {
      try readImmediate(size: 1)
    } else if opcode < 0xD2 {
      instruction.form = .memoryFromImmediate
      instruction.immediate = 1
    } else {
      instruction.form = .memoryFromRegister
      instruction.register = RegisterOperand(1)
      instruction.registerSize = 1
    }
  }

  /// 69, 6B: IMUL with an immediate, in 6B of one byte.
  private mutating func decodeMultiplication(_ opcode: UInt8) throws(DecodeError) {
    try decodeWithRegister(.multiplyByImmediate, .registerFromMemory, operandSize)
    instruction.immediate = try readSigned(size: opcode == 0x6B ? 1 : min(operandSize, 4))
  }

  /// 0F BA: BT to BTC with an immediate. The first four numbers are no instructions.
  private mutating func decodeBitImmediate() throws(DecodeError) {
    let modRM = try readModRM()
    guard modRM.extension >= 4 else { throw .unknownOpcode }
    try decodeInPlace(bitOperation(modRM.extension), modRM, operandSize)
    try readImmediate(size: 1)
  }

  /// BSF, BSR. F3 makes TZCNT and LZCNT of them, where the processor has those.
  private mutating func decodeScan(_ opcode: UInt8) throws(DecodeError) {
    guard prefixes.repetition != .whileEqual else { throw .unknownOpcode }
    try decodeWithRegister(opcode & 1 == 0 ? .bitScanForward : .bitScanReverse, .registerFromMemory, operandSize)
  }

  /// 0F C7 /1: CMPXCHG8B, of which REX.W makes CMPXCHG16B.
  private mutating func decodeExchangePair() throws(DecodeError) {
    let modRM = try readModRM()
    guard modRM.extension == 1, !prefixes.isWide else { throw .unknownOpcode }
    try decodeInPlace(.compareAndExchangePair, modRM, 8)
  }

  /// C6 /0, C7 /0.
  private mutating func decodeMoveImmediate(_ opcode: UInt8) throws(DecodeError) {
    let modRM = try readModRM()
    guard modRM.extension == 0 else { throw .unknownOpcode }
    try decodeInPlace(.move, modRM, size(opcode))
    try readImmediate(size: size(opcode))
  }

  /// A0 to A3: MOV between rAX and an offset in the instruction.
  private mutating func decodeAbsoluteMove(_ opcode: UInt8) throws(DecodeError) {
    instruction.operation = .move
    instruction.form = opcode & 2 == 0 ? .registerFromMemory : .memoryFromRegister
    setOperandSize(size(opcode))
    try readAbsolute()
  }

  /// MOVSXD. In other modes the opcode is ARPL.
  private mutating func decodeSignExtension() throws(DecodeError) {
    guard codeSize == .bits64 else { throw .unknownOpcode }
    try decodeExtension(.moveSignExtended, from: 4)
  }

  /// MOVZX, MOVSX and MOVSXD, from an operand of `size` bytes.
  private mutating func decodeExtension(_ operation: InstructionOperation, from size: UInt8) throws(DecodeError) {
    try decodeWithRegister(operation, .registerFromMemory, operandSize)
    instruction.operandSize = min(size, operandSize)
  }

  /// MOVNTI. Other prefixes make other instructions of it, or none.
  private mutating func decodeNonTemporalMove() throws(DecodeError) {
    guard !prefixes.hasOperandSize, prefixes.repetition == .once else { throw .unknownOpcode }
    try decodeWithRegister(.move, .memoryFromRegister, prefixes.isWide ? 8 : 4)
  }

  /// IN and OUT. The upper four take the port from DX.
  private mutating func decodePort(_ opcode: UInt8) throws(DecodeError) {
    instruction.operation = opcode & 2 == 0 ? .input : .output
    setOperandSize(portSize(opcode))
    if opcode & 8 == 0 { instruction.immediate = UInt64(try readByte()) }
  }

  /// F3 90. Without the prefix it is a no-operation or an exchange.
  private mutating func decodePause() throws(DecodeError) {
    guard prefixes.repetition == .whileEqual else { throw .unknownOpcode }
    instruction.operation = .pause
  }

  /// 0F 20 to 0F 23: the ModRM byte names two registers, whatever its mode says.
  private mutating func decodeSystemMove(_ operation: InstructionOperation) throws(DecodeError) {
    let modRM = try readModRM()
    instruction.operation = operation
    instruction.registerSize = codeSize == .bits64 ? 8 : 4
    instruction.register = RegisterOperand(modRM.target | prefixes.baseBit)
    instruction.systemRegister = modRM.register
    if prefixes.hasLock {
      guard modRM.register == 0 else { throw .unknownOpcode }
      instruction.systemRegister = 8
    }
  }
}

/// The shapes that opcodes share.
extension InstructionDecoder {
  /// One with a register and an operand in memory.
  private mutating func decodeWithRegister(
    _ operation: InstructionOperation, _ form: OperandForm, _ size: UInt8
  ) throws(DecodeError) {
    let modRM = try readModRM()
    instruction.operation = operation
    instruction.form = form
    setOperandSize(size)
    instruction.register = register(modRM.register, size: size)
    try readMemory(modRM)
  }

  /// One with an operand in memory alone.
  private mutating func decodeInPlace(
    _ operation: InstructionOperation, _ modRM: ModRM, _ size: UInt8
  ) throws(DecodeError) {
    instruction.operation = operation
    instruction.form = .memoryOnly
    setOperandSize(size)
    try readMemory(modRM)
  }

  /// The immediate that follows the operand in memory: at most 4 bytes, of which an operand of 8 takes the sign.
  private mutating func readImmediate(size: UInt8) throws(DecodeError) {
    instruction.form = .memoryFromImmediate
    instruction.immediate = try readSigned(size: min(size, 4))
  }

  /// A string instruction: its destination is ES:rDI always, its source rSI in DS or what a prefix says.
  private mutating func decodeString(_ operation: InstructionOperation, _ size: UInt8) {
    instruction.operation = operation
    instruction.form = .string
    setOperandSize(size)
    instruction.sourceSegment = prefixes.segment ?? .ds
    if instruction.usesDestination {
      instruction.memory.base = 7
      instruction.memory.segment = .es
    } else {
      instruction.memory = instruction.source
    }
  }

  private mutating func setOperandSize(_ size: UInt8) {
    instruction.operandSize = size
    instruction.registerSize = size
  }

  /// The operand's bytes by the opcode's lowest bit: 1, or what mode and prefixes say.
  private func size(_ opcode: UInt8) -> UInt8 {
    opcode & 1 == 0 ? 1 : operandSize
  }

  /// The same for ports, which have at most 4 bytes.
  private func portSize(_ opcode: UInt8) -> UInt8 {
    min(size(opcode), 4)
  }

  /// The operation of a number in the opcodes of bits.
  private func bitOperation(_ number: UInt8) -> InstructionOperation {
    InstructionOperation(rawValue: InstructionOperation.bitTest.rawValue &+ (number & 3)) ?? .bitTest
  }

  /// The operation of a number in the arithmetic opcodes.
  private func arithmetic(_ number: UInt8) -> InstructionOperation {
    InstructionOperation(rawValue: InstructionOperation.add.rawValue &+ (number & 7)) ?? .compare
  }
}
