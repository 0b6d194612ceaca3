/// A command as it is to be typed: what `help` tells, what parsing demands and what completion offers.
struct CommandDescription {
  let name: StaticString
  /// One line, for the list of commands.
  let summary: StaticString
  var options: [CommandOption] = []
  var arguments: [CommandArgument] = []
  /// What there is more to know, line by line.
  var details: [StaticString] = []
  let example: StaticString
}

/// An option: a dash and a letter.
struct CommandOption {
  let letter: UInt8
  /// What follows it; nil where it stands alone.
  var value: CommandArgument?
  let meaning: StaticString

  init(_ letter: Unicode.Scalar, value: CommandArgument? = nil, _ meaning: StaticString) {
    self.letter = UInt8(truncatingIfNeeded: letter.value)
    self.value = value
    self.meaning = meaning
  }

  var text: String { "-\(PlainText.of([letter]))" }
}

/// A word that a command takes.
struct CommandArgument {
  /// How it is called in the usage, in capitals.
  let name: StaticString
  let kind: ArgumentKind
  let presence: Presence

  enum Presence: Equatable {
    case required
    case optional
    /// Any number of them, none too.
    case any
    /// One at least.
    case some
  }

  init(_ name: StaticString, _ kind: ArgumentKind, _ presence: Presence = .required) {
    self.name = name
    self.kind = kind
    self.presence = presence
  }

  var usage: String {
    switch presence {
    case .required: "\(name)"
    case .optional: "[\(name)]"
    case .any: "[\(name)...]"
    case .some: "\(name)..."
    }
  }

  var isRepeated: Bool { presence == .any || presence == .some }
  var isNeeded: Bool { presence == .required || presence == .some }
}

/// What a word stands for: completion offers accordingly.
enum ArgumentKind: Equatable {
  case command
  /// Any domain.
  case domain
  /// A domain other than this one.
  case guest
  /// A configuration that `create` can read.
  case configuration
  /// `key=value`, in place of what the configuration says.
  case setting
  /// A path of the store.
  case storePath
  /// Memory, in MiB or with a unit.
  /// A disk of domain 0's.
  case disk
  case size
  case number
  case text

  /// What is expected where such a word stands.
  var expectation: StaticString {
    switch self {
    case .command: "a command: 'help' names those there are"
    case .domain, .guest: "a domain: its name or number, as 'list' shows them"
    case .configuration: "a configuration: the name of a file that 'files' shows"
    case .setting: "settings of the form KEY=VALUE, such as memory=64"
    case .storePath: "a path of the store, such as /local/domain"
    case .disk: "a disk: its name, as 'disks' shows them"
    case .size: "a size in MiB, such as 64, or with a unit, such as 64M or 1G"
    case .number: "a number"
    case .text: "a text"
    }
  }
}

extension CommandDescription {
  /// The line that shows how the command is typed.
  var usage: String {
    var text = "\(name)"
    for option in options {
      text += option.value.map { " [\(option.text) \($0.name)]" } ?? " [\(option.text)]"
    }
    for argument in arguments { text += " \(argument.usage)" }
    return text
  }

  /// All that `help` tells of it.
  var help: [String] {
    var lines = ["usage: \(usage)", "  \(summary)"]
    for detail in details { lines.append("  \(detail)") }
    for option in options {
      let left = option.value.map { "\(option.text) \($0.name)" } ?? option.text
      lines.append("  \(Column.leading(left, width: 12)) \(option.meaning)")
    }
    for argument in arguments {
      lines.append("  \(Column.leading("\(argument.name)", width: 12)) \(argument.kind.expectation)")
    }
    lines.append("  example:     \(example)")
    return lines
  }
}
