/// What stands behind a key's `=`.
enum ConfigurationValue: Equatable {
  /// A string or a number, as text: xl takes either where it expects the other.
  case scalar(String)
  /// The elements of `[ ]`, each with its line. One may be a list itself.
  case list([Element])

  struct Element: Equatable {
    let line: Int
    let value: ConfigurationValue
  }
}

/// One `key = value` of a configuration.
struct ConfigurationSetting: Equatable {
  let key: String
  let line: Int
  var value: ConfigurationValue
  /// Whether something was appended by `+=`, which a number can't be.
  var isAppended = false
}

/// Reads the settings of a configuration, whatever their keys mean (xl.cfg(5), "SYNTAX"):
/// ```
/// key = "string"        # or 'string', or a number
/// key = [ "a", "b", ]   # over as many lines as one likes
/// key += [ "c" ]
/// key = [ [ "a", "b" ], [ "c" ] ]
/// ```
struct ConfigurationParser {
  private var scanner: ConfigurationScanner
  private var token = ConfigurationToken.endOfStatement
  private var settings: [ConfigurationSetting] = []

  /// A fault's line ends at this many settings or elements: nobody writes more by hand.
  private static var limit: Int { 1024 }
  /// Lists in lists: xl's keys take two levels.
  private static var depthLimit: Int { 8 }

  /// All settings, by the order of their keys' first occurrence. The last value of a key holds.
  ///
  /// - Parameter settings: further ones, from beside the file, each as the file might have them: `memory=24; maxmem=32`.
  ///   What is no such text is one setting that a shell has taken the quotes off: `name=web`.
  static func parse(
    _ bytes: [UInt8], settings: [String] = []
  ) throws(ConfigurationFault) -> [ConfigurationSetting] {
    var parser = ConfigurationParser(scanner: ConfigurationScanner(bytes))
    try parser.all()
    for setting in settings { try parser.take(Array(setting.utf8)) }
    return parser.settings
  }

  private mutating func take(_ setting: [UInt8]) throws(ConfigurationFault) {
    let before = self
    do throws(ConfigurationFault) {
      scanner = ConfigurationScanner(setting)
      return try all(on: 0)
    } catch {
      self = before
    }
    do throws(ConfigurationFault) {
      scanner = ConfigurationScanner(Self.quoted(setting))
      try all(on: 0)
    } catch {
      throw ConfigurationFault(line: 0, found: error.found, expected: error.expected)
    }
  }

  private mutating func all(on line: Int? = nil) throws(ConfigurationFault) {
    try advance()
    while token != .endOfFile {
      if token == .endOfStatement { try advance() } else { try setting(on: line) }
    }
  }

  /// A setting whose value is neither a list nor quoted, with quotes around it.
  private static func quoted(_ setting: [UInt8]) -> [UInt8] {
    guard let equals = setting.firstIndex(of: UInt8(ascii: "=")) else { return setting }
    let value = ConfigurationText.trimmed(setting[(equals + 1)...])
    if let first = value.first, first == UInt8(ascii: "[") || first == UInt8(ascii: "\"") || first == UInt8(ascii: "'")
    {
      return setting
    }
    var escaped: [UInt8] = []
    for byte in value {
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { escaped.append(UInt8(ascii: "\\")) }
      escaped.append(byte)
    }
    return Array(setting[...equals]) + [UInt8(ascii: "\"")] + escaped + [UInt8(ascii: "\"")]
  }

  private init(scanner: ConfigurationScanner) { self.scanner = scanner }

  private mutating func advance() throws(ConfigurationFault) { token = try scanner.next() }

  private func unexpected(_ expected: String) -> ConfigurationFault {
    ConfigurationFault(line: scanner.line, found: token.description, expected: expected)
  }

  private mutating func setting(on line: Int?) throws(ConfigurationFault) {
    guard case .word(let key) = token else { throw unexpected("a key, such as name") }
    let line = line ?? scanner.line
    try advance()
    let appends = token == .plusEquals
    guard appends || token == .equals else { throw unexpected("'=' after '\(key)'") }
    try advance()
    let value = try value("a string in quotes, a number or a list for '\(key)'", depth: 0)
    guard token == .endOfStatement || token == .endOfFile else {
      throw unexpected("the end of the line after the value of '\(key)'")
    }
    try keep(key, line, value, appends: appends)
  }

  /// A value, which lies in so many lists.
  private mutating func value(_ expected: String, depth: Int) throws(ConfigurationFault) -> ConfigurationValue {
    switch token {
    case .string(let text), .number(let text):
      try advance()
      return .scalar(text)
    case .openBracket:
      guard depth < Self.depthLimit else { throw unexpected("at most \(Self.depthLimit) lists in one another") }
      try advance()
      return .list(try elements(depth: depth + 1))
    default: throw unexpected(expected)
    }
  }

  /// The rest of a list; its bracket is behind.
  private mutating func elements(depth: Int) throws(ConfigurationFault) -> [ConfigurationValue.Element] {
    var elements: [ConfigurationValue.Element] = []
    while true {
      try skipLineEnds()
      if token == .closeBracket { break }
      let line = scanner.line
      let value = try value("a string in quotes, a number, a list or ']' in the list", depth: depth)
      elements.append(ConfigurationValue.Element(line: line, value: value))
      guard elements.count <= Self.limit else { throw unexpected("at most \(Self.limit) elements in a list") }
      try skipLineEnds()
      if token == .comma {
        try advance()
      } else if token != .closeBracket {
        throw unexpected("',' or ']' in the list")
      }
    }
    try advance()
    return elements
  }

  private mutating func skipLineEnds() throws(ConfigurationFault) {
    while token == .endOfStatement { try advance() }
  }

  private mutating func keep(
    _ key: String, _ line: Int, _ value: ConfigurationValue, appends: Bool
  ) throws(ConfigurationFault) {
    guard let index = settings.firstIndex(where: { $0.key == key }) else {
      guard settings.count < Self.limit else {
        throw ConfigurationFault(line: line, found: "one key more", expected: "at most \(Self.limit) keys")
      }
      settings.append(ConfigurationSetting(key: key, line: line, value: value, isAppended: appends))
      return
    }
    if !appends {
      settings[index] = ConfigurationSetting(key: key, line: line, value: value)
      return
    }
    settings[index].isAppended = true
    switch (settings[index].value, value) {
    case (.scalar(let old), .scalar(let more)): settings[index].value = .scalar(old + more)
    case (.list(let old), .list(let more)): settings[index].value = .list(old + more)
    default:
      throw ConfigurationFault(
        line: line, found: "'\(key) +=' of a list and a string", expected: "both of them lists, or both strings")
    }
  }
}
