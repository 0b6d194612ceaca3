import Rig
import Testing

/// The guest kernel's own shell, for who attaches to its console.
@Suite struct KernelShellTests {
  @Test(arguments: [.qemu, .skylakeX] as [Emulator]) func answersWhoAttaches(_ emulator: Emulator) async throws {
    let guest = BootModule.domU(name: "g1", arguments: "mode=shell")
    try await Machine.boot(MachineConfiguration(emulator, modules: [.dom0(), guest])) { machine in
      try await machine.expect(Lines.prompt, within: .seconds(60))
      try await machine.expect(
        try Regex("\\[g1\\] tour of the hypercall table: [0-9]{2,} checks passed, 0 failed"), within: .seconds(120))
      try machine.require(!machine.output().contains("PASS"), "the tour's findings were to be kept")
      machine.send("console g1\r")
      try await machine.expect("Ctrl-] leaves")
      for (line, answer) in [
        ("ring", "this kernel runs in ring 0\n  a program of it runs in ring 3"), ("time", "upcalls so far"),
        ("send", "by 1 upcall"), ("mem", "frames of 4 KiB are free"), ("fault", "own code: an exception"),
        ("tour", "PASS event.ipi"), ("frob", "no such command"), ("helq\u{8}p", "sends itself an event"),
      ] {
        let mark = machine.now
        machine.send("\(line)\r")
        try await machine.expect(answer, since: mark)
      }
      machine.send("\u{1D}")
      try await machine.expect("left the console of g1")
      try await machine.command("list", expecting: /g1 .*-b----/)
      machine.send("console g1\r")
      try await machine.expect("Ctrl-] leaves")
      machine.send("exit\r")
      try await machine.expect("g1 ended: power")
      try await powerOff(machine)
    }
  }
}
