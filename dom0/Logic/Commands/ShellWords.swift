/// The words of a line, as a shell of the Unix family splits it: spaces separate, quotes of both kinds and backslashes
/// keep a space within a word.
struct ShellWords: Equatable {
  /// The words that are complete, or for a whole line, all.
  private(set) var words: [String] = []
  /// The word at the line's end, where completion goes on; empty behind a space.
  private(set) var last = ""
  /// The quote that the line's end is within; 0 outside of quotes.
  private(set) var openQuote: UInt8 = 0

  /// Why a line can't be split.
  enum Fault: Error, Equatable {
    /// The quote has no second one.
    case openQuote(UInt8)
    /// The line ends with a backslash.
    case backslashAtEnd

    var message: String {
      switch self {
      case .openQuote(let quote): "the quote \(PlainText.of([quote])) is not closed"
      case .backslashAtEnd: "a backslash stands before a character, not at the end"
      }
    }
  }

  /// Splits a whole line.
  static func split(_ line: [UInt8]) throws(Fault) -> [String] {
    var reader = Reader()
    for byte in line { reader.accept(byte) }
    if reader.isEscaped { throw .backslashAtEnd }
    if reader.quote != 0 { throw .openQuote(reader.quote) }
    reader.endWord()
    return reader.words
  }

  /// Splits the part of a line that is left of the cursor: its last word is yet to be finished.
  init(unfinished line: [UInt8]) {
    var reader = Reader()
    for byte in line { reader.accept(byte) }
    words = reader.words
    last = PlainText.of(reader.word)
    openQuote = reader.quote
  }

  /// A part of a word as it must be typed, within the quote that is open, or else with backslashes.
  static func typed(_ text: String, within quote: UInt8) -> [UInt8] {
    var result: [UInt8] = []
    for byte in text.utf8 {
      if quote == 0 && Reader.needsBackslash(byte) { result.append(Reader.backslash) }
      result.append(byte)
    }
    return result
  }

  private struct Reader {
    var words: [String] = []
    var word: [UInt8] = []
    /// Whether there is a word: one in quotes may be empty.
    var hasWord = false
    var quote: UInt8 = 0
    var isEscaped = false

    static var backslash: UInt8 { UInt8(ascii: "\\") }

    static func needsBackslash(_ byte: UInt8) -> Bool {
      byte == UInt8(ascii: " ") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") || byte == backslash
    }

    mutating func accept(_ byte: UInt8) {
      if isEscaped {
        // Within double quotes only what would else end or escape loses its backslash.
        if quote != 0 && byte != quote && byte != Self.backslash { word.append(Self.backslash) }
        word.append(byte)
        isEscaped = false
      } else if byte == Self.backslash && quote != UInt8(ascii: "'") {
        isEscaped = true
        hasWord = true
      } else if quote != 0 {
        if byte == quote { quote = 0 } else { word.append(byte) }
      } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
        quote = byte
        hasWord = true
      } else if byte == UInt8(ascii: " ") {
        endWord()
      } else {
        word.append(byte)
        hasWord = true
      }
    }

    mutating func endWord() {
      if hasWord { words.append(PlainText.of(word)) }
      word = []
      hasWord = false
    }
  }
}

/// Bytes as text.
enum PlainText {
  /// The text of bytes, of which those that are no printable ASCII become question marks.
  static func of(_ bytes: some Sequence<UInt8>) -> String {
    var result = ""
    for byte in bytes {
      result.unicodeScalars.append(Unicode.Scalar(byte >= 0x20 && byte < 0x7F ? byte : UInt8(ascii: "?")))
    }
    return result
  }
}
