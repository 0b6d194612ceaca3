import Rig
import Testing

/// What the scheduler owes to guests that share a CPU, measured by the guests themselves in virtual time.
@Suite struct SchedulingTests {
  /// Both count instructions, so that the host's load does not matter.
  private static let emulators = [Emulator.qemuCounting, .skylakeX]
  private static let weights = [256, 512, 1024]
  /// When all of them begin, in seconds of system time: every guest is up by then.
  private static let start = 3
  /// A slice of the scheduler (hypervisor/Core/Scheduling/FairQueue.swift), in microseconds.
  private static let slice = 5000

  /// Busy guests run in proportion to their weights, within a tenth, over ten seconds.
  @Test(arguments: emulators) func sharesTheCPUByWeight(_ emulator: Emulator) async throws {
    let guests = Self.weights.map { weight in
      burner(name: "w\(weight)", weight: weight, arguments: "for=10")
    }
    let machine = MachineConfiguration(emulator, modules: [.dom0()] + guests)
    try await Machine.boot(machine) { machine in
      for weight in Self.weights {
        let line = try await machine.expect(
          try Regex(
            "\\[w\(weight)\\] burn: ran (?<seconds>\\d+)\\.(?<thousandths>\\d+) s",
            as: (Substring, seconds: Substring, thousandths: Substring).self), within: .seconds(120))
        let ran = try #require(Int("\(line.seconds)\(line.thousandths)"))
        let share = 10_000 * weight / Self.weights.reduce(0, +)
        try machine.require(
          abs(ran - share) * 10 <= share, "weight \(weight) ran \(ran) ms of 10 s, expected \(share) within a tenth")
      }
    }
  }

  /// A guest that sleeps most of the time runs soon after it is woken, however busy its neighbours are.
  @Test(arguments: emulators) func wakesASleeperWithinTwoSlices(_ emulator: Emulator) async throws {
    let burners = (1...3).map { burner(name: "b\($0)", weight: 256, arguments: "for=ever") }
    let sleeper = BootModule.domU(
      name: "sleeper", memory: 24, arguments: "tour=off mode=wake count=500 from=\(Self.start)")
    let machine = MachineConfiguration(emulator, modules: [.dom0(), sleeper] + burners)
    try await Machine.boot(machine) { machine in
      let line = try await machine.expect(
        /\[sleeper\] wake: of 500 half by \d+ us, 99 % by (?<late>\d+) us/, within: .seconds(120))
      let late = try #require(Int(line.late))
      try machine.require(late <= 2 * Self.slice, "one wake-up in a hundred came \(late) us late")
    }
  }

  private func burner(name: String, weight: Int, arguments: String) -> BootModule {
    BootModule(
      BuiltFiles.path("guest.elf"),
      arguments: "domU name=\(name) mem=24 weight=\(weight) -- tour=off mode=burn from=\(Self.start) \(arguments)")
  }
}
