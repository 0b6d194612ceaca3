import Rig
import Testing

/// A guest that misbehaves hurts only itself: it ends with a report of why, and the others keep ticking.
@Suite struct HostileTests {
  @Test(arguments: [
    ("hostile/triple-fault.elf", "triple fault"),
    ("hostile/halt-forever.elf", "halted with interrupts off"),
  ])
  func endsAlone(_ image: String, _ reason: String) async throws {
    try await Machine.boot(machine(with: image)) { machine in
      try await machine.expect(try Regex("(?m)^\\(apus\\) .*\(reason)"), "the hypervisor saying '\(reason)'")
      try await expectTicks(machine)
    }
  }

  /// The hypervisor takes the processor back from a guest that never gives it.
  @Test func preemptsALoopWithInterruptsOff() async throws {
    try await Machine.boot(machine(with: "hostile/interrupts-off.elf")) { machine in
      try await expectTicks(machine)
      let mark = machine.now
      machine.send("destroy bad\r")
      try await machine.expect("dom0> ", since: mark)
      try await expectTicks(machine)
    }
  }

  /// Three guests with different patterns in all their registers take turns, and none loses a bit. XCR0 says which
  /// state there is: x87, SSE and AVX (7) under QEMU, AVX-512 (0xE7) too on the server that Bochs plays.
  @Test(arguments: [(Emulator.qemu, 7), (.skylakeX, 231)])
  func keepsAllRegisters(_ emulator: Emulator, _ state: Int) async throws {
    let names = ["r1", "r2", "r3"]
    let guests = names.map {
      BootModule.domU("hostile/register-state.elf", name: $0, memory: 4, arguments: "seed=\($0)")
    }
    let machine = MachineConfiguration(emulator, modules: [.dom0()] + guests)
    try await Machine.boot(machine) { machine in
      for name in names {
        try await machine.expect(
          try Regex("\\b\(name)\\b.*register-state: .* XCR0 = \(state)"), within: .seconds(60),
          "\(name) using all state")
      }
      for name in names {
        try await machine.expect(
          try Regex("\\b\(name)\\b.*register-state: kept everything over 10000 rounds"), within: .seconds(120),
          "\(name) keeping everything")
      }
    }
  }

  private func machine(with image: String) -> MachineConfiguration {
    MachineConfiguration(
      .qemu, modules: [.dom0(), .domU(name: "g1", arguments: "ticks=1000"), .domU(image, name: "bad", memory: 4)])
  }

  /// Three more seconds of a guest's clock, from now on.
  private func expectTicks(_ machine: Machine) async throws {
    for _ in 0..<3 {
      try await machine.expect(/\bg1\b.*tick \d+/, since: machine.now, "another tick of g1")
    }
  }
}
