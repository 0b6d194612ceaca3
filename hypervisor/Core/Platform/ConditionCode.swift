/// A condition on the arithmetic flags, by its number in the opcodes of Jcc, SETcc and CMOVcc (Intel SDM vol. 1
/// appendix B; AMD APM vol. 3 1.2.6).
package struct ConditionCode: Equatable, BitwiseCopyable, Sendable {
  /// 0 to 15; an odd one is the one before it, negated.
  package let number: UInt8

  init(opcode: UInt8) { number = opcode & 15 }

  /// Whether RFLAGS fulfil it.
  func holds(_ flags: UInt64) -> Bool {
    let carry = flags & ArithmeticUnit.carry != 0
    let zero = flags & ArithmeticUnit.zero != 0
    let sign = flags & ArithmeticUnit.sign != 0
    let overflow = flags & ArithmeticUnit.overflow != 0
    let result =
      switch number >> 1 {
      case 0: overflow
      case 1: carry
      case 2: zero
      case 3: carry || zero
      case 4: sign
      case 5: flags & ArithmeticUnit.parity != 0
      case 6: sign != overflow
      default: zero || sign != overflow
      }
    return result != (number & 1 != 0)
  }
}
