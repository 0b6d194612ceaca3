import Rig
import Testing

/// What a person does with guests at domain 0's prompt, from creation to the end, and over again.
@Suite struct LifecycleTests {
  /// Every command of a guest's life, once.
  @Test func livesAtThePrompt() async throws {
    let machine = MachineConfiguration(
      .qemu, memory: 512, modules: [.dom0(), GuestFiles.ticking, GuestFiles.kernel], limit: .seconds(300))
    try await Machine.boot(machine) { machine in
      try await machine.expect(Lines.prompt)
      try await machine.create("guest.cfg", name: "guest")
      try await machine.expect(try Lines.from("guest", GuestKernel.tick(1)))
      try await machine.command("list", expecting: #/^guest +\d+ +32 +1 /#)

      try await resize(machine)
      try await machine.command("rings guest", expecting: "ring -1")
      try await machine.command("top -n 1", expecting: "guest")
      try await pause(machine)
      try await visitConsole(machine)

      // A reboot is a new domain of the same name.
      var mark = machine.now
      try await machine.command("reboot guest")
      try await machine.expect(try Lines.from("guest", "asked to end: reboot"), since: mark)
      try await machine.expect(try Lines.from("guest", GuestKernel.tick(1)), since: mark, within: .seconds(60))

      mark = machine.now
      try await machine.command("shutdown -w guest")
      try await machine.expect(try Lines.from("guest", "asked to end: poweroff"), since: mark)
      try await machine.expect("[dom0] guest ended: poweroff", since: mark)
      let list = try await machine.command("list")
      try machine.require(!list.contains { $0.hasPrefix("guest ") }, "the guest is gone")

      try await machine.create("guest.cfg", name: "guest")
      try await machine.destroy("guest")
      try await machine.command("audit", expecting: "no faults")
      try await powerOff(machine)
    }
  }

  /// Memory goes and comes back while the guest ticks.
  private func resize(_ machine: Machine) async throws {
    for size in [24, 28, 32] {
      let mark = machine.now
      try await machine.command("mem-set guest \(size)")
      try await machine.expect(try Lines.from("guest", "memory: \\d+ KiB held"), since: mark)
      try await machine.command("list", expecting: try Regex("^guest +\\d+ +\(size) "))
      try await machine.expect(try Lines.from("guest", "tick \\d+"), since: machine.now)
    }
  }

  private func pause(_ machine: Machine) async throws {
    try await machine.command("pause guest")
    try await machine.command("list", expecting: /^guest .*p/)
    let quiet = machine.now
    try await Task.sleep(for: .seconds(2))
    try machine.reject(try Lines.from("guest", "tick"), since: quiet, "a paused guest's tick")
    try await machine.command("unpause guest")
    try await machine.expect(try Lines.from("guest", "tick"), since: quiet)
  }

  /// A guest that dies at its first instructions: the console that `create -c` would have given is no longer to be had, and
  /// the prompt goes on, whether the guest is kept or taken apart.
  @Test func staysAtThePromptWhereAGuestDiesAtOnce() async throws {
    let dead = "name = \"dead\"\nkernel = \"triple-fault.elf\"\nmemory = 8\n"
    let machine = MachineConfiguration(
      .qemu, memory: 512,
      modules: [
        .dom0(), .file("kept.cfg", dead + "on_reboot = \"preserve\"\n"),
        .file("gone.cfg", dead + "on_reboot = \"destroy\"\n"), .image("hostile/triple-fault.elf"),
      ])
    try await Machine.boot(machine) { machine in
      try await machine.expect(Lines.prompt)
      for _ in 1...6 {
        let mark = machine.now
        try await machine.command("create -c kept.cfg")
        try await machine.expect("[dom0] dead ended: reboot; it is kept for a look", since: mark)
        try await machine.command("console dead", expecting: "dead has ended: 'log dead' shows what it said")
        try await machine.command("list", expecting: /^dead +\d+/)
        try await machine.destroy("dead")
        try await machine.command("create -c gone.cfg")
        try await machine.expect("[dom0] dead ended: reboot; it is taken apart", since: mark)
        try await machine.isAlone()
      }
      try await machine.command("audit", expecting: "no faults")
      try await powerOff(machine)
    }
  }

  private func visitConsole(_ machine: Machine) async throws {
    let mark = machine.now
    machine.send("console guest\r")
    try await machine.expect("the console of guest", since: mark)
    try await machine.expect(/\ntick \d+/, since: mark)
    machine.send("\u{1D}")
    try await machine.expect("left the console of guest", since: mark)
    try await machine.expect(Lines.prompt, since: mark)
  }

  struct Cycles: Sendable, CustomTestStringConvertible {
    let emulator: Emulator
    let count: Int

    var testDescription: String { "\(count) on \(emulator)" }
  }

  /// A guest's whole life at the prompt, many times: frames, ports, grants and the store's nodes are as after the first
  /// time, each time.
  @Test(arguments: [Cycles(emulator: .qemu, count: 200), Cycles(emulator: .skylakeX, count: 20)])
  func leavesNothingBehind(_ cycles: Cycles) async throws {
    let machine = MachineConfiguration(
      cycles.emulator, memory: 256,
      modules: [.dom0(), GuestFiles.definition(arguments: "tour=off mode=idle"), GuestFiles.kernel],
      limit: .seconds(900))
    try await Machine.boot(machine, label: "cycles-\(cycles.count)") { machine in
      try await machine.expect(Lines.prompt, within: .seconds(60))
      var counts: MachineCounts?
      for cycle in 1...cycles.count {
        try await createIdle(machine)
        try await lookInto(machine)
        let mark = machine.now
        try await machine.command("shutdown -w guest", within: .seconds(60))
        try await machine.expect("[dom0] guest ended: poweroff", since: mark)
        // Again, and its end comes without notice: while it runs, paused, with its balloon at work.
        try await createIdle(machine)
        switch cycle % 3 {
        case 0: try await machine.command("pause guest")
        case 1: try await machine.command("mem-set guest 24")
        default: break
        }
        try await machine.destroy("guest")
        if let counts {
          try await machine.expectCounts(counts)
        } else {
          counts = try await machine.settledCounts()
        }
      }
      try await machine.command("audit", expecting: "no faults", within: .seconds(60))
      try await powerOff(machine)
    }
  }

  /// Creates the guest and waits until it runs.
  private func createIdle(_ machine: Machine) async throws {
    let mark = machine.now
    try await machine.create("guest.cfg", name: "guest")
    try await machine.expect(try Lines.from("guest", "command_line:"), since: mark, within: .seconds(60))
  }

  /// What a person asks of a guest that runs, and does with it.
  private func lookInto(_ machine: Machine) async throws {
    try await machine.command("list", expecting: #/^guest +\d+ +32 +1 /#)
    var mark = machine.now
    machine.send("console guest\r")
    try await machine.expect("the console of guest", since: mark)
    machine.send("\u{1D}")
    try await machine.expect("left the console of guest", since: mark)
    mark = machine.now
    try await machine.command("mem-set guest 24")
    try await machine.expect(try Lines.from("guest", "memory: \\d+ KiB held"), since: mark, within: .seconds(60))
    try await machine.command("top -n 1", expecting: "guest")
    try await machine.command("rings guest", expecting: "ring -1")
    try await machine.command("pause guest")
    try await machine.command("list", expecting: /^guest .*p/)
    try await machine.command("unpause guest")
  }
}
