import Rig
import Testing

/// A guest that misbehaves hurts only itself: it ends with a report of why, and the others keep ticking.
@Suite struct HostileTests {
  @Test(arguments: [
    ("hostile/triple-fault.elf", "triple fault"),
    ("hostile/halt-forever.elf", "halted with interrupts off"),
  ])
  func endsAlone(_ image: String, _ reason: String) async throws {
    try await Machine.boot(badNeighbour(image)) { machine in
      try await machine.expect(try Regex("(?m)^\\(apus\\) .*\(reason)"), "the hypervisor saying '\(reason)'")
      try await expectTicks(machine)
      try await expectNoHarm(machine)
    }
  }

  /// The hypervisor takes the processor back from a guest that never gives it.
  @Test func preemptsALoopWithInterruptsOff() async throws {
    try await Machine.boot(badNeighbour("hostile/interrupts-off.elf")) { machine in
      try await expectTicks(machine)
      let mark = machine.now
      machine.send("destroy bad\r")
      try await machine.expect("dom0> ", since: mark)
      try await expectTicks(machine)
      try await expectNoHarm(machine)
    }
  }

  /// An event that a guest can't be told of does not keep it busy: it sleeps, as on Xen.
  @Test func sleepsOverAnEventThatItCannotBeToldOf() async throws {
    let names = ["halt", "poll"]
    let guests = names.map { BootModule.domU("hostile/unheard.elf", name: $0, memory: 4, arguments: $0) }
    let machine = MachineConfiguration(.qemu, modules: [.dom0(), .domU(name: "g1", arguments: "ticks=1000")] + guests)
    try await Machine.boot(machine) { machine in
      for name in names { try await machine.expect(try Regex("\\b\(name)\\b.*unheard: an event is pending")) }
      try await expectTicks(machine)
      let lines = try await machine.debugKey("q")
      for name in names {
        let index = try #require(lines.firstIndex { $0.contains("(\(name)): alive") }, "\(name) in the answer to q")
        let state = try #require(lines[index + 1].firstMatch(of: #/: (?<state>\w+),.* (?<exits>\d+) exits/#))
        try machine.require(state.state == "blocked", "\(name) is asleep: \(lines[index + 1])")
        try machine.require(Int(state.exits).map { $0 < 2000 } ?? false, "\(name) is quiet: \(lines[index + 1])")
      }
      try await expectNoHarm(machine)
    }
  }

  /// A run of the fuzzer: a million calls a seed on the quick emulator, fewer on the thorough one.
  struct FuzzRun: Sendable, CustomTestStringConvertible {
    let emulator: Emulator
    let seed: Int
    let calls: Int

    var testDescription: String { "\(calls) calls of seed \(seed) on \(emulator)" }
  }

  /// Calls of every number with arguments that are nearly right, from 64-bit and 32-bit code. Seeds that are odd move
  /// the vCPU's record out of the shared page. A failure names seed and call: `seed=N from=N calls=1` goes there; a run
  /// that ends without a word says by `trace=N` what it does from call N on.
  @Test(arguments: [
    FuzzRun(emulator: .qemu, seed: 1, calls: 1_000_000),
    FuzzRun(emulator: .qemu, seed: 2, calls: 1_000_000),
    FuzzRun(emulator: .skylakeX, seed: 3, calls: 50_000),
  ])
  func survivesTheFuzzer(_ run: FuzzRun) async throws {
    let guest = BootModule.domU(
      "hostile/fuzzer.elf", name: "bad", memory: 32, arguments: "calls=\(run.calls) seed=\(run.seed)")
    let machine = MachineConfiguration(
      run.emulator, modules: [.dom0(), .domU(name: "g1", arguments: "ticks=100000"), guest], limit: .seconds(1200))
    try await Machine.boot(machine, label: "fuzzer-\(run.seed)") { machine in
      try await machine.expect(/\[bad\] fuzz: seed \d+, \d+ calls/, within: .seconds(60))
      try await expectTicks(machine)
      try await machine.expect(
        try Regex("\\[bad\\] fuzz: done \(run.calls) calls|\\[dom0\\] bad ended: crash"), within: .seconds(1140),
        "the fuzzer's end")
      try machine.reject(/\[bad\] FAIL[^\n]*/, "a call that must not succeed")
      try machine.reject(/\[dom0\] bad ended: crash/, "an end before all calls are made")
      try await machine.expect(/\[dom0\] bad ended: poweroff/)
      try await expectTicks(machine)
      try await expectNoHarm(machine)
    }
  }

