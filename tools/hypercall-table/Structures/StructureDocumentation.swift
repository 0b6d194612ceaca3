import Foundation

/// What the comments in abi/ say of a structure and its fields.
public struct StructureDocumentation {
  /// The paragraphs before the structure.
  public var text: String
  /// The comment before each field.
  public var fields: [String: String]
  /// The comment before each constant.
  public var constants: [String: String]

  init(text: String = "", fields: [String: String] = [:], constants: [String: String] = [:]) {
    self.text = text
    self.fields = fields
    self.constants = constants
  }
}

/// The comments of all structures in a folder of Swift files.
public func structureDocumentation(folder: URL) throws -> [String: StructureDocumentation] {
  var all: [String: StructureDocumentation] = [:]
  let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
  for file in files where file.pathExtension == "swift" {
    let text = try String(contentsOf: file, encoding: .utf8)
    all.merge(structureDocumentation(source: text)) { first, second in
      StructureDocumentation(
        text: first.text.isEmpty ? second.text : first.text, fields: first.fields.merging(second.fields) { a, _ in a },
        constants: first.constants.merging(second.constants) { a, _ in a })
    }
  }
  return all
}

/// The comments of the structures in one file.
func structureDocumentation(source: String) -> [String: StructureDocumentation] {
  var all: [String: StructureDocumentation] = [:]
  var comment: [Substring] = []
  var current: String?
  for line in source.split(separator: "\n", omittingEmptySubsequences: false) {
    let content = line.drop(while: { $0 == " " })
    if content.hasPrefix("///") {
      comment.append(content.dropFirst(3).drop(while: { $0 == " " }))
      continue
    }
    defer { comment = [] }
    if let match = line.prefixMatch(of: /(?<kind>public struct|public enum|extension) (?<name>\w+)/) {
      let name = String(match.name)
      current = name
      if match.kind != "extension" { all[name] = StructureDocumentation(text: joined(comment)) }
    } else if let match = content.prefixMatch(of: /(@inline\(__always\) )?public static var (?<name>\w+)/), let current
    {
      all[current, default: StructureDocumentation()].constants[String(match.name)] = joined(comment)
    } else if let match = content.prefixMatch(of: /(@inline\(__always\) )?public var (?<name>\w+)/), let current {
      all[current, default: StructureDocumentation()].fields[String(match.name)] = joined(comment)
    } else if line == "}" {
      current = nil
    }
  }
  return all
}

/// The lines of a comment as paragraphs.
private func joined(_ lines: [Substring]) -> String {
  lines.split(separator: "", omittingEmptySubsequences: true)
    .map { $0.joined(separator: " ") }
    .joined(separator: "\n\n")
}
