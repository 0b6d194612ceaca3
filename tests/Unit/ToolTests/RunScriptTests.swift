import Foundation
import HostTools
import Testing

/// `tools/run.sh` with an emulator that only ends, with one status after another.
@Suite struct RunScriptTests {
  /// How a run went: the script's status, the emulator's starts, and what was said.
  private struct Run {
    var status: Int32
    var starts: Int
    var text: String
  }

  private func run(statuses: [Int]) throws -> Run {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("apus-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // Each start is a line of `starts`; the last status is that of all further starts.
    let emulator = """
      #!/bin/bash
      echo "$*" >>"\(folder.path)/starts"
      statuses=(\(statuses.map(String.init).joined(separator: " ")))
      count=$(wc -l <"\(folder.path)/starts")
      exit "${statuses[$((count - 1))]:-\(statuses.last ?? 0)}"
      """
    let path = folder.appendingPathComponent("qemu-system-x86_64").path
    try emulator.write(toFile: path, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)

    var environment = ProcessInfo.processInfo.environment
    environment["PATH"] = "\(folder.path):\(environment["PATH"] ?? "/usr/bin:/bin")"
    environment["LAYOUT"] = "svm"
    let outcome = try Command.run("tools/run.sh", [], environment: environment)
    let starts = try String(contentsOf: folder.appendingPathComponent("starts"), encoding: .utf8)
    for line in starts.split(separator: "\n") {
      #expect(line.contains("-no-reboot") && line.contains("exit=isa-debug"))
    }
    return Run(status: outcome.status, starts: starts.split(separator: "\n").count, text: outcome.output)
  }

  @Test func aPowerOffIsTheEnd() throws {
    let run = try run(statuses: [5])
    #expect(run.status == 0 && run.starts == 1)
    #expect(run.text.split(separator: "\n").count == 1, "the line at the start, and nothing more")
  }

  @Test func aRestartIsARestart() throws {
    let run = try run(statuses: [3, 3, 5])
    #expect(run.status == 0 && run.starts == 3)
  }

  @Test func aMachineThatOnlyRestartsIsGivenUp() throws {
    let run = try run(statuses: [3])
    #expect(run.status == 1 && run.starts == 3)
    #expect(run.text.contains("restarted three times within ten seconds"))
  }

  @Test(arguments: [(33, "refused"), (35, "make symbolize"), (0, "a reset that nobody ordered")])
  func otherEndsAreSaid(_ status: Int, _ words: String) throws {
    let run = try run(statuses: [status])
    #expect(run.status == Int32(status) && run.starts == 1)
    #expect(run.text.contains(words))
  }

  /// QEMU says itself why it can't start.
  @Test func qemusOwnFailureIsPassedOn() throws {
    let run = try run(statuses: [1])
    #expect(run.status == 1 && run.starts == 1)
  }
}
