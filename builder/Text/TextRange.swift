/// A piece of a line of text: where it starts, and its length, in bytes.
package struct TextRange: Equatable, BitwiseCopyable, Sendable {
  package var offset: Int
  package var count: Int
  package init(offset: Int, count: Int) {
    self.offset = offset
    self.count = count
  }
  /// The first byte past the piece.
  package var end: Int { offset &+ count }
  /// The piece without its first `count` bytes.
  func dropping(_ count: Int) -> TextRange {
    let less = min(count, self.count)
    return TextRange(offset: offset &+ less, count: self.count &- less)
  }
}

/// A word `key=value` or `key`.
package struct TextOption: Equatable, BitwiseCopyable, Sendable {
  /// All of it.
  package let word: TextRange
  package let key: TextRange
  /// What follows the first `=`, which may be empty; nil without one.
  package let value: TextRange?
}

extension RawSpan {
  /// Where the piece lies in this line, cut to what the line has: `line.extracting(line.bounds(of: piece))`.
  package func bounds(of range: TextRange) -> Range<Int> {
    let start = min(max(range.offset, 0), byteCount)
    return start..<start &+ min(max(range.count, 0), byteCount &- start)
  }

  /// The byte at `offset`, or nil outside of the line.
  func character(_ offset: Int) -> UInt8? {
    offset >= 0 && offset < byteCount ? loadChecked(at: offset, as: UInt8.self) : nil
  }

  /// The length of the line up to its first NUL: `memory.extracting(first: memory.lineLength)`.
  package var lineLength: Int {
    var end = 0
    while let byte = character(end), byte != 0 { end &+= 1 }
    return end
  }

  /// Whether the piece is this literal. A literal of ASCII is meant.
  package func text(_ range: TextRange, equals literal: StaticString) -> Bool {
    range.count == literal.utf8CodeUnitCount && text(range, starts: literal)
  }

  /// Whether the piece begins with this literal. A literal of ASCII is meant.
  package func text(_ range: TextRange, starts literal: StaticString) -> Bool {
    guard literal.hasPointerRepresentation, range.count >= literal.utf8CodeUnitCount else { return false }
    // The literal lives as long as the image, and the index stays below its count.
    let start = unsafe literal.utf8Start
    for index in 0..<literal.utf8CodeUnitCount {
      let expected = unsafe start[index]
      guard character(range.offset &+ index) == expected else { return false }
    }
    return true
  }

  /// Splits a word at its first `=`.
  package func option(_ word: TextRange) -> TextOption {
    for index in 0..<word.count where character(word.offset &+ index) == .equals {
      return TextOption(
        word: word, key: TextRange(offset: word.offset, count: index), value: word.dropping(index &+ 1))
    }
    return TextOption(word: word, key: word, value: nil)
  }

  /// Splits a piece at its first `separator`; the second is nil without one.
  func split(_ range: TextRange, at separator: UInt8) -> (TextRange, TextRange?) {
    for index in 0..<range.count where character(range.offset &+ index) == separator {
      return (TextRange(offset: range.offset, count: index), range.dropping(index &+ 1))
    }
    return (range, nil)
  }
}

extension UInt8 {
  static var equals: UInt8 { 0x3D }
  static var comma: UInt8 { 0x2C }
  /// Whether a byte separates words: space, tab, line feed, carriage return.
  var isBlank: Bool { self == 0x20 || self == 0x09 || self == 0x0A || self == 0x0D }
}

/// Goes through the words of a line. A NUL ends the line.
package struct WordScanner: BitwiseCopyable {
  /// Where the next word is looked for.
  package private(set) var position: Int

  package init(at position: Int = 0) { self.position = position }

  /// The next word, or nil at the end.
  package mutating func next(in line: RawSpan) -> TextRange? {
    skipBlanks(in: line)
    let start = position
    while let byte = line.character(position), byte != 0, !byte.isBlank { position &+= 1 }
    return position > start ? TextRange(offset: start, count: position &- start) : nil
  }

  /// All that is left of the line, without the blanks around it.
  package mutating func rest(in line: RawSpan) -> TextRange {
    skipBlanks(in: line)
    let start = position
    var end = position
    while let byte = line.character(position), byte != 0 {
      position &+= 1
      if !byte.isBlank { end = position }
    }
    return TextRange(offset: start, count: end &- start)
  }

  private mutating func skipBlanks(in line: RawSpan) {
    while let byte = line.character(position), byte.isBlank { position &+= 1 }
  }
}
