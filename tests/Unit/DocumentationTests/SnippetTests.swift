import Foundation
import HostTools
import Testing

/// The programs and parts of programs that the documentation shows compile as they stand, as guests are compiled.
@Suite struct SnippetTests {
  struct Snippet {
    let page: String
    /// The line of the page on which it begins.
    let line: Int
    let text: String
  }

  /// What is fenced as of that language. Snippets of tests are no guests.
  private func snippets(_ language: String) throws -> [Snippet] {
    var all: [Snippet] = []
    for page in DocumentationTests.pages + ["docs/GuestKit.docc/GuestKit.md"] {
      let text = try String(contentsOf: PackageFolder.url.appendingPathComponent(page), encoding: .utf8)
      var start: Int?
      let lines = text.components(separatedBy: "\n")
      for (index, line) in lines.enumerated() {
        if let first = start, line == "```" {
          start = nil
          let body = lines[first..<index].joined(separator: "\n")
          if !body.contains("import Testing") { all.append(Snippet(page: page, line: first + 1, text: body)) }
        } else if start == nil, line == "```\(language)" {
          start = index + 1
        }
      }
    }
    return all
  }

  /// Compiles files by the guests' own rules; returns what the compiler says against them.
  private func check(_ files: [(name: String, text: String)]) throws -> String {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("snippets-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var paths: [String] = []
    for file in files {
      let path = folder.appendingPathComponent(file.name)
      try file.text.write(to: path, atomically: true, encoding: .utf8)
      paths.append(path.path)
    }
    let outcome = try Command.run(
      "make", ["-s", "-f", "guest-pv-kernel/guest.mk", "guest-check", "SOURCES=\(paths.joined(separator: " "))"])
    return outcome.status == 0 ? "" : outcome.output.isEmpty ? "make failed" : outcome.output
  }

  /// All of them are one module: a program is as it stands, what is part of one is the body of a guest's `run`.
  @Test func swiftCompiles() throws {
    let all = try snippets("swift")
    #expect(all.count > 10)
    var hasMain = false
    let files = all.enumerated().map { index, snippet in
      let place = "#sourceLocation(file: \"\(snippet.page)\", line: \(snippet.line))\n\(snippet.text)\n"
      let text: String
      if !snippet.text.hasPrefix("@main") {
        text = "func snippet\(index)() throws(GuestError) {\n\(place)}\n"
      } else if hasMain {
        // A module has one entry.
        text = "enum Snippet\(index) {\n\(place.replacing("@main", with: ""))}\n"
      } else {
        hasMain = true
        text = place
      }
      return (name: "Snippet\(index).swift", text: text)
    }
    let said = try check(files)
    #expect(said == "")
  }

  @Test func cCompiles() throws {
    let all = try snippets("c")
    #expect(!all.isEmpty)
    let said = try check(
      all.enumerated().map { ("snippet\($0).c", "#line \($1.line) \"\($1.page)\"\n\($1.text)\n") })
    #expect(said == "")
  }
}
