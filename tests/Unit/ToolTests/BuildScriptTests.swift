import Foundation
import HostTools
import Testing

/// `tools/build.sh` and the Makefile, with compilers that only touch what they are to make.
@Suite struct BuildScriptTests {
  private func lines(_ folder: URL, _ targets: [String]) throws -> [String] {
    let tool = folder.appendingPathComponent("tool").path
    let tools = ["SWIFTC", "NASM", "LLD"].map { "\($0)=\(tool)" }
    let arguments = ["make", "BUILD=\(folder.path)/build", "TOOLCHAIN=\(folder.path)"] + tools + targets
    // Not as a part of the make that runs the tests.
    let environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("MAKE") && $0.key != "MFLAGS" }
    let outcome = try Command.run("tools/build.sh", arguments, environment: environment)
    #expect(outcome.status == 0)
    return outcome.output.split(separator: "\n").map(String.init)
  }

  @Test func tellsOfWhatIsCompiledAndOfNothingElse() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("apus-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let tool = """
      #!/bin/bash
      while [ $# -gt 0 ]; do
        if [ "$1" = -o ]; then touch "$2"; fi
        shift
      done
      """
    for name in ["tool", "clang"] {
      let path = folder.appendingPathComponent(name).path
      try tool.write(toFile: path, atomically: true, encoding: .utf8)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }
    let first = try lines(folder, ["images"])
    #expect(first.first == "To be compiled, about a minute each: dom0 apus guest")
    let compilations = first.filter { $0.contains("SWIFT") }
    #expect(compilations.count == 3)
    for (index, line) in compilations.enumerated() { #expect(line.hasPrefix("[\(index + 1)/3] SWIFT   ")) }
    #expect(first.contains { $0.hasSuffix("LINK    \(folder.path)/build/dom0.elf") })
    #expect(try lines(folder, ["images"]) == [])
    // One that is there no longer.
    try FileManager.default.removeItem(at: folder.appendingPathComponent("build/guest/guest.o"))
    let second = try lines(folder, ["images", "test-images"])
    #expect(second.first?.hasPrefix("To be compiled, about a minute each: ") == true)
    #expect(second.first?.contains(" guest ") == true || second.first?.hasSuffix(" guest") == true)
    #expect(second.first?.contains("bench") == true && second.first?.contains("apus") == false)
    #expect(try lines(folder, ["images", "test-images"]) == [])
  }
}
