import Foundation
import Glibc

/// QEMU's monitor, by its own protocol over two pipes in the machine's folder: for what no guest can tell.
///
/// A machine has it where `MachineConfiguration.hasMonitor` is set, and one test talks to it.
public final class QEMUMonitor {
  private let input: FileHandle
  private let output: FileHandle
  private let folder: URL
  private var unread = Data()

  /// Where the pipes are, for `-chardev pipe`: its name with `.in` and `.out`.
  static let pipe = "monitor"

  static func makePipes(in folder: URL) throws {
    for end in [".in", ".out"] {
      let path = folder.appendingPathComponent(pipe + end).path
      // The string's bytes live until the call returns.
      guard unsafe mkfifo(path, 0o600) == 0 else { throw MonitorFailure("mkfifo \(path): error \(errno)") }
    }
  }

  init(folder: URL) throws {
    self.folder = folder
    let path = folder.appendingPathComponent(Self.pipe).path
    // Each waits for the emulator to open its end.
    input = try FileHandle(forWritingTo: URL(fileURLWithPath: path + ".in"))
    output = try FileHandle(forReadingFrom: URL(fileURLWithPath: path + ".out"))
    _ = try send(#"{"execute":"qmp_capabilities"}"#)
  }

  /// Carries out a command of the monitor for people, and returns what it says.
  @discardableResult
  public func command(_ line: String) throws -> String {
    try send(#"{"execute":"human-monitor-command","arguments":{"command-line":"\#(line)"}}"#)
  }

  /// What the display shows in text mode: its 25 rows, without blanks at their ends, and the cursor's place.
  public func screen() throws -> TextScreenContents {
    try command("stop")
    let index = try port(0x3D4)
    let origin = try displayRegister(0x0C) << 8 | displayRegister(0x0D)
    let cursor = try displayRegister(0x0E) << 8 | displayRegister(0x0F)
    try command("o/b 0x3d4 \(index)")
    try command("pmemsave 0xb8000 32768 screen")
    try command("cont")
    let memory = try Data(contentsOf: folder.appendingPathComponent("screen"))
    return TextScreenContents(memory: memory, origin: origin, cursor: cursor)
  }

  private func displayRegister(_ index: Int) throws -> Int {
    try command("o/b 0x3d4 \(index)")
    return try port(0x3D5)
  }

  private func port(_ number: Int) throws -> Int {
    let answer = try command("i/b \(number)")
    guard let match = answer.firstMatch(of: /= 0x([0-9a-f]+)/), let value = Int(match.1, radix: 16) else {
      throw MonitorFailure("i/b \(number): expected a number, not '\(answer)'")
    }
    return value
  }

  /// Sends a request and returns the text of its answer, past events that come between.
  private func send(_ request: String) throws -> String {
    try input.write(contentsOf: Data((request + "\n").utf8))
    while true {
      let line = try JSONSerialization.jsonObject(with: nextLine()) as? [String: Any] ?? [:]
      if let answer = line["return"] { return answer as? String ?? "" }
      if let error = line["error"] { throw MonitorFailure("\(request): \(error)") }
    }
  }

  private func nextLine() throws -> Data {
    while true {
      if let end = unread.firstIndex(of: 0x0A) {
        defer { unread = Data(unread[(end + 1)...]) }
        return Data(unread[..<end])
      }
      let data = output.availableData
      if data.isEmpty { throw MonitorFailure("it has gone") }
      unread += data
    }
  }
}

/// The monitor refuses, or says what is not understood.
struct MonitorFailure: Error, CustomStringConvertible {
  let text: String

  init(_ text: String) { self.text = text }

  var description: String { "QEMU's monitor: \(text)" }
}

/// What a display in text mode shows.
public struct TextScreenContents: Sendable {
  /// The 25 rows, without blanks at their ends.
  public let rows: [String]
  /// The cursor's row and column, from 0; outside of the screen where it is hidden.
  public let cursorRow: Int
  public let cursorColumn: Int

  /// All rows as one text.
  public var text: String { rows.joined(separator: "\n") }

  init(memory: Data, origin: Int, cursor: Int) {
    rows = (0..<25).map { row in
      let cells = (0..<80).map { memory[((origin + row * 80 + $0) * 2) & 0x7FFF] }
      // Code page 437 is ASCII where it matters; the rest shows as a dot.
      let text = cells.map { $0 >= 0x20 && $0 < 0x7F ? Character(UnicodeScalar($0)) : $0 == 0 ? " " : "." }
      return String(String(text).reversed().drop { $0 == " " }.reversed())
    }
    cursorRow = (cursor - origin) / 80
    cursorColumn = (cursor - origin) % 80
  }
}
