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

  /// Many lines at once, while each of them is at work: every one is run, none is mangled.
  @Test(arguments: [(.qemu, 1000), (.skylakeX, 60)] as [(Emulator, Int)])
  func runsAllThatIsPasted(_ emulator: Emulator, _ count: Int) async throws {
    let machine = MachineConfiguration(emulator, modules: [.dom0(), .domU(name: "g1", arguments: "ticks=1000")])
    try await Machine.boot(machine) { machine in
      try await machine.expect(Lines.prompt, within: .seconds(60))
      let lines = (0..<count).map { "xenstore-write /pasted/n\($0) 'a value that is long enough, number \($0)'\r" }
      let mark = machine.now
      machine.send(lines.joined() + "xenstore-read /pasted/n0\rhelp nothing\r")
      try await machine.expect("no command is called 'nothing'", since: mark, within: .seconds(120))
      let nodes = try await machine.command("xenstore-ls /pasted", within: .seconds(120))
      for index in 0..<count {
        let node = "n\(index) = \"a value that is long enough, number \(index)\""
        try machine.require(nodes.contains { $0.hasSuffix(node) }, "\(node) is missing")
      }
      try machine.require(nodes.count { $0.contains(" = ") } == count, "other nodes came of it")
      try await powerOff(machine)
    }
  }

  /// What is more than domain 0 keeps while the shell waits is lost, and said; the line that lost some is not run.
  @Test func saysWhatWasLost() async throws {
    try await Machine.boot(MachineConfiguration(.qemu, modules: [.dom0()])) { machine in
      try await machine.expect(Lines.prompt)
      machine.send("top\r")
      try await machine.expect("leaves")
      let line = "xenstore-write /x \(String(repeating: "y", count: 80))\r"
      let mark = machine.now
      machine.send(String(repeating: line, count: (70 << 10) / line.utf8.count) + "q")
      try await machine.expect(Lines.prompt, since: mark, within: .seconds(60))
      machine.send("\r")
      try await machine.expect(
        "some of what was typed was lost: this line is not run", since: mark, within: .seconds(60))
      let nodes = try await machine.command("xenstore-read /x", within: .seconds(60))
      try machine.require(nodes.contains(String(repeating: "y", count: 80)), "found \(nodes)")
      try await powerOff(machine)
    }
  }
}
