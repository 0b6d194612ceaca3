import Foundation
import HypercallTable
import Testing
import XenABI

/// The one table of hypercalls, and what is made from it.
@Suite struct HypercallTableTests {
  static let root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../..").standardized

  /// `make hypercalls` renews what this finds old.
  @Test func generatedFilesAreFresh() throws {
    for file in try generatedFiles(root: Self.root) {
      let committed = try String(contentsOf: Self.root.appendingPathComponent(file.path), encoding: .utf8)
      #expect(committed == file.text, "\(file.path) is not what the table gives: run `make hypercalls`")
    }
  }

  @Test func numbersAndNamesAreUnique() {
    #expect(Set(hypercalls.map(\.number.rawValue)).count == hypercalls.count)
    let functions = hypercalls.flatMap(\.operations).map(\.function)
    #expect(Set(functions).count == functions.count)
    for call in hypercalls {
      let numbers = call.operations.map { $0.number ?? 0 }
      #expect(numbers == numbers.sorted() && Set(numbers).count == numbers.count, "\(call.cName)")
    }
  }

  /// A row's name is the member of its type that has the row's number: the dispatch goes by the name, the page by the
  /// number.
  @Test func namesStandForTheirNumbers() throws {
    for call in hypercalls {
      #expect(try constant(call.name, of: "HypercallNumber") == call.number.rawValue, "\(call.cName)")
      guard let type = call.operationType else { continue }
      for operation in call.operations {
        #expect(try constant(operation.name, of: type) == operation.number, "\(operation.cName)")
      }
    }
  }

  /// The reference page has something to say of every structure and field.
  @Test func everyFieldIsDocumented() throws {
    let structures = try structureDocumentation(folder: Self.root.appendingPathComponent("abi/Xen"))
    for operation in hypercalls.flatMap(\.operations) {
      guard let type = operation.argument.structure else { continue }
      #expect(structures["\(type)"]?.text.isEmpty == false, "\(type)")
      for field in fieldLayouts(of: type) {
        #expect(structures[field.owner]?.fields[field.name]?.isEmpty == false, "\(field.owner).\(field.name)")
      }
    }
  }

  /// A row that takes the control domain's privilege is guarded in the dispatch, and no other is.
  @Test func dispatchChecksPrivilege() throws {
    let lines = dispatchFile(for: hypercalls).split(separator: "\n").map { $0.drop(while: { $0 == " " }) }
    for call in hypercalls where call.operationType != nil {
      for operation in call.operations {
        let invocation = "try \(operation.function)("
        let index = try #require(lines.firstIndex { $0.hasPrefix("return") && $0.contains(invocation) })
        let isGuarded = lines[(index - 2)..<index].contains { $0.contains("isPrivileged") }
        let isGuardedAtTheHead = call.convention == .systemControl || call.convention == .domainControl
        #expect((isGuarded || isGuardedAtTheHead) == (operation.permission == .controlDomain), "\(operation.cName)")
      }
    }
  }

  /// The value of a member in abi/Xen, from the source.
  private func constant(_ name: String, of type: String) throws -> UInt32? {
    let folder = Self.root.appendingPathComponent("abi/Xen")
    for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) {
      let text = try String(contentsOf: file, encoding: .utf8)
      guard let start = text.range(of: "public struct \(type): ") else { continue }
      let body = text[start.upperBound...]
      guard let member = body.range(of: "static var \(name): Self { Self(") else { return nil }
      return UInt32(body[member.upperBound...].prefix(while: \.isNumber))
    }
    return nil
  }
}
