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
      "rol": "d3 03", "ror": "d3 0b", "rcl": "d3 13", "rcr": "d3 1b", "shl": "d3 23", "shr": "d3 2b", "sar": "d3 3b",
      "bt": "0f a3 0b", "bts": "0f ab 0b", "btr": "0f b3 0b", "btc": "0f bb 0b", "imul": "0f af 0b",
    ]
    let shifts: Set<Substring> = ["rol", "ror", "rcl", "rcr", "shl", "shr", "sar"]
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
      #expect((written == nil) == ["cmp", "test", "bt", "imul"].contains(fields[0]))
      if fields[0] == "imul" { #expect(registers.rcx == numbers[4], "\(line)") }
      // The manuals leave AF open after logic and shifts, OF after shifts by other than 1, all but CF after work on
      // bits, all but CF and OF after products.
      var defined = ~0 as UInt64
      if ["and", "or", "xor", "test"].contains(fields[0]) || shifts.contains(fields[0]) { defined &= ~(1 << 4) }
      if shifts.contains(fields[0]), numbers[2] & (numbers[0] == 8 ? 63 : 31) != 1 { defined &= ~(1 << 11) }
      if fields[0].hasPrefix("bt") { defined = ~0x894 }
      if fields[0] == "imul" { defined = 0x801 }
      #expect(registers.rflags & defined == numbers[5] & defined, "\(line)")
    }
  }

  /// The bit's number is signed and reaches beyond the operand; an immediate one does not.
  @Test(
    arguments: [
      ("0f ab 0b", 0, 0), ("0f ab 0b", 31, 0), ("0f ab 0b", 32, 4), ("0f ab 0b", 0xFFFF_FFFF, -4),
      ("0f ab 0b", 0x8000_0000, -0x1000_0000), ("48 0f a3 0b", 64 * 1024 + 5, 8 * 1024), ("48 0f a3 0b", -1, -8),
      ("66 0f b3 0b", 0x7_8000, -0x1000), ("66 0f bb 0b", 15, 0), ("66 0f bb 0b", 16, 2),
      ("0f ba 2b ff", 0xFFFF_FFFF, 0),
    ] as [(String, Int64, Int64)])
  func bitsBeyondTheOperand(code: String, number: Int64, distance: Int64) throws {
    var registers = registers
    registers.rbx = 0x5000_0000
    registers.rcx = UInt64(bitPattern: number)
    let instruction = try decoded(code)
    let address = instruction.effectiveAddress(instruction.memory, registers)
    #expect(address == UInt64(bitPattern: 0x5000_0000 + distance))
  }

  @Test func bitsOfTheOperand() throws {
    var registers = registers
    registers.rcx = 0xFFFF_FFFF
    #expect(try decoded("0f ab 0b").execute(read: 0, on: &registers) == 0x8000_0000)
    #expect(registers.rflags & 1 == 0)
    #expect(try decoded("0f a3 0b").execute(read: 0x8000_0000, on: &registers) == nil)
    #expect(registers.rflags & 1 == 1)
    // The immediate is taken modulo the operand's bits.
    #expect(try decoded("66 0f ba 33 1f").execute(read: 0xFFFF, on: &registers) == 0x7FFF)
    #expect(try decoded("48 0f ba 3b 3f").execute(read: 0, on: &registers) == 1 << 63)
  }

  @Test func exchangesOfProcessors() throws {
    var registers = registers
    (registers.rax, registers.rcx) = (0x1_0000_0007, 0x5)
    // CMPXCHG: equal, the register goes to memory; else memory comes to rAX, and stays as it is.
    #expect(try decoded("0f b1 0b").execute(read: 7, on: &registers) == 5)
    #expect(registers.rflags & 0x40 != 0 && registers.rax == 0x1_0000_0007)
    #expect(try decoded("0f b1 0b").execute(read: 9, on: &registers) == 9)
    #expect(registers.rflags & 0x41 == 1 && registers.rax == 9)
    // XADD: the sum to memory, what was there to the register.
    #expect(try decoded("0f c1 0b").execute(read: 0xFFFF_FFFE, on: &registers) == 3)
    #expect(registers.rcx == 0xFFFF_FFFE && registers.rflags & 1 == 1)
    // CMPXCHG8B.
    (registers.rax, registers.rdx, registers.rbx, registers.rcx) = (1, 2, 0xB, 0xC)
    #expect(try decoded("0f c7 0e").execute(read: 2 << 32 | 1, on: &registers) == 0xC << 32 | 0xB)
    #expect(registers.rflags & 0x40 != 0)
    #expect(try decoded("0f c7 0e").execute(read: 3 << 32 | 4, on: &registers) == 3 << 32 | 4)
    #expect(registers.rflags & 0x40 == 0 && registers.rax == 4 && registers.rdx == 3)
  }

  @Test func movesThatAreMoreThanMoves() throws {
    var registers = registers
    #expect(try decoded("0f 38 f0 03").execute(read: 0x1122_3344, on: &registers) == nil)
    #expect(registers.rax == 0x4433_2211)
    registers.rcx = 0x1122
    #expect(try decoded("66 0f 38 f1 0b").execute(read: 0, on: &registers) == 0x2211)
    // CMOVE clears the upper half of a doubleword's register, moved or not.
    registers.rax = .max
    registers.rflags = 2
    #expect(try decoded("0f 44 03").execute(read: 5, on: &registers) == nil)
    #expect(registers.rax == 0xFFFF_FFFF)
    registers.rflags = 0x42
    #expect(try decoded("0f 44 03").execute(read: 5, on: &registers) == nil)
    #expect(registers.rax == 5)
    #expect(try decoded("0f 94 03").execute(read: 0, on: &registers) == 1)
    #expect(try decoded("0f 95 03").execute(read: 0, on: &registers) == 0)
    #expect(try decoded("6b 03 fe").execute(read: 3, on: &registers) == nil)
    #expect(registers.rax == 0xFFFF_FFFA)
    // BSR of nothing leaves the register alone.
    #expect(try decoded("0f bd 03").execute(read: 0, on: &registers) == nil)
    #expect(registers.rax == 0xFFFF_FFFA && registers.rflags & 0x40 != 0)
    #expect(try decoded("0f bd 03").execute(read: 0x1_0000, on: &registers) == nil)
    #expect(registers.rax == 16 && registers.rflags & 0x40 == 0)
  }

  /// Each condition by the flags that fulfil it (SDM vol. 1 appendix B).
  @Test func conditions() {
    for flags in UInt64(0)..<0x1000 {
      let (c, p, z) = (flags & 1 != 0, flags & 4 != 0, flags & 0x40 != 0)
      let (s, o) = (flags & 0x80 != 0, flags & 0x800 != 0)
      let expected = [
        o, !o, c, !c, z, !z, c || z, !(c || z), s, !s, p, !p, s != o, s == o, z || s != o, !z && s == o,
      ]
      for (number, value) in expected.enumerated() where ConditionCode(opcode: UInt8(number)).holds(flags) != value {
        Issue.record("condition \(number) of \(flags)")
      }
    }
  }

  @Test func stringsThatCompare() throws {
    var registers = registers
    (registers.rsi, registers.rdi, registers.rcx) = (0x1000, 0x2000, 3)
    let compare = try decoded("f3 a6")
    #expect(compare.execute(read: 5, and: 5, on: &registers) == nil)
    compare.advance(&registers)
    #expect((registers.rsi, registers.rdi, registers.rcx) == (0x1001, 0x2001, 2))
    #expect(registers.rip == 0x1_0000_1000)
    // A difference ends it: source less destination.
    #expect(compare.execute(read: 5, and: 6, on: &registers) == nil)
    compare.advance(&registers)
    #expect(registers.rcx == 1 && registers.rip == 0x1_0000_1002 && registers.rflags & 0x41 == 1)
    registers.rax = 0x7
    let scan = try decoded("f2 af")
    #expect(scan.execute(read: 8, on: &registers) == nil)
    scan.advance(&registers)
    #expect(registers.rcx == 0 && registers.rdi == 0x2006 && registers.rip == 0x1_0000_1004)
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
