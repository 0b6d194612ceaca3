import Rig
import Testing

/// Guests' consoles in domain 0's hands: what a guest writes there hurts nobody.
@Suite struct ConsoleTests {
  /// A guest that never stops writing slows nobody but itself down, and its control sequences reach no terminal.
  @Test func holdsAFloodBack() async throws {
    try await Machine.boot(machine(doing: "flood")) { machine in
      try await machine.expect(/\[bad\] flood  line \d+ and many bytes/)
      for tick in 1...4 { try await machine.expect(try Regex("\\[g1\\] tick \(tick)\\b"), "g1's tick \(tick)") }
      machine.send("list\r")
      try await machine.expect(/(?m)^bad .* 24\b/)
      machine.send("destroy bad\r")
      try await machine.expect(/(?m)^\[dom0\] bad destroyed/)
      let quiet = machine.now
      try await machine.expect(/\[g1\] tick/, since: quiet)
      try machine.reject("[bad] flood", since: quiet)
      for sequence in ["\u{1B}[31", "\u{1B}]0", "\u{1B}[2J"] {
        try machine.reject(sequence, "a control sequence of the guest's")
      }
    }
  }

  /// Nonsense in the ring's indices is noticed once, and believed never.
  @Test func mistrustsTheRing() async throws {
    try await Machine.boot(machine(doing: "scribble")) { machine in
      try await machine.expect(/\[dom0\] bad's console ring is out of step/)
      try await machine.expect(/\[dom0\] bad ended: poweroff/)
      let mark = machine.now
      machine.send("audit\r")
      try await machine.expect("no faults", since: mark)
      try await machine.expect(/\[g1\] tick/, since: mark)
      try machine.require(machine.output().matches(of: /out of step/).count == 1, "said once")
    }
  }

  /// What is typed reaches the attached guest, all of it, and nobody else; Ctrl-] gives the prompt back.
  @Test func typesToAGuest() async throws {
    try await Machine.boot(machine(doing: "echo")) { machine in
      try await machine.expect("[bad] console guest: here")
      machine.send("console bad\r")
      try await machine.expect("the console of bad")
      // More than the ring holds in all, and each time no more than the hypervisor keeps until domain 0 reads it.
      for digit in 0...9 {
        let line = String(repeating: "\(digit)", count: 200)
        machine.send("\(line)\r")
        try await machine.expect("answer to '\(line)'")
      }
      let mark = machine.now
      machine.send("\u{1D}")
      try await machine.expect("dom0> ", since: mark)
      machine.send("frobnicate\r")
      try await machine.expect("unknown command 'frobnicate'", since: mark)
    }
  }

  private func machine(doing what: String) -> MachineConfiguration {
    MachineConfiguration(
      .qemu,
      modules: [
        .dom0(), .domU(name: "g1", arguments: "ticks=1000"),
        .domU("console-guest.elf", name: "bad", memory: 24, arguments: "do=\(what)"),
      ])
  }
}
