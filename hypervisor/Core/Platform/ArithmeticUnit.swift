/// Integer arithmetic on operands of 1, 2, 4 or 8 bytes, with the flags that it sets (Intel SDM vol. 1 3.4.3.1 and the
/// instructions' pages; AMD APM vol. 1 3.1.4).
struct ArithmeticUnit: BitwiseCopyable {
  let size: UInt8
  /// RFLAGS, of which only the arithmetic flags change.
  private(set) var flags: UInt64

  static var carry: UInt64 { 1 << 0 }
  static var parity: UInt64 { 1 << 2 }
  static var adjust: UInt64 { 1 << 4 }
  static var zero: UInt64 { 1 << 6 }
  static var sign: UInt64 { 1 << 7 }
  static var overflow: UInt64 { 1 << 11 }

  init(size: UInt8, flags: UInt64) {
    self.size = size
    self.flags = flags
  }

  /// The result of an operation, of which a comparison's is not kept. Operations that compute nothing give `first`.
  mutating func compute(_ operation: InstructionOperation, _ first: UInt64, _ second: UInt64) -> UInt64 {
    let carryIn = flags & Self.carry
    switch operation {
    case .add, .exchangeAndAdd: return add(first, second, 0)
    case .addWithCarry: return add(first, second, carryIn)
    case .subtract, .compare: return subtract(first, second, 0)
    case .subtractWithBorrow: return subtract(first, second, carryIn)
    case .and, .test: return logic(first & second)
    case .or: return logic(first | second)
    case .xor: return logic(first ^ second)
    case .negate: return subtract(0, first, 0)
    case .not: return truncated(~first, size: size)
    case .increment:
      let result = add(first, 1, 0)
      set(Self.carry, carryIn != 0)
      return result
    case .decrement:
      let result = subtract(first, 1, 0)
      set(Self.carry, carryIn != 0)
      return result
    case .rotateLeft, .rotateRight, .rotateLeftThroughCarry, .rotateRightThroughCarry, .shiftLeft, .shiftRight,
      .shiftArithmeticRight:
      return shift(operation, first, by: second)
    case .bitTest, .bitTestAndSet, .bitTestAndReset, .bitTestAndComplement: return changeBit(operation, first, second)
    case .multiply, .multiplyByImmediate: return multiply(first, second)
    default: return first
    }
  }

  /// The topmost bit of the operands.
  var top: UInt64 { 1 &<< (UInt64(size) &* 8 &- 1) }

  private mutating func add(_ first: UInt64, _ second: UInt64, _ carryIn: UInt64) -> UInt64 {
    let result = truncated(first &+ second &+ carryIn, size: size)
    // Each bit's carry out.
    let carries = first & second | (first | second) & ~result
    set(Self.carry, carries & top != 0)
    set(Self.adjust, carries & 8 != 0)
    set(Self.overflow, (first ^ result) & (second ^ result) & top != 0)
    return noteResult(result)
  }

  private mutating func subtract(_ first: UInt64, _ second: UInt64, _ borrowIn: UInt64) -> UInt64 {
    let result = truncated(first &- second &- borrowIn, size: size)
    let borrows = ~first & second | (~first | second) & result
    set(Self.carry, borrows & top != 0)
    set(Self.adjust, borrows & 8 != 0)
    set(Self.overflow, (first ^ second) & (first ^ result) & top != 0)
    return noteResult(result)
  }

  /// AF is undefined; processors clear it.
  private mutating func logic(_ value: UInt64) -> UInt64 {
    set(Self.carry, false)
    set(Self.adjust, false)
    set(Self.overflow, false)
    return noteResult(truncated(value, size: size))
  }

  /// Sets the flags that tell of the result alone.
  mutating func noteResult(_ result: UInt64) -> UInt64 {
    set(Self.zero, result == 0)
    set(Self.sign, result & top != 0)
    set(Self.parity, (result & 0xFF).nonzeroBitCount & 1 == 0)
    return result
  }

  mutating func set(_ flag: UInt64, _ isSet: Bool) {
    flags = isSet ? flags | flag : flags & ~flag
  }
}
