import Testing

@testable import Core

@Suite struct DecoderTests {
  /// The instruction that the bytes are.
  private func decoded(_ code: String, _ codeSize: CodeSize = .bits64) throws -> DecodedInstruction {
    let instruction = try decodeInstruction(codeBytes(code), codeSize).get()
    #expect(Int(instruction.length) == codeBytes(code).count)
    return instruction
  }

  /// What the exiting instructions are, whose length not every processor tells.
  @Test(arguments: [
    ("0f a2", InstructionOperation.cpuid), ("f4", .halt), ("f1", .interruptOne), ("0f 01 c1", .vmcall),
    ("0f 01 d9", .vmmcall),
    ("0f 32", .readMSR), ("0f 30", .writeMSR), ("e4 70", .input), ("ed", .input), ("e6 71", .output),
    ("ee", .output), ("6c", .inputString), ("f3 6f", .outputString), ("0f 01 d0", .getExtendedControl),
    ("0f 01 d1", .setExtendedControl), ("0f 22 c0", .moveToControl), ("0f 20 d8", .moveFromControl),
    ("0f 23 f8", .moveToDebug), ("0f 21 f8", .moveFromDebug), ("0f 01 f0", .loadMachineStatus),
    ("0f 06", .clearTaskSwitched), ("0f 08", .invalidateCaches), ("0f 09", .writeBackCaches),
    ("f3 0f 09", .writeBackCaches), ("0f 01 38", .invalidatePage), ("0f 01 c8", .monitor),
    ("0f 01 c9", .monitorWait), ("f3 90", .pause), ("0f 31", .readTimeStamp), ("0f 01 f9", .readTimeStampAndID),
    ("0f 33", .readPerformanceCounter),
  ])
  func exitingInstructions(code: String, operation: InstructionOperation) throws {
    for codeSize in [CodeSize.bits16, .bits32, .bits64] {
      for prefix in ["", "66", "2e", "64 67", "66 f3"] where operation != .pause || prefix != "66 f3" {
        let instruction = try decoded(prefix + code, codeSize)
        #expect(instruction.operation == operation)
        #expect(!instruction.readsMemory || instruction.form == .string)
      }
    }
    #expect(try decoded("48" + code, .bits64).operation == operation || code.hasPrefix("f3"))
  }

  @Test func portsAndControlRegisters() throws {
    #expect(try decoded("e4 70").immediate == 0x70)
    #expect(try decoded("66 ef", .bits32).operandSize == 2)
    #expect(try decoded("ef", .bits16).operandSize == 2)
    #expect(try decoded("48 ed").operandSize == 4)
    let cr8 = try decoded("44 0f 22 c1")
    #expect(cr8.systemRegister == 8 && cr8.register == RegisterOperand(1) && cr8.registerSize == 8)
    // Where there is no REX prefix, LOCK makes CR8 of CR0.
    let locked = try decoded("f0 0f 20 c1", .bits32)
    #expect(locked.systemRegister == 8 && locked.register == RegisterOperand(1) && locked.registerSize == 4)
  }

  @Test(arguments: [
    "0f 0b", "0f ff", "0f b9", "90", "c3", "e8 00 00 00 00", "ff 10", "ff 30", "f6 20", "c6 08 00", "8f 00", "d8 00",
    "0f 10 00", "0f 38 f6 00", "f2 0f 38 f0 00", "48 0f c7 08", "0f ba 18 00", "62", "c4", "c5", "0f 01 d8", "0f 01 00",
    "82 00 00", "ea", "cc",
  ])
  func unknown(code: String) {
    #expect(decodeInstruction(codeBytes(code + "00 00 00 00 00 00"), .bits64).failure == .unknownOpcode)
  }

  @Test func undefinedStaysUndefined() {
    // A hypervisor's forced-emulation prefix, UD2 and its name, must not turn into what comes after it.
    for codeSize in [CodeSize.bits16, .bits32, .bits64] {
      #expect(decodeInstruction(codeBytes("0f 0b 78 65 6e 0f a2"), codeSize).failure == .unknownOpcode)
    }
    #expect(decodeInstruction(codeBytes("63 03"), .bits32).failure == .unknownOpcode)
  }

