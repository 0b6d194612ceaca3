import Rig
import Testing

/// The serial line at its own speed, which Bochs keeps to: 87 us a byte, both ways, and 16 bytes in the UART.
@Suite struct SerialConsoleTests {
  /// What is typed while much is shown arrives whole, and what is shown is whole too.
  @Test func losesNothingTyped() async throws {
    let machine = MachineConfiguration(.skylakeX, modules: [.dom0(), .domU(name: "g1", arguments: "ticks=1000")])
    try await Machine.boot(machine) { machine in
      try await machine.expect(Lines.prompt, within: .seconds(60))
      let log = try await machine.command("dmesg")
      for round in 0..<8 {
        let word = String(repeating: "\(round)", count: 120)
        var mark = machine.now
        machine.send("dmesg\r\(word)\r")
        try await machine.expect("unknown command '\(word)'", since: mark)
        // The hypervisor's own answers, which nobody waits for.
        mark = machine.now
        machine.send("\u{1}\u{1}\u{1}qedx\u{1}\u{1}\u{1}\(word)\r")
        try await machine.expect("unknown command '\(word)'", since: mark)
      }
      let again = try await machine.command("dmesg")
      try machine.require(again.starts(with: log), "dmesg shows the same lines again")
      try await powerOff(machine)
    }
  }
}
