import Foundation
import HostTools
import FoundationXML
import Testing

/// What the documentation points at is there: files, headings, symbols.
@Suite struct DocumentationTests {

  static let pages: [String] = {
    let names =
      (try? FileManager.default.contentsOfDirectory(atPath: PackageFolder.url.appendingPathComponent("docs").path))
      ?? []
    return ["README.md", "CHANGELOG.md"] + names.filter { $0.hasSuffix(".md") }.sorted().map { "docs/\($0)" }
  }()

  private func text(_ path: String) throws -> String {
    try String(contentsOf: PackageFolder.url.appendingPathComponent(path), encoding: .utf8)
  }

  @Test(arguments: pages) func linksLeadSomewhere(_ page: String) throws {
    let folder = (page as NSString).deletingLastPathComponent
    for link in try text(page).matches(of: /\]\((?<file>[\w.\/\-]*)(#(?<place>[\w\-]+))?\)/) {
      let file = link.file.isEmpty ? page : (folder as NSString).appendingPathComponent(String(link.file))
      try #require(
        FileManager.default.fileExists(atPath: PackageFolder.url.appendingPathComponent(file).path), "\(link.0)")
      guard let place = link.place else { continue }
      #expect(try headings(file).contains(String(place)), "\(link.0)")
    }
  }

  /// The anchors that a page has: its headings as the web shows them, and those written out.
  private func headings(_ page: String) throws -> Set<String> {
    let text = try text(page)
    let titles = text.split(separator: "\n").filter { $0.hasPrefix("#") }.map { line in
      line.drop { $0 == "#" || $0 == " " }.lowercased().filter { $0.isLetter || $0.isNumber || " -_".contains($0) }
        .replacing(" ", with: "-")
    }
    return Set(titles + text.matches(of: /<a (id|name)="(?<name>[^"]+)"/).map { String($0.name) })
  }

  /// A module's catalog for DocC, and the folders of its sources.
  struct Catalog: CustomTestStringConvertible {
    let name: String
    /// The module, where it has another name.
    var module: String?
    let folders: [String]
    var testDescription: String { name }
  }

  static let catalogs = [
    Catalog(name: "Apus", folders: ["abi", "builder", "hypervisor"]),
    Catalog(name: "GuestKit", folders: ["abi", "guest-pv-kernel/GuestKit"]),
    Catalog(name: "Domain0", module: "dom0", folders: ["dom0"]),
  ]