  @Test func lengths() throws {
    // Fourteen prefixes and HLT are 15 bytes; another prefix is too many, and so is any operand past the 15th.
    #expect(try decoded(String(repeating: "2e", count: 14) + "f4").operation == .halt)
    #expect(decodeInstruction(codeBytes(String(repeating: "2e", count: 15) + "f4"), .bits64).failure == .tooLong)
    #expect(decodeInstruction(codeBytes(String(repeating: "66", count: 14) + "8a 00"), .bits64).failure == .tooLong)
    #expect(decodeInstruction(codeBytes(String(repeating: "66", count: 10)), .bits64).failure == .needMoreBytes)
    #expect(decodeInstruction([], .bits64).failure == .needMoreBytes)
    let buffer = InlineArray<15, UInt8>(repeating: 0xF4)
    #expect(throws: DecodeError.needMoreBytes) {
      try InstructionDecoder.decode(buffer, count: -7, codeSize: .bits64)
    }
    #expect(try InstructionDecoder.decode(buffer, count: .max, codeSize: .bits64).length == 1)
  }

  @Test func prefixOrder() throws {
    // REX counts right before the opcode only; of two, the last.
    #expect(try decoded("48 66 89 03").operandSize == 2)
    #expect(try decoded("66 48 89 03").operandSize == 8)
    #expect(try decoded("48 40 89 03").operandSize == 4)
    // The last segment; in 64-bit mode the old four do not count.
    #expect(try decoded("64 65 89 03").memory.segment == .gs)
    #expect(try decoded("64 2e 89 03").memory.segment == .fs)
    #expect(try decoded("64 2e 89 03", .bits32).memory.segment == .cs)
    #expect(try decoded("f2 f3 a4").repetition == .whileEqual)
    #expect(try decoded("f3 f2 a4").repetition == .whileNotEqual)
    // In 32-bit code 48 is DEC EAX.
    #expect(decodeInstruction(codeBytes("48 89 03"), .bits32).failure == .unknownOpcode)
  }

  @Test(arguments: [
    "89 03", "8b 03", "38 03", "84 03", "c6 03 00", "a4", "0f a2", "f4", "0f b6 03", "0f a3 03", "d1 23", "0f 94 03",
    "0f af 03", "0f bc 03",
  ])
  func lockWithoutAChange(code: String) {
    #expect(decodeInstruction(codeBytes("f0" + code), .bits64).failure == .unknownOpcode)
  }

  @Test func lockedChanges() throws {
    for code in ["01 03", "87 03", "83 0b 01", "f6 13", "ff 03", "0f ab 03", "0f ba 3b 01", "0f c1 03", "0f b1 03"] {
      let instruction = try decoded("f0" + code)
      #expect(instruction.hasLock && instruction.readsMemory && instruction.writesMemory)
    }
  }

  @Test func whatIsReadAndWritten() throws {
    func access(_ code: String) throws -> (Bool, Bool) {
      let instruction = try decoded(code)
      return (instruction.readsMemory, instruction.writesMemory)
    }
    for code in ["8b 03", "a1 0102030405060708", "0f b7 03", "63 03", "03 03", "3b 03", "39 03", "85 03", "83 3b 00"] {
      #expect(try access(code) == (true, false))
    }
    for code in ["89 03", "c7 03 01020304", "a3 0102030405060708", "0f c3 03", "ab", "6d"] {
      #expect(try access(code) == (false, true))
    }
    for code in ["01 03", "83 03 01", "87 03", "f7 13", "f7 1b", "ff 0b", "a5"] {
      #expect(try access(code) == (true, true))
    }
    #expect(try access("ad") == (true, false))
    #expect(try access("6f") == (true, false))
    #expect(try access("0f a2") == (false, false))
  }

  @Test func anyBytesAreSafe() {
    var random = SplitMix64(seed: 0xDEC0_DE5E)
    var known = 0
    var registers = GeneralRegisters()
    for _ in 0..<200_000 {
      var code = InlineArray<15, UInt8>(repeating: 0)
      for index in 0..<15 { code[index] = UInt8(truncatingIfNeeded: random.next()) }
      if random.next() & 1 == 0 { code[0] = 0x0F }
      for number in 0..<16 as Range<UInt8> { registers[encoding: number] = random.next() }
      registers.rip = random.next()
      registers.rflags = random.next()
      let count = Int(random.next() % 16)
      let codeSize = [CodeSize.bits16, .bits32, .bits64][Int(random.next() % 3)]
      guard let instruction = try? InstructionDecoder.decode(code, count: count, codeSize: codeSize) else { continue }
      known += 1
      #expect(instruction.length >= 1 && instruction.length <= count)
      // Nothing that the registers hold can trap either.
      _ = instruction.linearAddress(instruction.memory, registers) { _ in random.next() }
      _ = instruction.linearAddress(instruction.source, registers) { _ in random.next() }
      let written = instruction.execute(read: random.next(), on: &registers)
      #expect((written != nil) == (instruction.writesMemory && instruction.operation != .inputString))
      if let written, instruction.operandSize < 8 { #expect(written >> (UInt64(instruction.operandSize) * 8) == 0) }
      instruction.advance(&registers)
    }
    #expect(known > 20_000)
  }
}
