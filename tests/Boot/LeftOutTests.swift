import Foundation
import Rig
import Testing

/// A guest that can't be built at boot is left out: the others start, and domain 0 says which did not, and why.
@Suite struct LeftOutTests {
  @Test(arguments: [
    ("domU mem=32", "name="),
    ("domU name=bad", "mem="),
    ("domU name=bad mem=0", "mem="),
    ("domU name=bad mem=32 vcpus=2", "vcpus="),
    ("domU name=bad mem=32 colour=red", "colour"),
    ("domU name=bad mem=4096", "bad: 4096 MiB of memory are not free"),
    ("domU name=g1 mem=32", "g1: expected a name of its own"),
  ])
  func leavesOutWhatIsAskedForBadly(_ arguments: String, _ reason: String) async throws {
    try await expectLeftOut(BootModule(BuiltFiles.path("guest.elf"), arguments: arguments), because: reason)
  }

  @Test func leavesOutWhatIsNoELF() async throws {
    try await withFile(Data("no kernel".utf8)) { path in
      try await expectLeftOut(BootModule(path, arguments: "domU name=bad mem=32"), because: "bad.*ELF")
    }
  }

  @Test func leavesOutATruncatedKernel() async throws {
    let whole = try Data(contentsOf: URL(fileURLWithPath: BuiltFiles.path("guest.elf")))
    try await withFile(whole.prefix(5000)) { path in
      try await expectLeftOut(BootModule(path, arguments: "domU name=bad mem=32"), because: "bad")
    }
  }

  @Test func leavesOutAKernelWithoutItsNote() async throws {
    try await expectLeftOut(.domU("hostile/no-note.elf", name: "bad"), because: "bad.*(note|PHYS32_ENTRY)")
  }

  private static let goesOn = "ticks=forever"

  /// Boots `bad` between two guests that are as they should be.
  private func expectLeftOut(_ bad: BootModule, because reason: String) async throws {
    let machine = MachineConfiguration(
      .qemuCounting,
      modules: [.dom0(), .domU(name: "g1", arguments: Self.goesOn), bad, .domU(name: "g2", arguments: Self.goesOn)])
    try await Machine.boot(machine, label: "left-out") { machine in
      try await machine.expect(try Lines.hypervisor("cannot start: .*\(reason)"), "a line like /\(reason)/")
      try await machine.expect(try Lines.dom0("not started at boot: .*\(reason)"), "domain 0 saying why")
      try await machine.expect(Lines.prompt)
      let names = try await machine.command("list").dropFirst().compactMap { $0.split(separator: " ").first }
      try machine.require(names == ["Domain-0", "g1", "g2"], "the domains are \(names)")
      try await machine.command("audit", expecting: "no faults")
      try await powerOff(machine)
    }
  }
}