  @Test(arguments: catalogs) func symbolsAreDeclared(_ catalog: Catalog) throws {
    var declared: Set = [catalog.module ?? catalog.name]
    for folder in catalog.folders {
      let files = try #require(
        FileManager.default.enumerator(atPath: PackageFolder.url.appendingPathComponent(folder).path))
      for case let file as String in files where file.hasSuffix(".swift") {
        let words = /(?m)^(public |package )?(final )?(struct|enum|class|protocol|let|var|func) (?<name>\w+)/
        declared.formUnion(try text("\(folder)/\(file)").matches(of: words).map { String($0.name) })
      }
    }
    let named = try text("docs/\(catalog.name).docc/\(catalog.name).md").matches(of: /``(?<name>\w+)``/)
    #expect(named.count > 10)
    let missing = named.map { String($0.name) }.filter { !declared.contains($0) }
    #expect(missing.isEmpty)
  }

  /// The catalog names each page of `docs/` but the index.
  @Test func pagesAreInTheCatalog() throws {
    let listed = try text("docs/Apus.docc/Apus.md").matches(of: /<doc:(?<name>[\w-]+)>/).map { "docs/\($0.name).md" }
    #expect(Set(listed) == Set(Self.pages.filter { $0.hasPrefix("docs/") && $0 != "docs/README.md" }))
    #expect(Set(listed).count == listed.count)
  }

  // MARK: What is named is there

  /// All files of the tree but what was built.
  static let files: Set<String> = {
    let folders = [
      "abi", "boot", "builder", "docs", "dom0", "examples", "guest-pv-kernel", "hypervisor", "linker", "tests", "tools",
    ]
    var files: Set<String> = ["Makefile", "Package.swift", "README.md", "CHANGELOG.md", "LICENSE"]
    for folder in folders {
      let found = FileManager.default.enumerator(atPath: PackageFolder.url.appendingPathComponent(folder).path)
      for case let file as String in found ?? .init() { files.insert("\(folder)/\(file)") }
    }
    return files
  }()

  /// Files that a reader is to make.
  static let examples: Set = ["MyGuest.swift"]

  @Test(arguments: pages) func sourcesAreThere(_ page: String) throws {
    let names = Set(Self.files.map { ($0 as NSString).lastPathComponent }).union(Self.examples)
    let missing = try text(page).matches(of: /[\w+-]+\.(?:swift|asm|sh|mk|ld|gdb|inc)\b/).map { String($0.output) }
      .filter { !names.contains($0) && !$0.hasPrefix("www.") }
    #expect(missing.isEmpty)
  }

  @Test(arguments: pages) func foldersAreThere(_ page: String) throws {
    let path = /`((?:abi|boot|builder|docs|dom0|examples|guest-pv-kernel|hypervisor|linker|tests|tools)\/[\w.\/+-]*)`/
    let missing = try text(page).matches(of: path).map { String($0.output.1) }
      .filter { !FileManager.default.fileExists(atPath: PackageFolder.url.appendingPathComponent($0).path) }
    #expect(missing.isEmpty)
  }

  @Test(arguments: pages) func targetsAreInTheMakefile(_ page: String) throws {
    let makefiles = try Self.files.filter { $0 == "Makefile" || $0.hasSuffix(".mk") }.map(text).joined(separator: "\n")
    let targets = Set(makefiles.matches(of: /(?m)^([a-z][a-z-]*):/).map { String($0.output.1) })
    let named = try text(page).matches(of: /(?m)(?:^|`)(?:[A-Z_]+=\S+ )*make ([a-z][a-z-]*)(?![\w\/-])/).map {
      String($0.output.1)
    }
    #expect(named.filter { !targets.contains($0) } == [])
  }

  // MARK: Pictures

  private static let pictures = files.filter { $0.hasPrefix("docs/pictures/") && $0.hasSuffix(".svg") }.sorted()

  /// Each picture is well-formed, says what it shows, and can be read on a dark page; what it names is there.
  @Test(arguments: pictures) func picturesCanBeRead(_ path: String) throws {
    let outline = PictureOutline()
    let parser = XMLParser(data: Data(try text(path).utf8))
    parser.delegate = outline
    try #require(parser.parse(), "\(path): \(parser.parserError.map { "\($0)" } ?? "")")
    // The parser takes the end of the file for the end of what is open.
    #expect(outline.open == 0)
    #expect(outline.names.first == "svg" && outline.names.contains("title"))
    #expect(try text(path).contains("@media (prefers-color-scheme: dark)"))
    let known = Set(Self.files.map { ($0 as NSString).lastPathComponent })
    let named = try text(path).matches(of: /[\w-]+\.(?:swift|asm|md)\b/).map { String($0.output) }
    #expect(named.filter { !known.contains($0) } == [])
  }

  /// Every picture is shown, with words for those who don't see it.
  @Test func picturesAreShown() throws {
    var shown: Set<String> = []
    for page in Self.pages {
      for link in try text(page).matches(of: /!\[(?<words>[^\]]*)\]\((?<file>[^)]+)\)/) {
        #expect(link.words.count > 20, "\(page): \(link.file)")
        let folder = (page as NSString).deletingLastPathComponent
        shown.insert((folder as NSString).appendingPathComponent(String(link.file)))
      }
    }
    #expect(shown == Set(Self.pictures))
  }

  /// When a file of the tree was last written.
  private static func date(_ path: String) -> Date {
    let attributes = try? FileManager.default.attributesOfItem(
      atPath: PackageFolder.url.appendingPathComponent(path).path)
    return attributes?[.modificationDate] as? Date ?? .distantPast
  }

  /// Whether there is a site of what the pages are now.
  private static var siteIsCurrent: Bool {
    let built = date("build/docs/index.html")
    return (pages + pictures + ["tools/make-docs.sh"]).allSatisfy { date($0) < built }
  }

  /// The site, where it was built since (`make docs`, which also looks itself).
  @Test(.enabled(if: siteIsCurrent))
  func theBuiltSiteHasThePictures() throws {
    let pages = Self.pages.filter { $0.hasPrefix("docs/") }
    for page in pages {
      for link in try text(page).matches(of: /\]\(pictures\/(?<file>[^)]+)\)/) {
        let place = PackageFolder.url.appendingPathComponent("build/docs/images/apus.hypervisor/\(link.file)")
        #expect(try String(contentsOf: place, encoding: .utf8) == text("docs/pictures/\(link.file)"))
      }
    }
  }

  /// The debug keys' page tells what the hypervisor's own help tells.
  @Test func debugKeysAreListed() throws {
    let help = try text("hypervisor/Boot/DebugKeys.swift").matches(
      of: /show\("(?:keys:|     )  (?<key>\w)  (?<text>[^"]+)"\)/)
    #expect(help.count > 8)
    let page = try text("docs/debugging.md")
    for line in help { #expect(page.contains("| `\(line.key)`"), "\(line.text)") }
  }
}

/// The elements of a picture, in their order.
private final class PictureOutline: NSObject, XMLParserDelegate {
  var names: [String] = []
  /// Those that have not ended.
  var open = 0

  func parser(
    _ parser: XMLParser, didStartElement elementName: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    names.append(elementName)
    open += 1
  }

  func parser(
    _ parser: XMLParser, didEndElement elementName: String, namespaceURI: String?, qualifiedName: String?
  ) {
    open -= 1
  }
}
