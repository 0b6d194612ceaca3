/// The words of a guest's command line: `name=value` or `name`, separated by spaces.
struct CommandLineOptions {
  private let words: [Substring.UTF8View]

  init(_ line: String) {
    words = line.utf8.split(separator: UInt8(ascii: " ")).map { $0 }
  }

  /// The value of `name=value`; empty for a bare `name`; nil where the name does not occur. The last one counts.
  subscript(name: String) -> String? {
    for word in words.reversed() where word.starts(with: name.utf8) {
      let rest = word.dropFirst(name.utf8.count)
      if rest.isEmpty { return "" }
      if rest.first == UInt8(ascii: "=") { return String(Substring(rest.dropFirst())) }
    }
    return nil
  }

  /// Whether `name` has just that value.
  func has(_ name: String, _ value: String) -> Bool {
    guard let found = self[name] else { return false }
    return found.utf8.elementsEqual(value.utf8)
  }

  /// The value as a decimal number; nil where it is none.
  func number(_ name: String) -> UInt64? {
    guard let text = self[name], !text.isEmpty else { return nil }
    var value: UInt64 = 0
    for digit in text.utf8 {
      guard digit >= UInt8(ascii: "0") && digit <= UInt8(ascii: "9") else { return nil }
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(UInt64(digit - UInt8(ascii: "0")))
      if overflow || carry { return nil }
      value = sum
    }
    return value
  }
}
