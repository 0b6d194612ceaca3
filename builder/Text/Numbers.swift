#if canImport(XenABI)
  import XenABI
#endif

/// The unit of a size that is written without one.
package enum SizeUnit: UInt64, BitwiseCopyable {
  case bytes = 0
  case kibibytes = 10
  case mebibytes = 20
}

extension RawSpan {
  /// The piece as an unsigned number: decimal, or hexadecimal after `0x`. Nil for anything else and past 64 bits.
  package func number(_ range: TextRange) -> UInt64? {
    let hexadecimal = text(range, starts: "0x") || text(range, starts: "0X")
    let digits = hexadecimal ? range.dropping(2) : range
    let base: UInt64 = hexadecimal ? 16 : 10
    guard digits.count > 0 else { return nil }
    var result: UInt64 = 0
    for index in 0..<digits.count {
      guard let byte = character(digits.offset &+ index), let digit = byte.digitValue, digit < base else { return nil }
      let (product, tooLarge) = result.multipliedReportingOverflow(by: base)
      let (sum, overflow) = product.addingReportingOverflow(digit)
      if tooLarge || overflow { return nil }
      result = sum
    }
    return result
  }

  /// The piece as a size in bytes: a number and one of the letters B, K, M, G, T in either case, as on Xen's command
  /// line. Nil for anything else and past 64 bits.
  package func size(_ range: TextRange, unit: SizeUnit) -> UInt64? {
    guard range.count > 0, let last = character(range.end &- 1) else { return nil }
    var shift = unit.rawValue
    var digits = range
    // A hexadecimal number can end in B, but not in one of the other letters.
    if let suffix = last.sizeShift, !(suffix == 0 && text(range, starts: "0x")) {
      shift = suffix
      digits.count &-= 1
    }
    guard let number = number(digits) else { return nil }
    let result = number << shift
    return result >> shift == number ? result : nil
  }

  /// The piece as a truth value, in the words that Xen's command line takes.
  func flag(_ range: TextRange) -> Bool? {
    if text(range, equals: "yes") || text(range, equals: "on") || text(range, equals: "true")
      || text(range, equals: "enable") || text(range, equals: "1")
    {
      return true
    }
    if text(range, equals: "no") || text(range, equals: "off") || text(range, equals: "false")
      || text(range, equals: "disable") || text(range, equals: "0")
    {
      return false
    }
    return nil
  }
}

extension UInt8 {
  /// The value of a digit in a base of up to 16.
  fileprivate var digitValue: UInt64? {
    switch self {
    case 0x30...0x39: UInt64(self &- 0x30)
    case 0x41...0x46: UInt64(self &- 0x41 &+ 10)
    case 0x61...0x66: UInt64(self &- 0x61 &+ 10)
    default: nil
    }
  }

  /// What a size's letter multiplies it by, as a power of two.
  fileprivate var sizeShift: UInt64? {
    switch self {
    case 0x42, 0x62: 0
    case 0x4B, 0x6B: 10
    case 0x4D, 0x6D: 20
    case 0x47, 0x67: 30
    case 0x54, 0x74: 40
    default: nil
    }
  }
}
