/// `hostAddress` as `host_address`.
func snakeCase(_ name: String) -> String {
  var result = ""
  var previous: Character = "_"
  let letters = Array(name)
  for (index, letter) in letters.enumerated() {
    let endsAnAbbreviation = index + 1 < letters.count && letters[index + 1].isLowercase && previous.isUppercase
    if letter.isUppercase && (previous.isLowercase || previous.isNumber || endsAnAbbreviation) { result += "_" }
    result += letter.lowercased()
    previous = letter
  }
  return result
}

extension StructureDocumentation {
  /// The public header's name for the structure, as its comment says it.
  func cName(_ swiftName: String) -> String {
    if let match = text.firstMatch(of: /\(public headers?[^)]*`(?:struct )?(?<name>[a-z][a-z0-9_]*)`\)/) {
      return String(match.name)
    }
    if let match = text.firstMatch(of: /`struct (?<name>[a-z][a-z0-9_]*)`/) { return String(match.name) }
    return snakeCase(swiftName)
  }

  /// The public header's name for a field: what its comment begins with, in backquotes.
  func cName(ofField name: String) -> String {
    let comment = fields[name] ?? ""
    if let match = comment.firstMatch(of: /^(?:In: |Out: )?`(?<name>[a-z][a-z0-9_.]*(\[\d+\])?)`/) {
      return String(match.name).replacing(".", with: "_")
    }
    return snakeCase(name)
  }
}

/// What a comment says beside the public header's name, with which it begins.
func withoutName(_ comment: String) -> String {
  let rest = comment.replacing(/^(In: |Out: |)`[\w.\[\]]+`(: |\.$)/, with: { $0.output.1 })
  return rest.prefix(1).uppercased() + rest.dropFirst()
}
