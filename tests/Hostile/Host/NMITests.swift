import Rig
import Testing

/// An NMI of the machine's own, as an operator's button sends it.
@Suite struct NMITests {
  /// While a guest runs that never lets go: the hypervisor takes it once, and goes on.
  @Test func isTakenOnce() async throws {
    var machine = badNeighbour("hostile/interrupts-off.elf")
    machine.hasMonitor = true
    try await Machine.boot(machine) { machine in
      let monitor = try machine.monitor()
      try await expectTicks(machine)
      let mark = machine.now
      try monitor.command("nmi")
      try await machine.expect(/NMI \(1\): nothing asked for it/, since: mark, "the hypervisor taking the NMI")
      try await expectTicks(machine)
      let count = machine.output(since: mark).matches(of: /NMI \(\d+\): nothing asked for it/).count
      try machine.require(count == 1, "expected one NMI, not \(count)")
      try await expectNoHarm(machine)
    }
  }
}
