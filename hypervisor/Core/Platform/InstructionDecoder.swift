/// A decoder of the instructions that the hypervisor has to carry out or step over for a guest: those that reach for
/// device memory, and those that exit on processors that do not tell an exiting instruction's length.
///
/// Intel SDM vol. 2 chapter 2 and appendix A; AMD APM vol. 3 chapter 1 and appendix A. Nothing that the bytes say can
/// trap or make it read past them.
package struct InstructionDecoder {
  /// The most bytes that an instruction may have (Intel SDM vol. 2 2.3.11; AMD APM vol. 3 1.1).
  package static var maximumLength: Int { 15 }

  private let bytes: InlineArray<15, UInt8>
  private let count: Int
  private var position = 0
  let codeSize: CodeSize
  var prefixes = InstructionPrefixes()
  /// What is known so far.
  var instruction: DecodedInstruction

  private init(_ bytes: InlineArray<15, UInt8>, count: Int, codeSize: CodeSize) {
    self.bytes = bytes
    self.count = min(max(count, 0), Self.maximumLength)
    self.codeSize = codeSize
    instruction = DecodedInstruction(codeSize: codeSize)
  }

  /// Decodes the instruction at the start of `bytes`, of which the first `count` are valid.
  package static func decode(
    _ bytes: InlineArray<15, UInt8>, count: Int, codeSize: CodeSize
  ) throws(DecodeError) -> DecodedInstruction {
    var decoder = Self(bytes, count: count, codeSize: codeSize)
    let opcode = try decoder.readPrefixes()
    decoder.instruction.memory.addressSize = decoder.addressSize
    decoder.instruction.repetition = decoder.prefixes.repetition
    decoder.instruction.hasLock = decoder.prefixes.hasLock
    try decoder.decodeOpcode(opcode)
    decoder.instruction.length = UInt8(truncatingIfNeeded: decoder.position)
    guard !decoder.prefixes.hasLock || decoder.instruction.allowsLock else { throw .unknownOpcode }
    return decoder.instruction
  }

  /// The next byte.
  mutating func readByte() throws(DecodeError) -> UInt8 {
    guard position < Self.maximumLength else { throw .tooLong }
    guard position < count else { throw .needMoreBytes }
    let byte = bytes[position]
    position &+= 1
    return byte
  }

  /// The next `size` bytes, little-endian, as a signed number of 64 bits.
  mutating func readSigned(size: UInt8) throws(DecodeError) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    for _ in 0..<size {
      value |= UInt64(try readByte()) &<< shift
      shift &+= 8
    }
    return signExtended(value, size: size)
  }

  /// Takes the prefixes and gives the byte after them, the first of the opcode.
  private mutating func readPrefixes() throws(DecodeError) -> UInt8 {
    while true {
      let byte = try readByte()
      if codeSize == .bits64, byte & 0xF0 == 0x40 {
        prefixes.rex = byte
        continue
      }
      guard prefixes.take(byte, in: codeSize) else { return byte }
      // A REX prefix counts only right before the opcode.
      prefixes.rex = 0
    }
  }
}

/// What the prefixes of an instruction ask for (Intel SDM vol. 2 2.1.1 and 2.2.1).
struct InstructionPrefixes {
  var hasOperandSize = false
  var hasAddressSize = false
  var hasLock = false
  var repetition = Repetition.once
  var segment: AddressSegment?
  /// The REX prefix; zero for none.
  var rex: UInt8 = 0

  /// REX.W: operands of eight bytes.
  var isWide: Bool { rex & 8 != 0 }
  /// REX.R, as the topmost bit of ModRM's register.
  var registerBit: UInt8 { rex << 1 & 8 }
  /// REX.X, as the topmost bit of SIB's index.
  var indexBit: UInt8 { rex << 2 & 8 }
  /// REX.B, as the topmost bit of the base or of the opcode's register.
  var baseBit: UInt8 { rex << 3 & 8 }

  /// Takes one legacy prefix. False: the byte is none.
  mutating func take(_ byte: UInt8, in codeSize: CodeSize) -> Bool {
    switch byte {
    case 0x66: hasOperandSize = true
    case 0x67: hasAddressSize = true
    case 0xF0: hasLock = true
    case 0xF2: repetition = .whileNotEqual
    case 0xF3: repetition = .whileEqual
    case 0x26: override(.es, in: codeSize)
    case 0x2E: override(.cs, in: codeSize)
    case 0x36: override(.ss, in: codeSize)
    case 0x3E: override(.ds, in: codeSize)
    case 0x64: segment = .fs
    case 0x65: segment = .gs
    default: return false
    }
    return true
  }

  /// Takes a prefix of one of the four old segments, which means nothing in 64-bit mode.
  private mutating func override(_ name: AddressSegment, in codeSize: CodeSize) {
    if codeSize != .bits64 { segment = name }
  }
}

extension DecodedInstruction {
  /// Whether the LOCK prefix makes no #UD: with changes of memory in place, and, on AMD processors, with MOV of CR0,
  /// which it turns into CR8 (AMD APM vol. 3, LOCK and MOV CRn).
  fileprivate var allowsLock: Bool {
    switch operation {
    case .moveToControl, .moveFromControl: true
    case .rotateLeft, .rotateRight, .rotateLeftThroughCarry, .rotateRightThroughCarry, .shiftLeft, .shiftRight,
      .shiftArithmeticRight:
      false
    default: readsMemory && writesMemory && form != .string
    }
  }
}

/// The low `size` bytes of a value as a signed number of 64 bits.
@inline(__always)
func signExtended(_ value: UInt64, size: UInt8) -> UInt64 {
  let shift = UInt64(64) &- UInt64(size) &* 8
  return UInt64(bitPattern: Int64(bitPattern: value &<< shift) &>> Int64(bitPattern: shift))
}

/// The low `size` bytes of a value.
@inline(__always)
func truncated(_ value: UInt64, size: UInt8) -> UInt64 {
  size >= 8 ? value : value & ((1 &<< (UInt64(size) &* 8)) &- 1)
}
