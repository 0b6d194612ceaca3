import Foundation
import Rig
import Testing

/// The display of a PC as a console (`console=vga`), looked at through QEMU's monitor.
@Suite struct ScreenTests {
  /// With a domain that prints, all that the serial line shows is on the screen, and the cursor is behind the prompt.
  @Test(arguments: [false, true])
  func showsWhatTheSerialLineDoes(fromDisc: Bool) async throws {
    var machine = Self.machine("console=vga,com1 exit=isa-debug")
    machine.bootsFromDisc = fromDisc
    try await Machine.boot(machine, label: "screen") { machine in
      let monitor = try machine.monitor()
      try await machine.expect(Lines.prompt)
      let screen = try await Self.eventually(monitor) { $0.rows[$0.cursorRow] == "dom0>" && $0.cursorColumn == 6 }
      let lines = Self.wrapped(machine.output()).filter { $0.hasPrefix("(apus) ") }
      #expect(lines.count > 5)
      #expect(screen.rows.filter { $0.hasPrefix("(apus) ") } == lines)
      #expect(screen.text.contains(/\[dom0\] domain 0 of Apus .*\n(.*\n)*dom0>/))
      // What was there goes on above it.
      #expect(fromDisc ? screen.text.contains("Booting") : screen.text.contains("SeaBIOS"))
      try await powerOff(machine)
    }
  }

  /// 300 lines: more than the display's memory holds, which begins anew then.
  @Test func scrolls() async throws {
    try await Machine.boot(Self.machine("console=vga,com1 exit=isa-debug"), label: "scrolling") { machine in
      let monitor = try machine.monitor()
      try await machine.expect(Lines.prompt)
      var rows: [String] = []
      while rows.count < 300 {
        try await machine.command("help")
        let screen = try await Self.eventually(monitor) { $0.rows[24] == "dom0>" && $0.cursorRow == 24 }
        rows = Self.wrapped(machine.output())
        #expect(screen.rows == rows.suffix(25))
      }
      try await powerOff(machine)
    }
  }

  /// A refusal before the command line is understood shows on both, whatever the line says.
  @Test func showsWhatIsWrongWithTheCommandLine() async throws {
    try await Machine.boot(Self.machine("console=lpt1"), label: "refusal") { machine in
      let monitor = try machine.monitor()
      try await machine.expect(try Lines.hypervisor("cannot start: command line: bad value 'console=lpt1'"))
      let screen = try monitor.screen()
      let flat = screen.rows.map { $0.padding(toLength: 80, withPad: " ", startingAt: 0) }.joined()
      #expect(
        flat.contains(
          "(apus) cannot start: command line: bad value 'console=lpt1': expected console=com1, console=vga, "
            + "console=com1,vga or console=none"))
    }
  }

  /// A screen alone: nothing comes out at the serial port.
  @Test func refusesOnAScreenAlone() async throws {
    var machine = Self.machine("console=vga")
    machine.modules = []
    try await Machine.boot(machine, label: "refusal") { machine in
      let monitor = try machine.monitor()
      let screen = try await Self.eventually(monitor) { $0.text.contains("cannot start") }
      #expect(screen.text.contains("(apus) cannot start: no boot module: expected domain 0's kernel as the first"))
      try machine.require(machine.output().isEmpty, "nothing on the serial line")
    }
  }

  /// The entry's own lines, before there is long mode.
  @Test func showsWhatTheEntryRefuses() async throws {
    var machine = Self.machine("console=com1")
    machine.processor = "qemu32"
    try await Machine.boot(machine, label: "entry") { machine in
      let monitor = try machine.monitor()
      let line = "Apus: this CPU has no long mode: expected an x86-64 processor."
      try await machine.expect(line)
      #expect(try monitor.screen().rows[0] == line)
    }
  }

  @Test(arguments: ["console=vga,com1", "console=vga", "console=com1"])
  func showsAPanicWhereTheConsoleIs(options: String) async throws {
    try await Machine.boot(Self.machine(options), label: "panic") { machine in
      let monitor = try machine.monitor()
      if options.contains("com1") {
        try await machine.expect(Lines.prompt)
      } else {
        _ = try await Self.eventually(monitor) { $0.text.contains("dom0>") }
      }
      // A machine check in the hypervisor: nothing runs, it is idle.
      try monitor.command("mce 0 1 0xbd00000000000000 0x5 0x1000 0x0")
      let end = "the machine stops here; make symbolize names the addresses"
      if options.contains("vga") {
        let screen = try await Self.eventually(monitor) { $0.text.contains(end) }
        #expect(screen.text.contains("(apus) PANIC: #MC machine check in the hypervisor, vector 18"))
        #expect(screen.text.contains(/\(apus\) rip 0x[0-9a-f]{16}  rsp 0x/))
        #expect(screen.text.contains(/\(apus\) backtrace: 0xffff8080/))
      } else {
        while !machine.output().contains(end) { try await Task.sleep(for: .milliseconds(50)) }
        #expect(try !monitor.screen().text.contains("(apus)"))
      }
    }
  }

  /// No display, or one without VGA's registers: nothing is lost but the display.
  @Test(arguments: [[], ["-machine", "microvm"]])
  func runsWithoutADisplay(hardware: [String]) async throws {
    var machine = Self.machine("console=vga,com1 exit=isa-debug loglvl=debug")
    machine.hasMonitor = false
    machine.hardware = hardware
    try await Machine.boot(machine, label: "no display") { machine in
      try await machine.expect(Lines.prompt)
      try await machine.expect(try Lines.hypervisor("no display in VGA text mode"))
      try await powerOff(machine)
    }
  }

  private static func machine(_ options: String) -> MachineConfiguration {
    var machine = MachineConfiguration(.qemu, options: options, modules: [.dom0()])
    machine.hasMonitor = true
    machine.hardware = ["-device", "VGA"]
    return machine
  }

  /// The screen once it is as it should be; fails as it is after a while.
  private static func eventually(
    _ monitor: QEMUMonitor, _ isReady: (TextScreenContents) -> Bool
  ) async throws -> TextScreenContents {
    var screen = try monitor.screen()
    for _ in 0..<300 where !isReady(screen) {
      try await Task.sleep(for: .milliseconds(100))
      screen = try monitor.screen()
    }
    try #require(isReady(screen), "the screen shows:\n\(screen.text)")
    return screen
  }

  /// Lines of a terminal as rows of 80 columns: what was written to each since it was erased last, without sequences.
  private static func wrapped(_ output: String) -> [String] {
    output.split(separator: "\n", omittingEmptySubsequences: false)
      .flatMap { line -> [String] in
        let last = line.split(separator: "\u{1B}[K", omittingEmptySubsequences: false).last ?? ""
        var rest = last.replacing(/\u{1B}\[[0-9;?]*[A-Za-z]/, with: "")[...]
        var rows: [String] = []
        repeat {
          rows.append(String(rest.prefix(80).reversed().drop { $0 == " " }.reversed()))
          rest = rest.dropFirst(80)
        } while !rest.isEmpty
        return rows
      }
  }
}
