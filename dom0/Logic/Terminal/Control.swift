/// The control characters and sequences that a terminal sends and understands (ASCII; ECMA-48).
enum Control {
  static var bell: UInt8 { 0x07 }
  static var backspace: UInt8 { 0x08 }
  static var tab: UInt8 { 0x09 }
  static var lineFeed: UInt8 { 0x0A }
  static var carriageReturn: UInt8 { 0x0D }
  static var escape: UInt8 { 0x1B }
  static var delete: UInt8 { 0x7F }
  /// Ctrl-], which leaves a guest's console.
  static var leave: UInt8 { 0x1D }

  /// Ctrl and a letter.
  static func letter(_ letter: Unicode.Scalar) -> UInt8 { UInt8(truncatingIfNeeded: letter.value) & 0x1F }

  static var newLine: StaticString { "\r\n" }
  /// To the first column, and erase to the end of the line.
  static var clearLine: StaticString { "\r\u{1B}[K" }
  static var eraseToEnd: StaticString { "\u{1B}[K" }
  static var eraseBelow: StaticString { "\u{1B}[J" }
  static var homeCursor: StaticString { "\u{1B}[H" }
  /// Erase everything, and cut what is longer than a line instead of wrapping it (DECAWM off).
  static var openScreen: StaticString { "\u{1B}[2J\u{1B}[?7l" }
  /// What is longer than a line goes on in the next (DECAWM on).
  static var wrapLines: StaticString { "\u{1B}[?7h" }
}

extension [UInt8] {
  /// Adds a text.
  mutating func append(_ text: StaticString) {
    text.withUTF8Buffer { bytes in
      for index in bytes.indices { unsafe append(bytes[index]) }  // within the buffer by its own indices
    }
  }

  /// Adds a text.
  mutating func append(text: String) { append(contentsOf: text.utf8) }

  /// Whether these are the bytes of a text.
  func isText(_ text: StaticString) -> Bool {
    text.withUTF8Buffer { bytes in
      if bytes.count != count { return false }
      for index in bytes.indices where unsafe bytes[index] != self[index] { return false }  // as above
      return true
    }
  }
}
