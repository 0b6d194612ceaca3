import Rig
import Testing

/// Flushes of translations are counted: emulators flush all of them at each entry, so that a missing one can't show.
@Suite struct FlushTests {
  /// A new guest whose tables lie in its predecessor's frames is entered only after a flush. It changes nothing of its map
  /// that would ask for one.
  @Test(arguments: [Emulator.qemu, .skylakeX]) func tablesInUsedFramesAreFlushedFirst(_ emulator: Emulator) async throws
  {
    let guest = GuestFiles.definition(kernel: "unheard.elf", memory: 4, arguments: "halt")
    let machine = MachineConfiguration(
      emulator, modules: [.dom0(), guest, .image("hostile/unheard.elf")], limit: .seconds(300))
    try await Machine.boot(machine) { machine in
      try await machine.expect(Lines.prompt, within: .seconds(60))
      var roots: [String] = []
      for _ in 0..<3 {
        let mark = machine.now
        let domain = try await machine.create("guest.cfg", name: "guest").domain
        try await machine.expect(try Lines.from("guest", "unheard: an event is pending"), since: mark)
        let (root, flushes) = try await translations(of: domain, machine)
        try machine.require(flushes > 0, "d\(domain) was flushed first")
        roots.append(root)
        try await machine.destroy("guest")
      }
      try machine.require(Set(roots).count < roots.count, "a table's frame was used again: \(roots)")
      try await powerOff(machine)
    }
  }

  /// The address of a domain's topmost table, and the flushes that were made for its vCPU.
  private func translations(of domain: Int, _ machine: Machine) async throws -> (root: String, flushes: Int) {
    let lines = try await machine.debugKey("d")
    let start = try #require(lines.firstIndex { $0.hasPrefix("registers of d\(domain)v0") })
    let told = lines[start...].lazy.compactMap {
      $0.firstMatch(of: #/(?:ncr3|eptp) (?<root>\S+) .*flushed (?<count>\d+)/#)
    }
    let found = try #require(told.first)
    return (String(found.root), Int(found.count) ?? 0)
  }
}
