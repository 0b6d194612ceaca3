/// Shifts, rotations, single bits and products.
extension ArithmeticUnit {
  /// ROL to SAR: as often as the count's low five bits say, of eight bytes the low six. A count of 0 changes no flag.
  ///
  /// Bit by bit, which makes the carry right in all of them. OF is defined for a count of 1 only, and comes out as
  /// that; AF is undefined.
  mutating func shift(_ operation: InstructionOperation, _ value: UInt64, by count: UInt64) -> UInt64 {
    let count = count & (size == 8 ? 63 : 31)
    guard count != 0 else { return value }
    var result = value
    for _ in 0..<count {
      let out = isLeftward(operation) ? result & top : result & 1
      let carryIn = flags & Self.carry != 0
      switch operation {
      case .rotateLeft: result = result &<< 1 | (out != 0 ? 1 : 0)
      case .rotateLeftThroughCarry: result = result &<< 1 | (carryIn ? 1 : 0)
      case .rotateRight: result = result &>> 1 | (out != 0 ? top : 0)
      case .rotateRightThroughCarry: result = result &>> 1 | (carryIn ? top : 0)
      case .shiftArithmeticRight: result = result &>> 1 | result & top
      case .shiftLeft: result = result &<< 1
      default: result = result &>> 1
      }
      result = truncated(result, size: size)
      set(Self.carry, out != 0)
    }
    let second = isLeftward(operation) ? flags & Self.carry != 0 : result & top >> 1 != 0
    set(Self.overflow, (result & top != 0) != second)
    switch operation {
    case .shiftLeft, .shiftRight, .shiftArithmeticRight: return noteResult(result)
    default: return result
    }
  }

  private func isLeftward(_ operation: InstructionOperation) -> Bool {
    operation == .rotateLeft || operation == .rotateLeftThroughCarry || operation == .shiftLeft
  }

  /// BT, BTS, BTR, BTC: the bit goes to CF; the other flags stay.
  mutating func changeBit(_ operation: InstructionOperation, _ value: UInt64, _ number: UInt64) -> UInt64 {
    let bit: UInt64 = 1 &<< (number & (UInt64(size) &* 8 &- 1))
    set(Self.carry, value & bit != 0)
    switch operation {
    case .bitTestAndSet: return value | bit
    case .bitTestAndReset: return value & ~bit
    case .bitTestAndComplement: return value ^ bit
    default: return value
    }
  }

  /// The low half of a signed product; CF and OF tell whether it is all of it. The other flags are undefined.
  mutating func multiply(_ first: UInt64, _ second: UInt64) -> UInt64 {
    let a = Int64(bitPattern: signExtended(first, size: size))
    let (product, overflow) = a.multipliedReportingOverflow(by: Int64(bitPattern: signExtended(second, size: size)))
    let result = UInt64(bitPattern: product)
    let isCut = overflow || signExtended(result, size: size) != result
    set(Self.carry, isCut)
    set(Self.overflow, isCut)
    return truncated(result, size: size)
  }

  /// The place of the lowest or the highest bit that is set, and ZF where there is none. The other flags are undefined.
  mutating func scan(_ operation: InstructionOperation, _ value: UInt64) -> UInt64? {
    set(Self.zero, value == 0)
    guard value != 0 else { return nil }
    return UInt64(operation == .bitScanForward ? value.trailingZeroBitCount : 63 &- value.leadingZeroBitCount)
  }
}
