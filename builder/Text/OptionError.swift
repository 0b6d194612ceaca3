/// A word of a command line that can't be accepted. Whoever prints it has the line and shows the word from it.
package struct OptionError: Error, Equatable {
  package enum Kind: UInt8, BitwiseCopyable {
    /// There is no such option.
    case unknown
    /// The option has no value and needs one, or has one and takes none.
    case value
    /// The value is malformed or not one of those there are.
    case malformed
    /// The value is understood but lies outside of what is possible.
    case outOfRange
    /// The option is given more than once.
    case repeated
    /// A required option is not there; the word is empty, at the line's end.
    case missing
  }

  package let kind: Kind
  /// Where in the line the offending word is, and its length, in bytes.
  package let word: TextRange
  /// What was expected, to be printed after "expected ".
  package let expected: StaticString

  init(_ kind: Kind, _ word: TextRange, expected: StaticString) {
    self.kind = kind
    self.word = word
    self.expected = expected
  }

  /// What is wrong, to be printed before the word.
  package var message: StaticString {
    switch kind {
    case .unknown: "unknown option"
    case .value: "bad option"
    case .malformed: "bad value"
    case .outOfRange: "value out of range"
    case .repeated: "repeated option"
    case .missing: "missing option"
    }
  }

  package static func == (a: Self, b: Self) -> Bool { a.kind == b.kind && a.word == b.word }
}
