import Rig
import Testing

/// The hypervisor's own console, behind Ctrl-A three times.
@Suite struct DebugKeyTests {
  private static let escape = "\u{1}\u{1}\u{1}"

  @Test func answersBesideADomainZero() async throws {
    let machine = MachineConfiguration(.qemu, modules: [.dom0(), .domU(name: "g1", arguments: "ticks=1000")])
    try await Machine.boot(machine) { machine in
      try await machine.expect(Lines.prompt)
      try await expectAnswers(machine)
      // Back to dom0.
      machine.send(Self.escape)
      let mark = machine.now
      machine.send("help\r")
      try await machine.expect("poweroff", since: mark)
      try await powerOff(machine)
    }
  }

  @Test func answersWhenDomainZeroIsDead() async throws {
    let machine = MachineConfiguration(
      .qemu, options: "console=com1 exit=isa-debug noreboot",
      modules: [BootModule(BuiltFiles.path("hostile/triple-fault.elf")), .domU(name: "g1", arguments: "ticks=1000")])
    try await Machine.boot(machine) { machine in
      try await machine.expect(try Lines.hypervisor("(d0|dom0|domain 0).*triple fault"))
      try await expectAnswers(machine)
    }
  }

  private func expectAnswers(_ machine: Machine) async throws {
    machine.send(Self.escape)
    for (key, answer) in [("h", "help"), ("q", "domain"), ("e", "event channel"), ("r", "run queue"), ("m", "frames")] {
      let mark = machine.now
      machine.send(key)
      try await machine.expect(try Regex("(?mi)^\\(apus\\) .*\(answer)"), since: mark, "an answer to the key \(key)")
    }
  }
}
