import Foundation

/// A machine that did not do what a test expected of it, with what is needed to see why.
public struct MachineFailure: Error, CustomStringConvertible {
  /// What was expected, and what came instead.
  public let reason: String
  /// The machine's label, command line and logs.
  public let context: String

  /// Where the machine's files have been kept for a look.
  public let folder: URL

  public var description: String { "\(reason)\n\(context)" }

  init(_ reason: String, machine: MachineConfiguration, label: String, folder: URL, transcript: Transcript) {
    self.folder = folder
    self.reason = "\(label): \(reason)"
    var lines = ["machine: \(machine.emulator), \(machine.memory) MiB, \"\(machine.options)\""]
    lines += machine.modules.map { "module:  \($0.entry)" }
    if let status = transcript.status { lines.append("status:  the emulator ended with \(status)") }
    lines.append("folder:  \(folder.path)")
    lines.append("serial, the end:")
    lines += Self.tail(of: transcript.text(), lines: 50)
    for name in [MachineFolder.bochsLog, MachineFolder.standardError] {
      let path = folder.appendingPathComponent(name)
      guard let text = try? String(contentsOf: path, encoding: .utf8), !text.isEmpty else { continue }
      lines.append("\(path.path), the end:")
      lines += Self.tail(of: text, lines: 25)
    }
    context = lines.joined(separator: "\n")
  }

  private static func tail(of text: String, lines count: Int) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).suffix(count).map { "  | \($0)" }
  }
}
