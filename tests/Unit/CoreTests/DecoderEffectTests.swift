import Testing
import XenABI

@testable import Core

/// What decoded instructions do to registers.
@Suite struct DecoderEffectTests {
  private func decoded(_ code: String, _ codeSize: CodeSize = .bits64) throws -> DecodedInstruction {
    try decodeInstruction(codeBytes(code), codeSize).get()
  }

  /// Every register is its number in each byte: R11 is 0x0B0B...
  private let registers: GeneralRegisters = {
    var registers = GeneralRegisters()
    for number in 0..<16 as Range<UInt8> { registers[encoding: number] = UInt64(number) &* 0x0101_0101_0101_0101 }
    registers.rip = 0x1_0000_1000
    return registers
  }()

  @Test(
    arguments: [
      ("8b 03", CodeSize.bits64, 0x0303_0303_0303_0303), ("8b 44 88 f0", .bits64, 0x0404_0404_0404_0400 - 0x10 + 4),
      ("8b 04 25 00 00 00 80", .bits64, 0xFFFF_FFFF_8000_0000), ("8b 05 fc ff ff ff", .bits64, 0x1_0000_1002),
      ("67 8b 05 fc ff ff ff", .bits64, 0x0000_1003), ("67 8b 03", .bits64, 0x0303_0303),
      ("43 8b 44 d1 7f", .bits64, 0x0909_0909_0909_0909 + 8 * 0x0A0A_0A0A_0A0A_0A0A + 0x7F),
      ("a1 88 77 66 55 44 33 22 11", .bits64, 0x1122_3344_5566_7788), ("67 a1 44 33 22 f1", .bits64, 0xF122_3344),
      ("8b 05 fc ff ff ff", .bits32, 0xFFFF_FFFC), ("8b 43 ff", .bits32, 0x0303_0302), ("8b 00", .bits16, 0x0909),
      ("8b 42 80", .bits16, 0x0505 + 0x0606 - 0x80), ("8b 06 fe ff", .bits16, 0xFFFE),
      ("67 8b 04 f3", .bits16, 0x0303_0303 + 8 * 0x0606_0606),
    ] as [(String, CodeSize, UInt64)])
  func effectiveAddresses(code: String, codeSize: CodeSize, address: UInt64) throws {
    var registers = registers
    if codeSize == .bits64, code.hasPrefix("8b 44") { registers.rcx = 1 }
    if code.hasPrefix("8b 44") { registers.rax = 0x0404_0404_0404_0400 }
    let instruction = try decoded(code, codeSize)
    let wrapped = codeSize == .bits64 ? address : address & 0xFFFF_FFFF
    #expect(instruction.effectiveAddress(instruction.memory, registers) == wrapped)
  }

  @Test func linearAddresses() throws {
    let base: (AddressSegment) -> UInt64 = { UInt64($0.rawValue) << 28 }
    func linear(_ code: String, _ codeSize: CodeSize) throws -> UInt64 {
      let instruction = try decoded(code, codeSize)
      return instruction.linearAddress(instruction.memory, registers, segmentBase: base).rawValue
    }
    #expect(try linear("8b 03", .bits64) == 0x0303_0303_0303_0303)
    #expect(try linear("65 8b 03", .bits64) == 0x0303_0303_5303_0303 + 0)
    #expect(try linear("8b 03", .bits32) == 0x3303_0303)
    #expect(try linear("8b 45 00", .bits32) == 0x2505_0505)
    #expect(try linear("26 8b 45 00", .bits32) == 0x0505_0505)
    #expect(try linear("8b 46 00", .bits16) == 0x2000_0505)
    #expect(try linear("ab", .bits16) == 0x0707)
    #expect(try linear("65 ac", .bits16) == 0x5000_0606)
    // A segment's base wraps at 4 GiB.
    let wrap = try decoded("8b 03", .bits32)
    #expect(wrap.linearAddress(wrap.memory, registers) { _ in 0xFFFF_FFFF } == GuestVirtualAddress(0x0303_0302))
  }

