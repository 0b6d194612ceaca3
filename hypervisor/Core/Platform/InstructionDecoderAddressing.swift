/// A ModRM byte with the bits that a REX prefix adds.
struct ModRM: BitwiseCopyable {
  let mode: UInt8
  /// The register field, with REX.R.
  let register: UInt8
  /// The register-or-memory field, without REX.B.
  let target: UInt8

  init(_ byte: UInt8, _ prefixes: InstructionPrefixes) {
    mode = byte >> 6
    register = byte >> 3 & 7 | prefixes.registerBit
    target = byte & 7
  }

  /// The register field where it extends the opcode.
  var `extension`: UInt8 { register & 7 }
  /// Whether the target is a register and not memory.
  var isRegister: Bool { mode == 3 }
}

/// Operand and address forms (Intel SDM vol. 2 2.1.5 and 2.2.1.2; AMD APM vol. 3 1.4).
extension InstructionDecoder {
  /// The bytes of an operand that is not a single byte.
  var operandSize: UInt8 {
    if prefixes.isWide { return 8 }
    return (codeSize == .bits16) != prefixes.hasOperandSize ? 2 : 4
  }

  /// The bytes of an address.
  var addressSize: UInt8 {
    switch codeSize {
    case .bits16: prefixes.hasAddressSize ? 4 : 2
    case .bits32: prefixes.hasAddressSize ? 2 : 4
    case .bits64: prefixes.hasAddressSize ? 4 : 8
    }
  }

  mutating func readModRM() throws(DecodeError) -> ModRM {
    ModRM(try readByte(), prefixes)
  }

  /// The general register of a number: without a REX prefix, byte registers 4 to 7 are AH, CH, DH and BH.
  func register(_ number: UInt8, size: UInt8) -> RegisterOperand {
    if size == 1, prefixes.rex == 0, number >= 4 { return RegisterOperand(number & 3, isHighByte: true) }
    return RegisterOperand(number)
  }

  /// Takes the operand that a ModRM byte says lies in memory, with the SIB byte and the displacement that follow.
  mutating func readMemory(_ modRM: ModRM) throws(DecodeError) {
    guard !modRM.isRegister else { throw .unknownOpcode }
    if addressSize == 2 { try readMemory16(modRM) } else { try readMemory32(modRM) }
    let isOnStack = instruction.memory.base == 5 || (addressSize != 2 && instruction.memory.base == 4)
    instruction.memory.segment = prefixes.segment ?? (isOnStack ? .ss : .ds)
  }

  /// Takes the memory that an offset in the instruction names.
  mutating func readAbsolute() throws(DecodeError) {
    instruction.memory.segment = prefixes.segment ?? .ds
    instruction.memory.displacement = try readSigned(size: addressSize)
  }

  private mutating func readMemory16(_ modRM: ModRM) throws(DecodeError) {
    var memory = MemoryOperand(addressSize: 2)
    // 3 is BX, 5 BP, 6 SI and 7 DI.
    switch modRM.target {
    case 0: (memory.base, memory.index) = (3, 6)
    case 1: (memory.base, memory.index) = (3, 7)
    case 2: (memory.base, memory.index) = (5, 6)
    case 3: (memory.base, memory.index) = (5, 7)
    case 4: memory.base = 6
    case 5: memory.base = 7
    case 6: memory.base = modRM.mode == 0 ? nil : 5
    default: memory.base = 3
    }
    let displacementSize: UInt8 = memory.base == nil ? 2 : modRM.mode
    memory.displacement = try readSigned(size: displacementSize)
    instruction.memory = memory
  }

  private mutating func readMemory32(_ modRM: ModRM) throws(DecodeError) {
    var memory = MemoryOperand(addressSize: addressSize)
    var low = modRM.target
    if low == 4 {
      let sib = try readByte()
      low = sib & 7
      let index = sib >> 3 & 7 | prefixes.indexBit
      // RSP is never an index: its number says that there is none.
      if index != 4 {
        memory.index = index
        memory.scale = 1 << (sib >> 6)
      }
    }
    if low == 5, modRM.mode == 0 {
      memory.displacement = try readSigned(size: 4)
      memory.isRelativeToIP = modRM.target == 5 && codeSize == .bits64
    } else {
      memory.base = low | prefixes.baseBit
      memory.displacement = try readSigned(size: modRM.mode == 2 ? 4 : modRM.mode)
    }
    instruction.memory = memory
  }
}