  /// Operands that cross from memory into nothing and back, that may be written in half only, and bits far from their
  /// operand: as on a processor.
  @Test(arguments: [Emulator.qemuCounting, .skylakeX])
  func answersForOperandsInMemory(_ emulator: Emulator) async throws {
    let guest = BootModule.domU("hostile/operands.elf", name: "bad", memory: 4)
    try await Machine.boot(MachineConfiguration(emulator, modules: [.dom0(), guest])) { machine in
      try await machine.expect(/operands: .*/, within: .seconds(60), "the guest's verdict")
      try machine.reject(/operands: FAIL .*/, "an operand that was answered for wrongly")
      try await machine.expect(/operands: all as on a processor/)
    }
  }

  /// Three guests with different patterns in all their registers take turns, and none loses a bit. XCR0 says which
  /// state there is: x87, SSE and AVX (7) under QEMU, AVX-512 (0xE7) too on the server that Bochs plays.
  @Test(arguments: [(Emulator.qemu, 7), (.skylakeX, 231)])
  func keepsAllRegisters(_ emulator: Emulator, _ state: Int) async throws {
    let names = ["r1", "r2", "r3"]
    let guests = names.map {
      BootModule.domU("hostile/register-state.elf", name: $0, memory: 4, arguments: "seed=\($0)")
    }
    let machine = MachineConfiguration(emulator, modules: [.dom0()] + guests)
    try await Machine.boot(machine) { machine in
      for name in names {
        try await machine.expect(
          try Regex("\\b\(name)\\b.*register-state: .* XCR0 = \(state)"), within: .seconds(60),
          "\(name) using all state")
      }
      for name in names {
        try await machine.expect(
          try Regex("\\b\(name)\\b.*register-state: kept everything over 10000 rounds"), within: .seconds(120),
          "\(name) keeping everything")
      }
    }
  }

  /// What CPUID hides can't be switched on, and what no CPUID bit announces is there, on both layouts. QEMU 7.2 does not
  /// let a hypervisor see XSETBV.
  @Test(arguments: [(Emulator.qemu, ""), (.skylakeX, "xcr0")])
  func switchesOnlyWhatIsOffered(_ emulator: Emulator, _ arguments: String) async throws {
    let guest = BootModule.domU("hostile/control-bits.elf", name: "bits", memory: 4, arguments: arguments)
    try await Machine.boot(MachineConfiguration(emulator, modules: [.dom0(), guest])) { machine in
      try await machine.expect(
        /\bbits\b.*control-bits: (everything|FAIL)[^\n]*/, within: .seconds(60), "the guest's finding")
      try machine.reject(/control-bits: FAIL[^\n]*/, "a bit against CPUID")
      if !arguments.isEmpty { try await machine.expect("control-bits: extended states tried") }
    }
  }

  /// With the guards of the exit stubs on that the emulated processor can have, all state is kept still.
  @Test(arguments: [(Emulator.qemu, "rsb,verw"), (.bochs(model: "tigerlake"), "ibpb-entry,rsb,verw,l1d-flush")])
  func guardsKeepAllRegisters(_ emulator: Emulator, _ guards: String) async throws {
    let guests = ["r1", "r2"].map {
      BootModule.domU("hostile/register-state.elf", name: $0, memory: 4, arguments: "seed=\($0)")
    }
    let machine = MachineConfiguration(
      emulator, options: "console=com1 exit=isa-debug spec-ctrl=\(guards)", modules: [.dom0()] + guests)
    try await Machine.boot(machine) { machine in
      let all = guards.replacing(",", with: "; ")
      try await machine.expect(try Regex("(?m)^\\(apus\\) mitigations:.* \(all);"), "the guards \(all)")
      for name in ["r1", "r2"] {
        try await machine.expect(
          try Regex("\\b\(name)\\b.*register-state: kept everything over 10000 rounds"), within: .seconds(120),
          "\(name) keeping everything")
      }
    }
  }
}
