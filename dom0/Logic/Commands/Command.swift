/// A line that was entered at the prompt, understood.
struct Command: Equatable {
  let verb: CommandVerb
  /// The name of the domain, for the verbs that take one; else empty.
  let domain: String

  /// Why a line is no command: one line that says what was expected.
  struct Misunderstanding: Error, Equatable {
    let message: String
  }

  /// Reads a line; nil where it is blank.
  static func parse(_ line: [UInt8]) throws(Misunderstanding) -> Command? {
    let words = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: true)
    guard let first = words.first else { return nil }
    guard let verb = CommandVerb.allCases.first(where: { Array(first).isText($0.name) }) else {
      throw Misunderstanding(message: "unknown command '\(text(first))': 'help' names those there are")
    }
    if verb.takesDomain {
      guard words.count >= 2 else {
        throw Misunderstanding(message: "\(verb.name) needs a domain: its name or number, as 'list' shows them")
      }
      if words.count > 2 {
        throw Misunderstanding(message: "\(verb.name) takes one domain, not also '\(text(words[2]))'")
      }
      return Command(verb: verb, domain: text(words[1]))
    }
    if words.count > 1 {
      throw Misunderstanding(message: "\(verb.name) stands alone, without '\(text(words[1]))'")
    }
    return Command(verb: verb, domain: "")
  }

  /// The lines of `help`.
  static var help: [String] {
    CommandVerb.allCases.map { verb in
      let usage = verb.takesDomain ? "\(verb.name) NAME" : "\(verb.name)"
      return "  \(Column.leading(usage, width: 14)) \(verb.summary)"
    }
  }

  /// The text of bytes, of which those that are no printable ASCII become question marks.
  static func text(_ bytes: some Sequence<UInt8>) -> String {
    var result = ""
    for byte in bytes {
      result.unicodeScalars.append(Unicode.Scalar(byte >= 0x20 && byte < 0x7F ? byte : UInt8(ascii: "?")))
    }
    return result
  }
}
