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

  /// While the hypervisor has the keys there is no prompt of domain 0's, whatever else it shows; then there is again.
  @Test func thePromptIsShownToWhoCanUseIt() async throws {
    let machine = MachineConfiguration(.qemu, modules: [.dom0(), .domU(name: "g1", arguments: "ticks=1000")])
    try await Machine.boot(machine) { machine in
      try await machine.expect(Lines.prompt)
      machine.send("hel" + Self.escape)
      try await machine.expect("input goes to the hypervisor")
      // What was on its way is out with the second line of the guest's.
      try await machine.expect(try Lines.from("g1", "tick"), since: machine.now)
      try await machine.expect(try Lines.from("g1", "tick"), since: machine.now)
      let mark = machine.now
      machine.send("q")
      try await machine.expect("(apus) ", since: mark)
      for _ in 0..<2 { try await machine.expect(try Lines.from("g1", "tick"), since: machine.now) }
      try machine.reject(Lines.prompt, since: mark)
      machine.send(Self.escape)
      // With what was typed before, and not the Ctrl-A that came with the keys.
      try await machine.expect("dom0> hel", since: mark)
      machine.send("\u{5}p list\r")
      try await machine.expect("list ", since: machine.now)
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