  @Test(
    arguments: [
      // MOV: four bytes clear the upper half, fewer leave the rest.
      ("48 8b 03", 0x8899_AABB_CCDD_EEFF, 0x8899_AABB_CCDD_EEFF), ("8b 03", 0x8899_AABB_CCDD_EEFF, 0xCCDD_EEFF),
      ("66 8b 03", 0xEEFF, 0x1111_1111_1111_EEFF), ("8a 03", 0xFF, 0x1111_1111_1111_11FF),
      ("8a 23", 0xFF, 0x1111_1111_1111_FF11),
      // MOVZX, MOVSX, MOVSXD.
      ("0f b6 03", 0xFFFF_FF80, 0x80), ("66 0f b6 03", 0x80, 0x1111_1111_1111_0080), ("48 0f b7 03", 0x8000, 0x8000),
      ("0f be 03", 0x80, 0xFFFF_FF80), ("48 0f be 03", 0x80, 0xFFFF_FFFF_FFFF_FF80),
      ("66 0f be 03", 0x80, 0x1111_1111_1111_FF80), ("0f bf 03", 0x8000, 0xFFFF_8000), ("48 0f bf 03", 0x7FFF, 0x7FFF),
      ("48 63 03", 0x8000_0000, 0xFFFF_FFFF_8000_0000), ("63 03", 0x8000_0000, 0x8000_0000),
      // LODS and an absolute offset.
      ("ac", 0xFF, 0x1111_1111_1111_11FF), ("ad", 0x1_8000_0000, 0x8000_0000),
      ("a1 0000000000000000", 0xFFFF_FFFF, 0xFFFF_FFFF),
    ] as [(String, UInt64, UInt64)])
  func loads(code: String, value: UInt64, rax: UInt64) throws {
    var registers = registers
    registers.rax = 0x1111_1111_1111_1111
    #expect(try decoded(code).execute(read: value, on: &registers) == nil)
    #expect(registers.rax == rax)
  }

  @Test(
    arguments: [
      ("48 89 0b", 0x1122_3344_5566_7788), ("89 0b", 0x5566_7788), ("66 89 0b", 0x7788), ("88 0b", 0x88),
      ("88 2b", 0x77), ("40 88 2b", 0x05), ("c6 03 80", 0x80), ("66 c7 03 00 80", 0x8000),
      ("c7 03 00 00 00 80", 0x8000_0000), ("48 c7 03 00 00 00 80", 0xFFFF_FFFF_8000_0000), ("0f c3 0b", 0x5566_7788),
      ("44 89 1b", 0x0B0B_0B0B), ("aa", 0), ("a2 0000000000000000", 0),
    ] as [(String, UInt64)])
  func stores(code: String, value: UInt64) throws {
    var registers = registers
    registers.rcx = 0x1122_3344_5566_7788
    let instruction = try decoded(code)
    #expect(instruction.storeValue(registers) == value)
    #expect(instruction.execute(read: 0, on: &registers) == value)
  }

  @Test func exchanges() throws {
    var registers = registers
    #expect(try decoded("87 0b").execute(read: 0xFFFF_FFFF_8000_0001, on: &registers) == 0x0101_0101)
    #expect(registers.rcx == 0x8000_0001)
    #expect(try decoded("86 33").execute(read: 0x7F, on: &registers) == 0x02)  // DH
    #expect(registers.rdx == 0x0202_0202_0202_7F02)
  }

  @Test func arithmeticOnEitherSide() throws {
    var registers = registers
    registers.rcx = 5
    #expect(try decoded("29 0b").execute(read: 7, on: &registers) == 2)
    #expect(try decoded("2b 0b").execute(read: 7, on: &registers) == nil)
    #expect(registers.rcx == 0xFFFF_FFFE)
    #expect(registers.rflags & 1 == 1)
    registers.rcx = 5
    // CMP changes flags alone: 7 - 5, 5 - 7.
    #expect(try decoded("39 0b").execute(read: 7, on: &registers) == nil)
    #expect(registers.rcx == 5 && registers.rflags & 1 == 0)
    #expect(try decoded("3b 0b").execute(read: 7, on: &registers) == nil)
    #expect(registers.rcx == 5 && registers.rflags & 1 == 1)
    #expect(try decoded("83 23 f0").execute(read: 0x1_2345_67FF, on: &registers) == 0x2345_67F0)
    #expect(try decoded("f6 03 80").execute(read: 0x80, on: &registers) == nil)
    #expect(registers.rflags & (1 << 6) == 0)
    // Flags that arithmetic does not know stay.
    registers.rflags = 0xFFFF_FFFF_FFFF_F72A
    #expect(try decoded("31 0b").execute(read: 5, on: &registers) == 0)
    #expect(registers.rflags == 0xFFFF_FFFF_FFFF_F76E)
  }

