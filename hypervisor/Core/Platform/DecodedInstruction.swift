/// How the processor reads code: the default sizes of operands and addresses (Intel SDM vol. 1 3.6; AMD APM vol. 1
/// 2.2). Real mode is `bits16`, and so is a protected-mode segment whose descriptor says so.
package enum CodeSize: UInt8, BitwiseCopyable, Sendable {
  case bits16
  case bits32
  case bits64
}

/// Why bytes could not be decoded.
package enum DecodeError: Error, Equatable, Sendable {
  /// The instruction is longer than the bytes given.
  case needMoreBytes
  /// Not one of the instructions that the decoder knows, or a form of one that has no business with memory.
  case unknownOpcode
  /// More than the 15 bytes that an instruction may have: the processor raises #GP.
  case tooLong
}

/// A segment register, by its encoding (Intel SDM vol. 2 B.1.4.6).
package enum AddressSegment: UInt8, BitwiseCopyable, Sendable {
  case es
  case cs
  case ss
  case ds
  case fs
  case gs
}

/// A general register, or the part of one, that an instruction names.
package struct RegisterOperand: Equatable, BitwiseCopyable, Sendable {
  /// The register's encoding, 0 (RAX) to 15 (R15).
  package var number: UInt8
  /// Whether it is the second byte of RAX, RCX, RDX or RBX: AH, CH, DH, BH.
  package var isHighByte: Bool

  @inline(__always)
  package init(_ number: UInt8, isHighByte: Bool = false) {
    self.number = number
    self.isHighByte = isHighByte
  }
}

/// Where an instruction's memory operand lies: segment, base + index * scale + displacement.
package struct MemoryOperand: Equatable, Sendable {
  package var segment = AddressSegment.ds
  /// The encoding of the base register.
  package var base: UInt8?
  /// The encoding of the index register.
  package var index: UInt8?
  /// What the index is multiplied by: 1, 2, 4 or 8.
  package var scale: UInt8 = 1
  /// The displacement, sign-extended.
  package var displacement: UInt64 = 0
  /// Whether the offset counts from the end of the instruction.
  package var isRelativeToIP = false
  /// The bytes of an address: 2, 4 or 8. The sum is cut to them.
  package var addressSize: UInt8

  package init(addressSize: UInt8) { self.addressSize = addressSize }
}

/// How often a string instruction is done.
package enum Repetition: UInt8, BitwiseCopyable, Sendable {
  case once
  /// F3: as often as rCX says, and with comparisons as long as they find no difference.
  case whileEqual
  /// F2: as long as they find one; for those string instructions that compare nothing, the same as F3.
  case whileNotEqual
}

/// Between what an instruction's operands lie.
package enum OperandForm: UInt8, BitwiseCopyable, Sendable {
  /// No operand in memory, or one that only the processor reads.
  case none
  /// The register gets a result made of memory: MOV r, m; ADD r, m.
  case registerFromMemory
  /// Memory gets a result made of the register: MOV m, r; ADD m, r. For comparisons, in that order.
  case memoryFromRegister
  /// Memory gets a result made of the immediate: MOV m, i; ADD m, i.
  case memoryFromImmediate
  /// Memory is changed in place: INC m.
  case memoryOnly
  /// A string instruction: `memory` is its one operand in memory, or its destination.
  case string
}

