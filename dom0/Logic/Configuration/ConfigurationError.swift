/// Why a configuration can't be accepted: one line that says where, what was found, and what was expected.
struct ConfigurationError: Error, Equatable {
  /// The name of the file.
  let file: String
  /// The line of the file, counted from 1; nil where the fault is that something is not there.
  let line: Int?
  let found: String
  let expected: String

  var message: String {
    let place = if let line { "\(file):\(line)" } else { file }
    return "\(place): found \(found); expected \(expected)"
  }
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
