import Rig
import Testing

/// Each ring layout on each machine there is for it: two domains run, and the guest observes what it should.
@Suite struct LayoutBootTests {
  struct Setup: Sendable, CustomTestStringConvertible {
    let emulator: Emulator
    let memory: Int
    let layout: String

    var testDescription: String { "\(layout) on \(emulator) with \(memory) MiB" }
  }

  @Test(arguments: [
    Setup(emulator: .qemu, memory: 256, layout: "svm"),
    Setup(emulator: .qemuCounting, memory: 4096, layout: "svm"),
    Setup(emulator: .skylakeX, memory: 256, layout: "vmx"),
    Setup(emulator: .sandyBridge, memory: 256, layout: "vmx"),
  ])
  func runsTwoDomains(_ setup: Setup) async throws {
    let machine = MachineConfiguration(
      setup.emulator, memory: setup.memory, modules: [.dom0(), .domU(name: "g1")], limit: .seconds(300))
    try await Machine.boot(machine, label: "layout-\(setup.layout)") { machine in
      try await machine.expect(try Lines.hypervisor("ring -1.*layout \(setup.layout)"), within: .seconds(60))
      try await machine.expect(Lines.prompt, within: .seconds(60))
      for line in GuestKernel.observations {
        try await machine.expect(try Lines.from("g1", line), within: .seconds(120), "g1 saying /\(line)/")
      }
      try await machine.expect(try Lines.from("g1", GuestKernel.end), within: .seconds(120))
      try await powerOff(machine)
    }
  }

  /// The CD that `make iso` makes, from GRUB's loader: another memory map, and modules at other places.
  @Test func bootsFromDisc() async throws {
    var machine = MachineConfiguration(.qemu, memory: 512, modules: [.dom0(), .domU(name: "g1")])
    machine.bootsFromDisc = true
    try await Machine.boot(machine) { machine in
      try await machine.expect(Lines.prompt)
      try await machine.expect(try Lines.from("g1", GuestKernel.tick(2)))
      try await powerOff(machine)
    }
  }

  /// A minute of a guest's clock is a minute of the machine's, within 0.1 %.
  @Test func keepsTime() async throws {
    let machine = MachineConfiguration(
      .qemuCounting, modules: [.dom0(), .domU(name: "g1", arguments: "ticks=60 tsc_mhz=1000")])
    try await Machine.boot(machine) { machine in
      let drift = try await machine.expect(/g1\b.*clock against TSC: (?<parts>-?\d+) ppm/, within: .seconds(60))
      let parts = try #require(Int(drift.parts))
      try machine.require(abs(parts) <= 1000, "the guest's clock is \(parts) ppm off")
    }
  }
}

/// Ends a machine by dom0's prompt.
func powerOff(_ machine: Machine) async throws {
  machine.send("poweroff\r")
  let status = try await machine.expectEnd(within: .seconds(30))
  try machine.require([ExitStatus.poweredOff, 1, 0].contains(status), "powered off with status \(status)")
}
