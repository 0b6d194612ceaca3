import Foundation

/// What the comments in abi/ say of a structure and its fields.
public struct StructureDocumentation {
  /// The paragraphs before the structure.
  public var text: String
  /// The comment before each field.
  public var fields: [String: String]
}

/// The comments of all structures in a folder of Swift files.
public func structureDocumentation(folder: URL) throws -> [String: StructureDocumentation] {
  var all: [String: StructureDocumentation] = [:]
  let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
  for file in files where file.pathExtension == "swift" {
    let text = try String(contentsOf: file, encoding: .utf8)
    all.merge(structureDocumentation(source: text)) { first, _ in first }
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
    if line.hasPrefix("public struct ") {
      let name = String(content.dropFirst("public struct ".count).prefix(while: { $0 != ":" && $0 != " " }))
      all[name] = StructureDocumentation(text: joined(comment), fields: [:])
      current = name
    } else if content.hasPrefix("public var "), let current {
      let name = String(content.dropFirst("public var ".count).prefix(while: { $0 != ":" }))
      all[current]?.fields[name] = joined(comment)
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
