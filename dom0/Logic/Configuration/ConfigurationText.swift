/// Bytes and text of configurations.
enum ConfigurationText {
  /// Bytes as they may be shown: printable ASCII, and question marks for all else.
  static func printable(_ bytes: some Sequence<UInt8>) -> String { PlainText.of(bytes) }

  /// The text that bytes are in UTF-8; nil where they are not, or hold a NUL, which would end a guest's command line.
  static func string(_ bytes: [UInt8]) -> String? {
    if bytes.contains(0) { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    // What was repaired on the way is longer or different.
    return text.utf8.elementsEqual(bytes) ? text : nil
  }

  /// A number as xl reads it: decimal, hexadecimal after `0x`, octal after `0`. Nil for anything else and past 64 bits.
  static func number(_ text: String) -> UInt64? {
    var digits = Array(text.utf8)
    var base: UInt64 = 10
    if digits.count > 2, digits[0] == UInt8(ascii: "0"), digits[1] | 0x20 == UInt8(ascii: "x") {
      digits.removeFirst(2)
      base = 16
    } else if digits.count > 1, digits[0] == UInt8(ascii: "0") {
      base = 8
    }
    if digits.isEmpty { return nil }
    var value: UInt64 = 0
    for byte in digits {
      guard let digit = byte.hexadecimalValue, UInt64(digit) < base else { return nil }
      let (product, overflow) = value.multipliedReportingOverflow(by: base)
      let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
      if overflow || carry { return nil }
      value = sum
    }
    return value
  }

  /// The text without the blanks around it.
  static func trimmed(_ text: some Sequence<UInt8>) -> [UInt8] {
    var bytes = Array(text)
    while let last = bytes.last, last == 0x20 || last == 0x09 { bytes.removeLast() }
    var start = 0
    while start < bytes.count, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
    return Array(bytes[start...])
  }
}

extension UInt8 {
  /// Whether it is a decimal digit of ASCII.
  var isDigit: Bool { self >= 0x30 && self <= 0x39 }
  /// Whether it may begin a key: a letter of ASCII or `_`.
  var isLetter: Bool { self | 0x20 >= 0x61 && self | 0x20 <= 0x7A || self == 0x5F }
  /// The value of a digit in a base of up to 16; nil for other characters.
  var hexadecimalValue: Int? {
    switch self {
    case 0x30...0x39: Int(self) - 0x30
    case 0x41...0x46: Int(self) - 0x37
    case 0x61...0x66: Int(self) - 0x57
    default: nil
    }
  }
}