  @Test func arithmeticMatchesAProcessor() {
    let opcodes: [Substring: String] = [
      "add": "01 0b", "or": "09 0b", "adc": "11 0b", "sbb": "19 0b", "and": "21 0b", "sub": "29 0b", "xor": "31 0b",
      "cmp": "39 0b", "test": "85 0b", "not": "f7 13", "neg": "f7 1b", "inc": "ff 03", "dec": "ff 0b",
    ]
    for line in arithmeticVectors.split(separator: "\n") {
      let fields = line.split(separator: " ")
      let numbers = fields[1...].compactMap { UInt64($0, radix: 16) }
      var code = codeBytes(opcodes[fields[0]] ?? "")
      if numbers[0] == 1 { code[0] -= 1 }
      if numbers[0] == 2 { code.insert(0x66, at: 0) }
      if numbers[0] == 8 { code.insert(0x48, at: 0) }
      guard let instruction = try? decodeInstruction(code, .bits64).get() else {
        Issue.record("\(line)")
        continue
      }
      var registers = GeneralRegisters()
      registers.rcx = numbers[2]
      registers.rflags = numbers[3]
      let written = instruction.execute(read: numbers[1], on: &registers)
      #expect(written == nil || written == numbers[4], "\(line)")
      #expect((written == nil) == ["cmp", "test"].contains(fields[0]))
      // The manuals leave AF open after logic.
      let defined: UInt64 = ["and", "or", "xor", "test"].contains(fields[0]) ? ~(1 << 4) : ~0
      #expect(registers.rflags & defined == numbers[5] & defined, "\(line)")
    }
  }

  @Test func stringsStepByStep() throws {
    var registers = registers
    (registers.rsi, registers.rdi, registers.rcx) = (0x1000, 0x2000, 2)
    let move = try decoded("f3 66 a5")
    #expect(move.effectiveAddress(move.memory, registers) == 0x2000)
    #expect(move.effectiveAddress(move.source, registers) == 0x1000)
    #expect(move.execute(read: 0x1_2345, on: &registers) == 0x2345)
    move.advance(&registers)
    #expect((registers.rsi, registers.rdi, registers.rcx) == (0x1002, 0x2002, 1))
    #expect(registers.rip == 0x1_0000_1000 && !move.isExhausted(registers))
    move.advance(&registers)
    #expect(registers.rcx == 0 && registers.rip == 0x1_0000_1003 && move.isExhausted(registers))

    // Downwards, with addresses of 32 bits, whose registers lose their upper halves.
    registers.rflags |= 1 << 10
    (registers.rdi, registers.rcx) = (0x5_0000_0000, 0x7_0000_0001)
    let store = try decoded("67 f3 48 ab")
    store.advance(&registers)
    #expect((registers.rdi, registers.rcx) == (0xFFFF_FFF8, 0))
    #expect(registers.rip == 0x1_0000_1007)

    // With addresses of 16 bits the rest of the registers stays.
    (registers.rsi, registers.rcx) = (0xABCD_0000, 0xABCD_0001)
    registers.rip = 0xFFFF_FFFF
    let load = try decoded("f3 ac", .bits16)
    load.advance(&registers)
    #expect((registers.rsi, registers.rcx) == (0xABCD_FFFF, 0xABCD_0000))
    #expect(registers.rip == 1 && load.isExhausted(registers))

    // Without REP the count does not matter.
    let single = try decoded("ac")
    registers.rcx = 0
    #expect(!single.isExhausted(registers))
    single.advance(&registers)
    #expect(registers.rcx == 0 && registers.rip == 2)
  }
}
