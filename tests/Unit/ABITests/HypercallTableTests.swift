import Foundation
import HostTools
import HypercallTable
import Testing
import XenABI

/// The one table of hypercalls, and what is made from it.
@Suite struct HypercallTableTests {

  /// `make hypercalls` renews what this finds old.
  @Test func generatedFilesAreFresh() throws {
    for file in try generatedFiles(root: PackageFolder.url) {
      let committed = try String(contentsOf: PackageFolder.url.appendingPathComponent(file.path), encoding: .utf8)
      #expect(committed == file.text, "\(file.path) is not what the table gives: run `make hypercalls`")
    }
  }

  /// What is not changed is not written: every image that is made of it would be built anew.
  @Test func unchangedFilesKeepTheirTime() throws {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent("table-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: root) }
    var file = try #require(try generatedFiles(root: PackageFolder.url).first)
    file.path = "file"
    let place = root.appendingPathComponent("file").path
    #expect(try file.write(below: root))
    try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: 1000)], ofItemAtPath: place)
    #expect(try !file.write(below: root))
    let unchanged = try FileManager.default.attributesOfItem(atPath: place)[.modificationDate] as? Date
    #expect(unchanged == Date(timeIntervalSince1970: 1000))
    file.text += "\n"
    #expect(try file.write(below: root))
    #expect(try String(contentsOfFile: place, encoding: .utf8) == file.text)
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
    let structures = try structureDocumentation(folder: PackageFolder.url.appendingPathComponent("abi/Xen"))
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
        let isPrivileged = operation.permission == .controlDomain || operation.permission == .controlDomainUnseen
        let isGuardedAtTheHead = call.convention == .systemControl || call.convention == .domainControl
        #expect((isGuarded || isGuardedAtTheHead) == isPrivileged, "\(operation.cName)")
      }
    }
  }

  /// Every number below the last of Xen 4.17's public headers is either there or named as not there, once.
  @Test func everyNumberIsAccountedFor() {
    func numbers(_ absences: [Absence]) -> [UInt32] { absences.flatMap { $0.names.map { $0.key } } }
    let calls = hypercalls.map(\.number.rawValue) + numbers(absentCalls)
    #expect(calls.sorted() == Array(0..<56))
    let limits: [String: UInt32] = [
      "memory_op": 29, "xen_version": 11, "console_io": 2, "grant_table_op": 13, "vm_assist": 2, "vcpu_op": 14,
      "sched_op": 8, "event_channel_op": 15, "physdev_op": 32, "hvm_op": 26, "sysctl": 30, "domctl": 87,
    ]
    for call in hypercalls where call.header != nil && call.operationType != nil {
      let all = call.operations.compactMap(\.number) + numbers(call.absences)
      #expect(all.filter { $0 < 1000 }.sorted() == Array(0..<(limits[call.cName] ?? 0)), "\(call.cName)")
    }
  }

  /// The value of a member in abi/Xen, from the source.
  private func constant(_ name: String, of type: String) throws -> UInt32? {
    let folder = PackageFolder.url.appendingPathComponent("abi/Xen")
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
