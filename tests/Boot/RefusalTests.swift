import Foundation
import Rig
import Testing

/// What cannot work is refused before a domain runs: one line says what was expected, and QEMU's status tells.
@Suite struct RefusalTests {
  @Test(arguments: [
    ("frobnicate=1", #"unknown option 'frobnicate=1'.*expected console="#),
    ("layout=arm", #"bad value 'layout=arm'.*expected layout=auto"#),
    ("console=lpt1", #"bad value 'console=lpt1'.*expected console=com1"#),
    ("dom0_mem=lots", #"bad value 'dom0_mem=lots'.*expected dom0_mem=SIZE"#),
    ("dom0_mem=8G", "dom0_mem"),
    ("layout=vmx", "layout=vmx: the processor has no VT-x: expected CPUID 1"),
  ])
  func refusesAnOption(_ option: String, _ line: String) async throws {
    try await expectRefusal(options: option, modules: [.dom0()], line: line)
  }

  @Test func refusesToRunWithoutModules() async throws {
    try await expectRefusal(modules: [], line: "no boot module: expected domain 0's kernel")
  }

  @Test func refusesWhatIsNoELF() async throws {
    try await withFile(Data("no kernel".utf8)) { path in
      try await expectRefusal(modules: [BootModule(path)], line: "ELF")
      try await expectRefusal(modules: [.dom0(), BootModule(path, arguments: "domU name=g1 mem=32")], line: "g1.*ELF")
    }
  }

  @Test func refusesATruncatedKernel() async throws {
    let whole = try Data(contentsOf: URL(fileURLWithPath: BuiltFiles.path("guest.elf")))
    try await withFile(whole.prefix(5000)) { path in
      try await expectRefusal(modules: [.dom0(), BootModule(path, arguments: "domU name=g1 mem=32")], line: "g1")
    }
  }

  @Test func refusesAKernelWithoutItsNote() async throws {
    try await expectRefusal(
      modules: [.dom0(), .domU("hostile/no-note.elf", name: "g1")], line: "g1.*(note|PHYS32_ENTRY)")
  }

  @Test(arguments: [
    ("domU mem=32", "name="),
    ("domU name=g1", "mem="),
    ("domU name=g1 mem=0", "mem="),
    ("domU name=g1 mem=32 vcpus=2", "vcpus="),
    ("domU name=g1 mem=32 colour=red", "colour"),
    ("domU name=g1 mem=4096", "memory"),
  ])
  func refusesGuestArguments(_ arguments: String, _ line: String) async throws {
    let guest = BootModule(BuiltFiles.path("guest.elf"), arguments: arguments)
    try await expectRefusal(modules: [.dom0(), guest], line: line)
  }

  @Test func refusesTwoGuestsOfOneName() async throws {
    try await expectRefusal(modules: [.dom0(), .domU(name: "g1"), .domU(name: "g1")], line: "g1")
  }

  @Test func refusesTooLittleMemory() async throws {
    try await expectRefusal(memory: 48, modules: [.dom0()], line: "too little memory: 4[78] MiB.*expected at least")
  }

  private func expectRefusal(
    memory: Int = 256, options: String = "", modules: [BootModule], line: String
  ) async throws {
    let machine = MachineConfiguration(
      .qemuCounting, memory: memory, options: "console=com1 exit=isa-debug \(options)", modules: modules)
    try await Machine.boot(machine, label: "refusal") { machine in
      try await machine.expect(try Lines.hypervisor("cannot start: .*\(line)"), "a line like /\(line)/")
      try await machine.expectEnd(status: ExitStatus.refused)
      try machine.reject(Lines.prompt)
    }
  }

  /// Gives `body` a temporary file with `contents`.
  private func withFile(_ contents: Data, _ body: (String) async throws -> Void) async throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("apus-\(UUID().uuidString.prefix(8)).elf")
    try contents.write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    try await body(file.path)
  }
}
