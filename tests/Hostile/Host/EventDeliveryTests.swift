import Rig
import Testing

/// What a guest can do to the calling of its own handlers: it gets what the manuals say, and nobody else notices.
@Suite struct EventDeliveryTests {
  /// An event for which there is no stack ends its domain: neither it nor the instruction behind it goes on for ever.
  @Test(arguments: [Emulator.qemu, .skylakeX])
  func aStackWithoutMemoryEndsTheDomain(_ emulator: Emulator) async throws {
    try await Machine.boot(badNeighbour("hostile/stack-in-hole.elf", on: emulator)) { machine in
      try await machine.expect(
        /\(apus\) d2: event 0x40 can't be delivered/, within: .seconds(60), "the hypervisor naming the event")
      try await machine.expect(/\[dom0\] bad ended: crash/)
      try await expectTicks(machine)
      try await expectNoHarm(machine)
    }
  }

  /// Exceptions that raise themselves as they are delivered keep the processor from everyone, unless each exits. Only
  /// Bochs knows them.
  @Test(arguments: ["hostile/debug-storm.elf", "hostile/alignment-storm.elf"])
  func anEndlessExceptionIsItsDomainsOwn(_ image: String) async throws {
    try await Machine.boot(badNeighbour(image, on: .skylakeX)) { machine in
      try await expectTicks(machine)
      let exits = try await machine.debugKey("x")
      try machine.require(exits.contains { $0.contains("exception") }, "expected the guest to exit by exceptions")
      let mark = machine.now
      machine.send("destroy bad\r")
      try await machine.expect("dom0> ", since: mark)
      try await expectTicks(machine)
      try await expectNoHarm(machine)
    }
  }

  /// Guests that look at each event themselves, and switch off when all were right; else they end by a triple fault,
  /// whose address says which was not. QEMU does not know INT1.
  struct Examination: Sendable, CustomTestStringConvertible {
    let image: String
    let emulator: Emulator
    var testDescription: String { "\(image) on \(emulator)" }
  }

  private static let examinations =
    ["read-only-stack", "pae", "software-events", "task-switch", "single-step"].flatMap { image in
      [Emulator.qemu, .skylakeX].map { Examination(image: image, emulator: $0) }
    } + [Examination(image: "debug-exceptions", emulator: .skylakeX)]

  @Test(arguments: examinations)
  func eventsAreDeliveredByTheManual(_ examination: Examination) async throws {
    let machine = badNeighbour("hostile/\(examination.image).elf", on: examination.emulator)
    try await Machine.boot(machine, label: examination.image) { machine in
      let end = try await machine.expect(
        /\[dom0\] bad ended: (\w+);/, within: .seconds(60), "the end of the examination")
      try machine.require(end.1 == "poweroff", "expected all events to be right")
      try await expectNoHarm(machine)
    }
  }
}
