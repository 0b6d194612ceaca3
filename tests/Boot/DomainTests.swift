import Rig
import Testing

/// Several domains, and the commands by which dom0 handles them.
@Suite struct DomainTests {
  private static let names = ["g1", "g2", "g3", "g4"]

  @Test func runsFourGuestsAtOnce() async throws {
    let guests = Self.names.map { BootModule.domU(name: $0, memory: 24) }
    let machine = MachineConfiguration(.qemu, memory: 512, modules: [.dom0()] + guests)
    try await Machine.boot(machine) { machine in
      for name in Self.names {
        try await machine.expect(try Lines.from(name, GuestKernel.tick(2)), "\(name)'s second tick")
      }
      let list = try await answer(to: "list", machine)
      for name in Self.names {
        try machine.require(list.contains(try Regex("(?m)^\(name) .* 24 ")), "list shows \(name) with 24 MiB")
      }
      for name in Self.names {
        try await machine.expect(try Lines.from(name, GuestKernel.end), within: .seconds(60), "\(name)'s end")
      }
      try await powerOff(machine)
    }
  }

  @Test func answersAtThePrompt() async throws {
    let machine = MachineConfiguration(
      .qemu, modules: [.dom0(), .domU(name: "g1", arguments: "ticks=1000"), .domU(name: "g2", arguments: "ticks=1000")])
    try await Machine.boot(machine) { machine in
      try await machine.expect(Lines.prompt)
      try await machine.expect(try Lines.from("g1", GuestKernel.tick(1)))

      let help = try await answer(to: "help", machine)
      for name in ["help", "list", "info", "console", "destroy", "poweroff"] {
        try machine.require(help.contains(name), "help names \(name)")
      }
      let list = try await answer(to: "list", machine)
      try machine.require(list.contains("g1") && list.contains("g2"), "list names both guests")
      let info = try await answer(to: "info", machine)
      try machine.require(info.contains("4.17"), "info names the ABI's version")
      try machine.require(info.contains("ring -1"), "info names the rings")
      let unknown = try await answer(to: "frobnicate", machine)
      try machine.require(unknown.contains("help"), "an unknown command points to help")
      let nobody = try await answer(to: "destroy nobody", machine)
      try machine.require(nobody.contains("nobody"), "destroying nobody names nobody")
      let nothing = try await answer(to: "console", machine)
      try machine.require(nothing.contains("needs a domain"), "console says what it needs")

      try await answer(to: "destroy g1", machine)
      let mark = machine.now
      try await machine.expect(try Lines.from("g2", "tick"), since: mark)
      let rest = try await answer(to: "list", machine)
      try machine.require(!rest.contains("\ng1 ") && rest.contains("\ng2 "), "list has lost g1 only")
      let log = try await answer(to: "log g1", machine)
      try machine.require(log.contains("tick 1"), "g1's log is kept")
      let audit = try await answer(to: "audit", machine)
      try machine.require(audit.contains("no faults"), "nothing of g1 is left behind")
      try await powerOff(machine)
    }
  }

  @Test func attachesAConsole() async throws {
    let machine = MachineConfiguration(
      .qemu, modules: [.dom0(), .domU(name: "g1", arguments: "ticks=1000"), .domU(name: "g2", arguments: "ticks=1000")])
    try await Machine.boot(machine) { machine in
      try await machine.expect(Lines.prompt)
      try await machine.expect(try Lines.from("g2", GuestKernel.tick(1)))
      machine.send("console g1\r")
      try await Task.sleep(for: .seconds(1))
      let attached = machine.now
      try await machine.expect("tick", since: attached)
      try await machine.expect("tick", since: machine.now)
      try machine.reject(try Lines.from("g2", "tick"), since: attached, "g2's lines on g1's console")
      // Control-] leaves it.
      machine.send("\u{1D}")
      try await machine.expect(Lines.prompt, since: attached)
      try await powerOff(machine)
    }
  }

  /// Does a command and returns its answer as one text.
  @discardableResult
  private func answer(to command: String, _ machine: Machine) async throws -> String {
    "\n" + (try await machine.command(command)).joined(separator: "\n")
  }
}
