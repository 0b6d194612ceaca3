import Foundation
import Rig
import Testing

/// What `make debug` and `make symbolize` do.
@Suite struct DebuggerTests {
  @Test func stopsAtTheSwiftEntryAndNamesTheLine() throws {
    let environment = [
      "GDBFLAGS": "-batch -ex backtrace", "GDB_PORT": "\(Int.random(in: 20000..<30000))",
      "SERIAL_PORT": "\(Int.random(in: 30000..<40000))", "SERIAL_LOG": "/dev/null",
    ]
    let output = try run("tools/debug.sh", environment: environment)
    #expect(output.contains(/Breakpoint 1, hypervisor_main .* at .*\.swift:\d+/))
    #expect(output.contains(/#1 .*long_mode/))
  }

  @Test func namesTheLineOfAnAddress() throws {
    let symbols = try run("/usr/bin/nm", BuiltFiles.path("apus.elf"))
    let entry = try #require(symbols.firstMatch(of: /(?<address>[0-9a-f]{16}) [Tt] hypervisor_main/))
    let output = try run("tools/symbolize.sh", "0x\(entry.address)")
    #expect(output.contains(/hypervisor_main at .*\.swift:\d+/))
  }

  /// Runs a command in the package's folder to its end and returns all it printed.
  private func run(_ command: String, _ arguments: String..., environment: [String: String] = [:]) throws -> String {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/timeout")
    process.arguments = ["--kill-after=5", "120", command] + arguments
    process.currentDirectoryURL = BuiltFiles.package
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self)
  }
}
