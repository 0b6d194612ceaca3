import Foundation

/// A file that is made from the table.
public struct GeneratedFile {
  /// Its place in the repository.
  public var path: String
  public var text: String

  /// Writes it, where the file there is another; returns whether it was.
  public func write(below root: URL) throws -> Bool {
    let place = root.appendingPathComponent(path)
    if let found = try? String(contentsOf: place, encoding: .utf8), found == text { return false }
    try text.write(to: place, atomically: true, encoding: .utf8)
    return true
  }
}

/// All files that are made from the table and from the comments of the structures in abi/.
///
/// - Parameter root: the folder of the repository.
public func generatedFiles(root: URL) throws -> [GeneratedFile] {
  let structures = try structureDocumentation(folder: root.appendingPathComponent("abi/Xen"))
  return [
    GeneratedFile(path: "hypervisor/Core/Hypercalls/Dispatch.swift", text: dispatchFile(for: hypercalls)),
    GeneratedFile(path: "guest-pv-kernel/GuestKit/Hypercall/Stubs.swift", text: stubsFile(for: hypercalls)),
    GeneratedFile(path: "abi/c/abi.h", text: headerFile(for: hypercalls, structures: structures)),
    GeneratedFile(path: "docs/hypercalls.md", text: referencePage(for: hypercalls, structures: structures)),
  ]
}
