import Foundation
import Rig
import Testing

/// An NMI of the machine's own, as an operator's button sends it.
@Suite struct NMITests {
  /// While a guest runs that never lets go: the hypervisor takes it once, and goes on.
  @Test func isTakenOnce() async throws {
    let pipe = FileManager.default.temporaryDirectory.appendingPathComponent("apus-monitor-\(UUID().uuidString)").path
    let ends = [pipe + ".in", pipe + ".out"]
    defer { for end in ends { try? FileManager.default.removeItem(atPath: end) } }
    for end in ends {
      let result = unsafe mkfifo(end, 0o600)  // the string is C's for the time of the call
      try #require(result == 0)
    }
    var machine = badNeighbour("hostile/interrupts-off.elf")
    machine.hardware = ["-chardev", "pipe,id=monitor,path=\(pipe)", "-mon", "chardev=monitor"]
    try await Machine.boot(machine) { machine in
      try await expectTicks(machine)
      let mark = machine.now
      let monitor = try #require(FileHandle(forWritingAtPath: ends[0]))
      try monitor.write(contentsOf: Array("nmi\n".utf8))
      try await machine.expect(/NMI \(1\): nothing asked for it/, since: mark, "the hypervisor taking the NMI")
      try await expectTicks(machine)
      let count = machine.output(since: mark).matches(of: /NMI \(\d+\): nothing asked for it/).count
      try machine.require(count == 1, "expected one NMI, not \(count)")
      try await expectNoHarm(machine)
    }
  }
}
