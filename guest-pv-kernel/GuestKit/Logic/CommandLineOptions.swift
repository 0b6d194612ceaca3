/// The words of a guest's command line: `name=value` or `name`, separated by spaces.
struct CommandLineOptions {
  let words: [Substring.UTF8View]

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
    guard let text = self[name] else { return nil }
    return UInt64(decimal: text.utf8)
  }
}
