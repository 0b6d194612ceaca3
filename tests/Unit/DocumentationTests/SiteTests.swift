import Foundation
import HostTools
import Testing

/// The site that `make docs` builds: here of the articles alone, which takes seconds.
@Suite struct SiteTests {
  /// What DocC keeps of a page, as far as the tests look at it.
  private final class Page {
    let root: [String: Any]

    init(_ site: URL, _ path: String) throws {
      let data = try Data(contentsOf: site.appendingPathComponent("data/\(path).json"))
      root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    var references: [String: [String: Any]] { root["references"] as? [String: [String: Any]] ?? [:] }

    /// All elements of a kind, wherever they are.
    func elements(_ type: String) -> [[String: Any]] {
      func find(_ value: Any) -> [[String: Any]] {
        if let list = value as? [Any] { return list.flatMap(find) }
        guard let element = value as? [String: Any] else { return [] }
        return (element["type"] as? String == type ? [element] : []) + element.values.flatMap(find)
      }
      // The first paragraph of an article is kept by itself.
      return find(root["abstract"] ?? []) + find(root["primaryContentSections"] ?? [])
    }
  }

  /// Builds the site, hands it to `body`, and takes it away.
  private func withSite(_ body: (URL) throws -> Void) throws {
    let site = FileManager.default.temporaryDirectory.appendingPathComponent("site-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: site) }
    let outcome = try Command.run("tools/make-docs.sh", [site.path])
    #expect(outcome.output == "")
    try #require(outcome.status == 0)
    try body(site)
  }

  @Test func linksLeadSomewhere() throws {
    try withSite { site in
      // The index of hypercalls: a link a call, each to a heading of the page itself.
      let page = try Page(site, "documentation/apus/hypercalls")
      let anchors = Set(page.elements("heading").compactMap { $0["anchor"] as? String })
      let text = try String(
        contentsOf: PackageFolder.url.appendingPathComponent("docs/hypercalls.md"), encoding: .utf8)
      let written = Set(text.matches(of: /\]\(#(?<place>[\w-]+)\)/).map { String($0.place) })
      let urls = page.elements("reference").compactMap { element -> String? in
        guard element["isActive"] as? Bool == true, let name = element["identifier"] as? String else { return nil }
        return page.references[name]?["url"] as? String
      }
      let places = Set(
        urls.filter { $0.hasPrefix("/documentation/apus/hypercalls#") }.map { String($0.split(separator: "#")[1]) })
      #expect(places.count == written.count)
      #expect(written.count > 100)
      let dead = places.subtracting(anchors)
      #expect(dead.isEmpty)

      // The page where it begins: a list, for cards would be blank, of all that there is.
      let landing = try Page(site, "documentation")
      #expect(landing.root["topicSectionsStyle"] == nil)
      let listed = Set(landing.references.values.compactMap { $0["url"] as? String })
      #expect(listed.isSuperset(of: ["/documentation/apus", "/documentation/guestkit", "/documentation/domain0"]))
    }
  }
}
