import Foundation
import Testing
import XenABI

@Suite struct ExitKindTests {
  @Test func thePageHasThemAll() throws {
    let file = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../../docs/ring-layouts.md").standardized
    let page = try String(contentsOf: file, encoding: .utf8)
    for number in 0..<ExitKind.count {
      let kind = try #require(ExitKind(rawValue: UInt8(number)))
      #expect(page.contains("| \(number) | \(kind.name) |"))
    }
    #expect(ExitKind(rawValue: UInt8(ExitKind.count)) == nil)
  }
}
