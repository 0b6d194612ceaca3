/// What Tab offers for the line left of the cursor.
struct Completion: Equatable {
  /// What is certain: the rest of the only candidate, or what all of them go on with.
  var insertion: [UInt8] = []
  /// The candidates, where there are several; as they are shown.
  var candidates: [String] = []

  /// Names the words of a kind that begin with a text. Those with a slash at the end are directories: more follows.
  typealias Source = (ArgumentKind, String) -> [String]

  init(insertion: [UInt8] = [], candidates: [String] = []) {
    self.insertion = insertion
    self.candidates = candidates
  }

  /// Completes the last word of the line.
  init(of line: [UInt8], from source: Source) {
    let words = ShellWords(unfinished: line)
    var candidates: [String] = []
    for candidate in Self.candidates(words, source)
    where candidate.utf8.starts(with: words.last.utf8) && !candidates.contains(where: { $0 == candidate }) {
      candidates.append(candidate)
    }
    guard let first = candidates.first else { return }
    let common = candidates.dropFirst().reduce(first.utf8.count) { length, candidate in
      min(length, zip(first.utf8, candidate.utf8).prefix { $0 == $1 }.count)
    }
    let rest = PlainText.of(first.utf8.prefix(common).dropFirst(words.last.utf8.count))
    insertion = ShellWords.typed(rest, within: words.openQuote)
    if candidates.count == 1 {
      // What is complete is closed, so that the next word can follow.
      if Self.isComplete(first) {
        if words.openQuote != 0 { insertion.append(words.openQuote) }
        insertion.append(UInt8(ascii: " "))
      }
    } else {
      self.candidates = candidates.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
  }

  private static func isComplete(_ candidate: String) -> Bool {
    candidate.utf8.last != UInt8(ascii: "/") && candidate.utf8.last != UInt8(ascii: "=")
  }

  private static func candidates(_ words: ShellWords, _ source: Source) -> [String] {
    guard let first = words.words.first else { return names }
    guard let description = CommandVerb.named(first)?.description else { return [] }
    var place = 0
    var pending: CommandArgument?
    for word in words.words.dropFirst() {
      if pending != nil {
        pending = nil
      } else if word.utf8.first == UInt8(ascii: "-") {
        pending = description.options.first { $0.letter == word.utf8.last }?.value
      } else {
        place += 1
      }
    }
    if let pending { return offered(pending.kind, words.last, source) }
    if words.last.utf8.first == UInt8(ascii: "-") { return description.options.map { $0.text } }
    if place < description.arguments.count { return offered(description.arguments[place].kind, words.last, source) }
    guard let last = description.arguments.last, last.isRepeated else { return [] }
    return offered(last.kind, words.last, source)
  }

  private static func offered(_ kind: ArgumentKind, _ prefix: String, _ source: Source) -> [String] {
    kind == .command ? names : source(kind, prefix)
  }

  private static var names: [String] { CommandVerb.allCases.map { "\($0.name)" } }
}

extension Completion {
  /// The candidates as lines of a terminal, in columns. Of very many, the first.
  static func lines(_ candidates: [String], width: Int) -> [String] {
    let shown = candidates.prefix(mostShown)
    let column = (shown.map { $0.utf8.count }.max() ?? 0) + 2
    let perLine = max(width / column, 1)
    var lines: [String] = []
    for (index, candidate) in shown.enumerated() {
      let isLast = index % perLine == perLine - 1 || index == shown.count - 1
      let cell = isLast ? candidate : Column.leading(candidate, width: column)
      if index % perLine == 0 { lines.append(cell) } else { lines[lines.count - 1] += cell }
    }
    if candidates.count > shown.count { lines.append("... and \(candidates.count - shown.count) more") }
    return lines
  }

  private static var mostShown: Int { 120 }
}
