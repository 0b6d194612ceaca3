/// A piece of a configuration's text.
enum ConfigurationToken: Equatable {
  /// A key.
  case word(String)
  /// Between quotes, its escapes resolved.
  case string(String)
  /// A number as it is written: decimal, hexadecimal after `0x`, octal after `0`.
  case number(String)
  case equals
  case plusEquals
  case openBracket
  case closeBracket
  case comma
  /// The end of a line, or `;`.
  case endOfStatement
  case endOfFile

  /// The token as an error names it.
  var description: String {
    switch self {
    case .word(let text), .number(let text): "'\(text)'"
    case .string(let text): "the string '\(text)'"
    case .equals: "'='"
    case .plusEquals: "'+='"
    case .openBracket: "'['"
    case .closeBracket: "']'"
    case .comma: "','"
    case .endOfStatement: "the end of the line"
    case .endOfFile: "the end of the file"
    }
  }
}
