import Rig
import Testing

/// Cores of guests that crash.
@Suite struct CoreDumpTests {
  /// The core is on the disk before the guest is built anew: of ELF's type for cores, with the guest's memory in it.
  @Test func leavesACoreAndStartsAnew() async throws {
    // There is no such mode, which the guest kernel takes for a reason to end.
    let definition = GuestFiles.definition(
      memory: 24, arguments: "tour=off mode=crash", more: ["on_crash = \"coredump-restart\""])
    var machine = MachineConfiguration(.qemu, modules: [.dom0("dump=vda"), definition, GuestFiles.kernel])
    machine.disks = [.blank(mebibytes: 32)]
    try await Machine.boot(machine) { machine in
      try await machine.expect(Lines.prompt)
      try await machine.create("guest.cfg", name: "guest")
      try await machine.expect("leaves a core on vda, then it is built anew")
      let mark = machine.now
      try await machine.expect(/guest left a core of \d+ bytes on vda/, since: mark, within: .seconds(60))
      let core = try machine.diskContents(0)
      try machine.require(core.starts(with: [0x7F] + Array("ELF".utf8)) && core[16] == 4, "an ELF file, a core")
      try machine.require(contains(core, "tour=off mode=crash"), "the core has the guest's command line")
      try await machine.expect(try Lines.from("guest", "command_line:"), since: mark, within: .seconds(60))
      try await powerOff(machine)
    }
  }

  private func contains(_ bytes: [UInt8], _ text: String) -> Bool {
    let text = Array(text.utf8)
    return bytes.firstRange(of: text) != nil
  }
}
