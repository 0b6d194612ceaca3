/// Memory as it is typed, the way Xen's tools read it: MiB, or with a unit behind the number.
enum MemoryAmount {
  /// The bytes; nil where it is none, or more than a number holds.
  static func bytes(_ text: String) -> UInt64? {
    var digits = Array(text.utf8)
    var shift: UInt64 = 20
    switch digits.last {
    case UInt8(ascii: "k"), UInt8(ascii: "K"): shift = 10
    case UInt8(ascii: "m"), UInt8(ascii: "M"): shift = 20
    case UInt8(ascii: "g"), UInt8(ascii: "G"): shift = 30
    case UInt8(ascii: "t"), UInt8(ascii: "T"): shift = 40
    default: digits.append(0)  // no unit: nothing to take off
    }
    digits.removeLast()
    guard let value = number(digits), value <= UInt64.max >> shift else { return nil }
    return value << shift
  }

  /// A decimal number; nil where it is none.
  static func number(_ digits: some Collection<UInt8>) -> UInt64? {
    if digits.isEmpty { return nil }
    var value: UInt64 = 0
    for digit in digits {
      guard digit >= UInt8(ascii: "0") && digit <= UInt8(ascii: "9") else { return nil }
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(UInt64(digit - UInt8(ascii: "0")))
      if overflow || carry { return nil }
      value = sum
    }
    return value
  }
}
