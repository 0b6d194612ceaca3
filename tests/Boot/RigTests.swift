import Foundation
import Rig
import Testing

/// The rig itself, on a bare kernel that prints, listens and leaves.
@Suite struct RigTests {
  private func probe(_ emulator: Emulator) -> MachineConfiguration {
    MachineConfiguration(
      emulator, memory: 64, options: "alpha beta=1",
      modules: [
        BootModule(BuiltFiles.path("tests/rig-probe.elf"), arguments: "one"),
        BootModule(BuiltFiles.path("tests/rig-probe.elf")),
      ],
      kernel: BuiltFiles.path("tests/rig-probe.elf"), limit: .seconds(60))
  }

  @Test(arguments: [Emulator.qemu, .qemuCounting, .skylakeX])
  func talksWithAMachine(_ emulator: Emulator) async throws {
    try await Machine.boot(probe(emulator)) { machine in
      try await machine.expect(/probe: .*alpha beta=1\nmodules: 2\n>/)
      let greeting = try #require(machine.delay(of: "probe"))
      let prompt = try #require(machine.delay(of: "modules: 2"))
      #expect(.zero < greeting && greeting <= prompt && prompt < .seconds(30))
      let mark = machine.now
      machine.send("hello\r")
      try await machine.expect("HELLO\nbye", since: mark)
      try machine.reject("probe", since: mark)
      let status = try await machine.expectEnd()
      if case .bochs = emulator {
        #expect(status == 1)
      } else {
        #expect(status == 2 * 0x21 + 1)
      }
    }
  }

  @Test func saysWhatIsMissing() async throws {
    let text = try await failure { machine in
      try await machine.expect("never", within: .milliseconds(100))
    }
    #expect(text.contains(#"expected "never" within 0.1 seconds"#))
    #expect(text.contains("  | modules: 2"))
  }

  @Test func noticesAnEarlyEnd() async throws {
    let text = try await failure { machine in
      machine.send("\r")
      try await machine.expect("never")
    }
    #expect(text.contains("but the machine ended"))
  }

  /// What the rig says of a machine that does not do what `expectation` wants of it.
  private func failure(_ expectation: (Machine) async throws -> Void) async throws -> String {
    do {
      try await Machine.boot(probe(.qemu), label: "RigTests") { machine in
        try await machine.expect("> ")
        try await expectation(machine)
      }
      return ""
    } catch let failure as MachineFailure {
      try FileManager.default.removeItem(at: failure.folder)
      return failure.description
    }
  }
}
