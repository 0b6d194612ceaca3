/// Cuts a configuration's text into tokens, as xl's own scanner does (xl.cfg(5), "SYNTAX").
struct ConfigurationScanner {
  private let bytes: [UInt8]
  private var position = 0
  /// The line of the token that was read last.
  private(set) var line = 1
  /// Line ends that were passed and count from the next token on.
  private var passed = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The next token.
  mutating func next() throws(ConfigurationFault) -> ConfigurationToken {
    line += passed
    passed = 0
    skipBlanks()
    guard let byte = peek() else { return .endOfFile }
    switch byte {
    case UInt8(ascii: "\n"):
      position += 1
      passed = 1
      return .endOfStatement
    case UInt8(ascii: ";"): return single(.endOfStatement)
    case UInt8(ascii: "="): return single(.equals)
    case UInt8(ascii: "["): return single(.openBracket)
    case UInt8(ascii: "]"): return single(.closeBracket)
    case UInt8(ascii: ","): return single(.comma)
    case UInt8(ascii: "+"):
      if peek(1) == UInt8(ascii: "=") {
        position += 2
        return .plusEquals
      }
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      position += 1
      return .string(try string(until: byte))
    default:
      if byte.isDigit { return .number(take { $0.isDigit || $0.isLetter }) }
      if byte.isLetter { return .word(take { $0.isDigit || $0.isLetter }) }
    }
    throw fault("'\(ConfigurationText.printable([byte]))'", "a key, a value, or '#' before a comment")
  }

  private func fault(_ found: String, _ expected: String) -> ConfigurationFault {
    ConfigurationFault(line: line, found: found, expected: expected)
  }

  private func peek(_ distance: Int = 0) -> UInt8? {
    position + distance < bytes.count ? bytes[position + distance] : nil
  }

  private mutating func single(_ token: ConfigurationToken) -> ConfigurationToken {
    position += 1
    return token
  }

  /// Passes blanks, and a comment up to the line's end.
  private mutating func skipBlanks() {
    while let byte = peek() {
      if byte == UInt8(ascii: "#") {
        while let byte = peek(), byte != UInt8(ascii: "\n") { position += 1 }
      } else if byte == 0x20 || byte == 0x09 || byte == 0x0D {
        position += 1
      } else {
        return
      }
    }
  }

  private mutating func take(while belongs: (UInt8) -> Bool) -> String {
    let start = position
    while let byte = peek(), belongs(byte) { position += 1 }
    return ConfigurationText.printable(bytes[start..<position])
  }

  /// The rest of a string; its first quote is behind.
  private mutating func string(until quote: UInt8) throws(ConfigurationFault) -> String {
    var content: [UInt8] = []
    while let byte = peek() {
      position += 1
      if byte == quote {
        guard let text = ConfigurationText.string(content) else {
          throw fault("a string that is not UTF-8 or holds a NUL", "text")
        }
        return text
      }
      if byte == UInt8(ascii: "\n") { break }
      content.append(byte == UInt8(ascii: "\\") ? try escaped() : byte)
    }
    throw fault("a string without its end", "\(Unicode.Scalar(quote)) on the same line")
  }

  /// The byte that an escape stands for; its backslash is behind.
  private mutating func escaped() throws(ConfigurationFault) -> UInt8 {
    guard let byte = peek() else { throw fault("'\\' at the end of the file", "an escape such as \\n") }
    position += 1
    switch byte {
    case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "?"): return byte
    case UInt8(ascii: "a"): return 7
    case UInt8(ascii: "b"): return 8
    case UInt8(ascii: "t"): return 9
    case UInt8(ascii: "n"): return 10
    case UInt8(ascii: "v"): return 11
    case UInt8(ascii: "f"): return 12
    case UInt8(ascii: "r"): return 13
    case UInt8(ascii: "x"): return try number(digits: 2...2, base: 16)
    case UInt8(ascii: "0")...UInt8(ascii: "7"):
      position -= 1
      return try number(digits: 1...3, base: 8)
    default:
      throw fault("'\\\(ConfigurationText.printable([byte]))'", "an escape: \\\\ \\' \\\" \\n \\t \\xHH or \\OOO")
    }
  }

  private mutating func number(digits: ClosedRange<Int>, base: Int) throws(ConfigurationFault) -> UInt8 {
    var value = 0
    var count = 0
    while count < digits.upperBound, let digit = peek()?.hexadecimalValue, digit < base {
      value = value * base + digit
      position += 1
      count += 1
    }
    guard count >= digits.lowerBound, value <= 255 else {
      throw fault("an escape without its number", "\\xHH or \\OOO, up to \\377")
    }
    return UInt8(value)
  }
}
