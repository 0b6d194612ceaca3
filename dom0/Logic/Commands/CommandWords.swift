/// The words behind a command's name, put into their places.
struct CommandWords: Equatable {
  /// The arguments, in order.
  private(set) var arguments: [String] = []
  private var options: [Option] = []
  /// Whether the command itself is to be explained (`-h`, `--help`).
  private(set) var asksForHelp = false

  private struct Option: Equatable {
    let letter: UInt8
    let value: String
  }

  /// Puts the words into their places, as the description has them.
  init(_ words: some Sequence<String>, of description: CommandDescription) throws(Command.Misunderstanding) {
    var pending: CommandOption?
    var takesOptions = true
    for word in words {
      if let option = pending {
        options.append(Option(letter: option.letter, value: word))
        pending = nil
      } else if takesOptions && word.utf8.elementsEqual("--".utf8) {
        takesOptions = false
      } else if word.utf8.elementsEqual("-h".utf8) || word.utf8.elementsEqual("--help".utf8) {
        asksForHelp = true
      } else if takesOptions && word.utf8.count > 1 && word.utf8.first == UInt8(ascii: "-") {
        pending = try take(word, of: description)
      } else {
        arguments.append(word)
      }
    }
    if asksForHelp { return }
    if let option = pending, let value = option.value {
      throw .init("\(description.name) \(option.text) needs \(value.kind.expectation)")
    }
    try check(description)
  }

  /// Takes a word of options, such as `-f` or `-fp`; returns the one that needs the next word.
  private mutating func take(
    _ word: String, of description: CommandDescription
  ) throws(Command.Misunderstanding) -> CommandOption? {
    let letters = Array(word.utf8.dropFirst())
    for (index, letter) in letters.enumerated() {
      guard let option = description.options.first(where: { $0.letter == letter }) else {
        throw .init("\(description.name) has no option '-\(PlainText.of([letter]))'; usage: \(description.usage)")
      }
      if option.value == nil {
        options.append(Option(letter: letter, value: ""))
      } else if index == letters.count - 1 {
        return option
      } else {
        options.append(Option(letter: letter, value: PlainText.of(letters[(index + 1)...])))
        return nil
      }
    }
    return nil
  }

  private func check(_ description: CommandDescription) throws(Command.Misunderstanding) {
    let needed = description.arguments.filter { $0.isNeeded }
    if arguments.count < needed.count {
      let missing = needed[arguments.count]
      throw .init("\(description.name) needs \(missing.kind.expectation); usage: \(description.usage)")
    }
    if description.arguments.last?.isRepeated == true || arguments.count <= description.arguments.count { return }
    let surplus = arguments[description.arguments.count]
    throw .init(
      description.arguments.isEmpty
        ? "\(description.name) stands alone, without '\(surplus)'"
        : "'\(surplus)' is too much; usage: \(description.usage)")
  }

  /// Whether the option was given.
  func has(_ letter: Unicode.Scalar) -> Bool { self[letter] != nil }

  /// The option's value, the last one that was given.
  subscript(letter: Unicode.Scalar) -> String? {
    options.last { UInt32($0.letter) == letter.value }?.value
  }
}
