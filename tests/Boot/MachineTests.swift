import Rig
import Testing

/// Machines that differ from the usual one in what firmware tells, or in what the processor has: each comes to a prompt
/// that takes what is typed.
@Suite struct MachineTests {
  struct Model: Sendable, CustomTestStringConvertible {
    var name: String
    var memory = 256
    var processor = "max"
    var hardware: [String] = []
    var says: String?

    var testDescription: String { name }
  }

  @Test(arguments: [
    // Firmware's tables lie at the end of RAM below 4 GiB: above 3 GiB on a PC with 3073 to 3583 MiB.
    Model(name: "tables above 3 GiB", memory: 3300),
    Model(name: "the least memory", memory: 64),
    Model(name: "the least memory, q35", memory: 64, hardware: ["-machine", "q35"]),
    // Interrupts by the MultiProcessor specification's table.
    Model(name: "no ACPI", hardware: ["-machine", "pc,acpi=off"]),
    Model(name: "no ACPI, q35", hardware: ["-machine", "q35,acpi=off"]),
    // Neither tables nor an I/O APIC: the interrupt controllers of 1981.
    Model(name: "ISA only", hardware: ["-machine", "isapc"]),
    Model(name: "microvm", hardware: ["-machine", "microvm"]),
    // Has XSAVE without XSAVEOPT, which QEMU does not let be switched on.
    Model(name: "Opteron_G5", processor: "Opteron_G5", says: "QEMU offers XSAVE on this model"),
    Model(name: "Opteron_G4", processor: "Opteron_G4", says: "QEMU offers XSAVE on this model"),
    Model(name: "phenom", processor: "phenom"),
    Model(name: "EPYC-Milan", processor: "EPYC-Milan"),
  ])
  func takesWhatIsTyped(_ model: Model) async throws {
    var machine = MachineConfiguration(
      .qemuCounting, memory: model.memory, modules: [.dom0(), .image("hello.elf"), .file("h.cfg", Self.definition)])
    machine.processor = model.processor
    machine.hardware = model.hardware
    try await Machine.boot(machine, label: "machine") { machine in
      try await machine.expect(Lines.prompt)
      if let line = model.says { try await machine.expect(try Lines.hypervisor(line)) }
      try await machine.command("create h.cfg")
      try await machine.expect(try Lines.from("h", "Hello"))
      try await powerOff(machine)
    }
  }

  private static let definition = """
    name = "h"
    kernel = "hello.elf"
    memory = 20

    """

  /// A processor that no layout can use is named in one line, and QEMU ends with the status that says so.
  @Test(arguments: [
    ("qemu64,-svm", "the processor has neither"), ("Skylake-Client", "the processor has neither"),
    ("qemu64", "nested paging"), ("Opteron_G3", "nested paging"),
  ])
  func refusesAProcessor(_ model: String, _ line: String) async throws {
    var machine = MachineConfiguration(.qemuCounting, modules: [.dom0()])
    machine.processor = model
    try await Machine.boot(machine, label: "processor") { machine in
      try await machine.expect(try Lines.hypervisor("cannot start: .*\(line)"))
      try await machine.expectEnd(status: ExitStatus.refused)
    }
  }
}