/// What an instruction does.
package enum InstructionOperation: UInt8, BitwiseCopyable, Sendable {
  /// MOV between memory and a general register, or of an immediate; MOVNTI.
  case move
  case moveZeroExtended
  /// MOVSX, MOVSXD.
  case moveSignExtended
  case exchange
  // The next eight in the order of their encoding.
  case add
  case or
  case addWithCarry
  case subtractWithBorrow
  case and
  case subtract
  case xor
  case compare
  case test
  case not
  case negate
  case increment
  case decrement
  // The next four in the order of their encoding.
  case bitTest
  case bitTestAndSet
  case bitTestAndReset
  case bitTestAndComplement
  // The next seven in the order of their encoding, but for a second number of SHL before the last.
  case rotateLeft
  case rotateRight
  case rotateLeftThroughCarry
  case rotateRightThroughCarry
  case shiftLeft
  case shiftRight
  case shiftArithmeticRight
  /// IMUL of a register with memory.
  case multiply
  /// IMUL of memory with an immediate.
  case multiplyByImmediate
  /// BSF.
  case bitScanForward
  /// BSR.
  case bitScanReverse
  /// XADD.
  case exchangeAndAdd
  /// CMPXCHG.
  case compareAndExchange
  /// CMPXCHG8B.
  case compareAndExchangePair
  /// MOVBE.
  case moveByteSwapped
  /// CMOVcc.
  case conditionalMove
  /// SETcc.
  case setOnCondition
  /// MOVS.
  case moveString
  /// STOS.
  case storeString
  /// LODS.
  case loadString
  /// CMPS.
  case compareString
  /// SCAS.
  case scanString
  /// INS.
  case inputString
  /// OUTS.
  case outputString
  /// IN. The port is the immediate where the opcode is E4 or E5, else in DX.
  case input
  /// OUT. The port is the immediate where the opcode is E6 or E7, else in DX.
  case output
  case cpuid
  /// INT1.
  case interruptOne
  case halt
  case pause
  case vmcall
  case vmmcall
  case readMSR
  case writeMSR
  case readTimeStamp
  /// RDTSCP.
  case readTimeStampAndID
  case readPerformanceCounter
  case getExtendedControl
  case setExtendedControl
  /// MOV to a control register.
  case moveToControl
  /// MOV from a control register.
  case moveFromControl
  /// MOV to a debug register.
  case moveToDebug
  /// MOV from a debug register.
  case moveFromDebug
  /// LMSW.
  case loadMachineStatus
  /// CLTS.
  case clearTaskSwitched
  /// INVD.
  case invalidateCaches
  /// WBINVD; WBNOINVD too.
  case writeBackCaches
  /// INVLPG.
  case invalidatePage
  /// MONITOR, MONITORX.
  case monitor
  /// MWAIT, MWAITX.
  case monitorWait
}

/// An instruction, decoded.
package struct DecodedInstruction: Sendable {
  package var operation = InstructionOperation.move
  package var form = OperandForm.none
  /// How the processor read the code.
  package var codeSize: CodeSize
  /// The instruction's bytes, 1 to 15.
  package var length: UInt8 = 0
  /// The bytes of the operand in memory or at the port: 1, 2, 4 or 8.
  package var operandSize: UInt8 = 0
  /// The bytes of the register: the operand's, but for MOVZX and MOVSX.
  package var registerSize: UInt8 = 0
  /// The general register, where the form has one. Of a string or port instruction it is rAX.
  package var register = RegisterOperand(0)
  /// The control or debug register's number.
  package var systemRegister: UInt8 = 0
  /// The immediate, sign-extended.
  package var immediate: UInt64 = 0
  /// What CMOVcc and SETcc ask of the flags.
  package var condition = ConditionCode(opcode: 0)
  /// The operand in memory, for forms that have one.
  package var memory = MemoryOperand(addressSize: 0)
  /// The segment of a string's source at rSI.
  package var sourceSegment = AddressSegment.ds
  package var repetition = Repetition.once
  /// Whether the change of memory has to be one locked operation. XCHG is locked without it too.
  package var hasLock = false

  /// An instruction of which nothing is known yet.
  init(codeSize: CodeSize) { self.codeSize = codeSize }

  /// Whether what lies in memory matters.
  package var readsMemory: Bool {
    switch form {
    case .none: false
    case .registerFromMemory: true
    case .memoryOnly: operation != .setOnCondition
    case .memoryFromRegister, .memoryFromImmediate: operation != .move && operation != .moveByteSwapped
    case .string: operation != .storeString && operation != .inputString
    }
  }

  /// Whether memory is written.
  package var writesMemory: Bool {
    switch form {
    case .none, .registerFromMemory: false
    case .memoryOnly: true
    case .memoryFromRegister, .memoryFromImmediate:
      operation != .compare && operation != .test && operation != .bitTest
    case .string: operation == .moveString || operation == .storeString || operation == .inputString
    }
  }

  /// Whether a string has an operand at rDI.
  package var usesDestination: Bool { operation != .loadString && operation != .outputString }
  /// Whether a string has an operand at rSI.
  package var usesSource: Bool {
    switch operation {
    case .moveString, .loadString, .outputString, .compareString: true
    default: false
    }
  }
  /// Whether a string is compared: ZF then says whether the repetition goes on.
  package var comparesString: Bool { operation == .compareString || operation == .scanString }
}
