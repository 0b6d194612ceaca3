import Foundation

/// A file that is made from the table.
public struct GeneratedFile {
  /// Its place in the repository.
  public var path: String
  public var text: String
}

/// All files that are made from the table and from the comments of the structures in abi/.
///
/// - Parameter root: the folder of the repository.
public func generatedFiles(root: URL) throws -> [GeneratedFile] {
  let structures = try structureDocumentation(folder: root.appendingPathComponent("abi/Xen"))
  return [
    GeneratedFile(path: "hypervisor/Core/Hypercalls/Dispatch.swift", text: dispatchFile(for: hypercalls)),
    GeneratedFile(path: "guest-pv-kernel/GuestKit/Hypercall/Stubs.swift", text: stubsFile(for: hypercalls)),
    GeneratedFile(path: "docs/hypercalls.md", text: referencePage(for: hypercalls, structures: structures)),
  ]
}
