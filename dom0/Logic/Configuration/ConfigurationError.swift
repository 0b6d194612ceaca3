/// Why a configuration can't be accepted: one line that says where, what was found, and what was expected.
struct ConfigurationError: Error, Equatable {
  /// The name of the file.
  let file: String
  /// The line of the file, counted from 1; 0 for a setting given beside it; nil where the fault is that something is not
  /// there.
  let line: Int?
  let found: String
  let expected: String

  var message: String { "\(Self.place(file, line)): found \(found); expected \(expected)" }

  /// A place as a message names it.
  static func place(_ file: String, _ line: Int?) -> String {
    switch line {
    case .none: file
    case .some(0): "beside \(file)"
    case .some(let line): "\(file):\(line)"
    }
  }
}

/// What a person should know of a configuration that is accepted.
struct ConfigurationWarning: Equatable {
  let line: Int
  let text: String

  func message(in file: String) -> String { "\(ConfigurationError.place(file, line)): \(text)" }
}

/// A fault on a line, before the file's name is known to whoever found it.
struct ConfigurationFault: Error, Equatable {
  let line: Int?
  let found: String
  let expected: String

  func error(in file: String) -> ConfigurationError {
    ConfigurationError(file: file, line: line, found: found, expected: expected)
  }
}
