import Foundation

/// The files of one machine's private folder.
enum MachineFolder {
  static let serialLog = "serial.log"
  static let bochsLog = "bochs.log"
  static let standardError = "emulator.err"

  /// A new folder that no other machine has. It is removed when its test succeeds.
  static func create(label: String) throws -> URL {
    let name = label.map { $0.isLetter || $0.isNumber ? $0 : "-" }
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("apus-\(String(name))-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }

  /// A new, empty file in a machine's folder, open for writing.
  static func log(_ name: String, in folder: URL) throws -> FileHandle {
    let file = folder.appendingPathComponent(name)
    try Data().write(to: file)
    return try FileHandle(forWritingTo: file)
  }
}
