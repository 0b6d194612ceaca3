@testable import Core

/// The first bytes of an array, as the decoder takes them; what is not there is zero.
func decodeInstruction(_ bytes: [UInt8], _ codeSize: CodeSize) -> Result<DecodedInstruction, DecodeError> {
  var buffer = InlineArray<15, UInt8>(repeating: 0)
  for (index, byte) in bytes.prefix(15).enumerated() { buffer[index] = byte }
  return Result { () throws(DecodeError) in
    try InstructionDecoder.decode(buffer, count: bytes.count, codeSize: codeSize)
  }
}

/// The bytes of a string of hexadecimal digits, with or without spaces.
func codeBytes(_ hexadecimal: some StringProtocol) -> [UInt8] {
  let digits = hexadecimal.filter { $0 != " " }.compactMap { $0.hexDigitValue }
  return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

extension DecodedInstruction {
  /// The instruction in a form that a disassembler's output can be brought to: prefixes, mnemonic, operands.
  ///
  /// `r4:3` is register 3 of four bytes, `h:0` AH, `c:3` a control or debug register, `i:5` an immediate in
  /// hexadecimal; `m2:ds:3:6:1:10:ip` memory of two bytes by segment, base, index, scale, displacement in hexadecimal,
  /// and whether it counts from the instruction pointer.
  var description: String {
    var words: [String] = []
    if hasLock { words.append("lock") }
    if repetition == .whileEqual { words.append("rep") }
    if repetition == .whileNotEqual { words.append("repne") }
    words.append(mnemonic)
    words += operands
    return words.joined(separator: " ")
  }

  private var mnemonic: String {
    switch operation {
    case .move, .moveToControl, .moveFromControl, .moveToDebug, .moveFromDebug: "mov"
    case .moveZeroExtended: "movzx"
    case .moveSignExtended: "movsx"
    case .exchange: "xchg"
    case .add: "add"
    case .or: "or"
    case .addWithCarry: "adc"
    case .subtractWithBorrow: "sbb"
    case .and: "and"
    case .subtract: "sub"
    case .xor: "xor"
    case .compare: "cmp"
    case .test: "test"
    case .not: "not"
    case .negate: "neg"
    case .increment: "inc"
    case .decrement: "dec"
    case .bitTest: "bt"
    case .bitTestAndSet: "bts"
    case .bitTestAndReset: "btr"
    case .bitTestAndComplement: "btc"
    case .rotateLeft: "rol"
    case .rotateRight: "ror"
    case .rotateLeftThroughCarry: "rcl"
    case .rotateRightThroughCarry: "rcr"
    case .shiftLeft: "shl"
    case .shiftRight: "shr"
    case .shiftArithmeticRight: "sar"
    case .multiply, .multiplyByImmediate: "imul"
    case .bitScanForward: "bsf"
    case .bitScanReverse: "bsr"
    case .exchangeAndAdd: "xadd"
    case .compareAndExchange: "cmpxchg"
    case .compareAndExchangePair: "cmpxchg8b"
    case .moveByteSwapped: "movbe"
    case .conditionalMove: "cmov\(condition.number)"
    case .setOnCondition: "set\(condition.number)"
    case .compareString: "cmps"
    case .scanString: "scas"
    case .moveString: "movs"
    case .storeString: "stos"
    case .loadString: "lods"
    case .inputString: "ins"
    case .outputString: "outs"
    case .input: "in"
    case .output: "out"
    case .cpuid: "cpuid"
    case .interruptOne: "int1"
    case .halt: "hlt"
    case .pause: "pause"
    case .vmcall: "vmcall"
    case .vmmcall: "vmmcall"
    case .readMSR: "rdmsr"
    case .writeMSR: "wrmsr"
    case .readTimeStamp: "rdtsc"
    case .readTimeStampAndID: "rdtscp"
    case .readPerformanceCounter: "rdpmc"
    case .getExtendedControl: "xgetbv"
    case .setExtendedControl: "xsetbv"
    case .loadMachineStatus: "lmsw"
    case .clearTaskSwitched: "clts"
    case .invalidateCaches: "invd"
    case .writeBackCaches: "wbinvd"
    case .invalidatePage: "invlpg"
    case .monitor: "monitor"
    case .monitorWait: "mwait"
    }
  }

  private var operands: [String] {
    let general = register.isHighByte ? "h:\(register.number)" : "r\(registerSize):\(register.number)"
    let system = "c:\(systemRegister)"
    let number = "i:\(String(truncated(immediate, size: operandSize), radix: 16))"
    switch (form, operation) {
    case (.registerFromMemory, .multiplyByImmediate): return [general, text(memory), number]
    case (.registerFromMemory, _): return [general, text(memory)]
    case (.memoryFromRegister, _): return [text(memory), general]
    case (.memoryFromImmediate, _): return [text(memory), number]
    case (.memoryOnly, _): return [text(memory)]
    case (.string, .moveString): return [text(memory), text(source)]
    case (.string, .compareString): return [text(source), text(memory)]
    case (.string, .scanString): return [general, text(memory)]
    case (.string, .storeString): return [text(memory), general]
    case (.string, .loadString): return [general, text(memory)]
    case (.string, .inputString): return [text(memory), "r2:2"]
    case (.string, _): return ["r2:2", text(memory)]
    case (.none, .moveToControl), (.none, .moveToDebug): return [system, general]
    case (.none, .moveFromControl), (.none, .moveFromDebug): return [general, system]
    default: return []
    }
  }

  private func text(_ operand: MemoryOperand) -> String {
    let displacement = String(truncated(operand.displacement, size: operand.addressSize), radix: 16)
    return "m\(operandSize):\(operand.segment):\(operand.base.map { "\($0)" } ?? "-")"
      + ":\(operand.index.map { "\($0)" } ?? "-"):\(operand.scale):\(displacement)\(operand.isRelativeToIP ? ":ip" : "")"
  }
}
