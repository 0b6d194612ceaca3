import Foundation
import Rig
import Testing

/// What cannot work is refused before a domain runs: one line says what was expected, and QEMU's status tells. A guest
/// that can't be built is another matter: `LeftOutTests`.
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
      try await expectRefusal(modules: [BootModule(path)], line: "domain 0's kernel.*ELF")
    }
  }

  @Test func refusesTooLittleMemory() async throws {
    let line = "too little memory: 4[78] MiB.*expected a machine of at least 64 MiB"
    try await expectRefusal(memory: 48, modules: [.dom0()], line: line)
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
}

/// Gives `body` a temporary file with `contents`.
func withFile(_ contents: Data, _ body: (String) async throws -> Void) async throws {
  let file = FileManager.default.temporaryDirectory.appendingPathComponent("apus-\(UUID().uuidString.prefix(8)).elf")
  try contents.write(to: file)
  defer { try? FileManager.default.removeItem(at: file) }
  try await body(file.path)
}
