import Foundation
import Rig
import Testing

/// Many guests at once, and bad ones among them: nothing of what the good ones say is lost.
@Suite struct CrowdTests {
  /// Who comes beside the others: the option `do=` of tests/Hostile/Guests/Neighbour.
  private static let neighbours = [
    "console", "console-jump", "events", "store", "store-jump", "grants", "block-jump", "burn",
  ]

  struct Crowd: Sendable, CustomTestStringConvertible {
    let emulator: Emulator
    let count: Int

    var testDescription: String { "\(count) on \(emulator)" }
  }

  /// 32 guests of 24 MiB in 1 GiB: more domains than there are address space tags on the emulated CPU's small set. Fewer
  /// where each instruction is interpreted.
  @Test(arguments: [Crowd(emulator: .qemu, count: 32), Crowd(emulator: .skylakeX, count: 8)])
  func hostsManyGuests(_ crowd: Crowd) async throws {
    let definition = GuestFiles.definition("g.cfg", name: "g", memory: 24, arguments: "tour=off ticks=forever")
    var modules = [BootModule.dom0(), definition, GuestFiles.kernel, .image("neighbour.elf"), Self.ramDisk]
    modules += Self.neighbours.map(neighbour)
    let machine = MachineConfiguration(
      crowd.emulator, memory: 256 + 24 * crowd.count, modules: modules, limit: .seconds(600))
    try await Machine.boot(machine, label: "crowd-\(crowd.count)") { machine in
      try await machine.expect(Lines.prompt, within: .seconds(60))
      let names = (1...crowd.count).map { "g\($0)" }
      for name in names { try await machine.create("g.cfg", name: name, settings: "name=\(name)") }
      try await expectTicks(3, of: names, machine)
      let list = try await machine.command("list")
      try machine.require(list.filter { $0.contains(#/^g\d+ /#) }.count == names.count, "list has all guests")
      // Room for the bad ones.
      for name in names.suffix(4) { try await machine.destroy(name) }
      let good = names.dropLast(4)
      for bad in Self.neighbours {
        try await machine.create("\(bad).cfg", name: bad)
        try await machine.expect(try Lines.from(bad, "neighbour: \(bad)"))
        try await expectTicks(2, of: good, machine)
        try await machine.command("list", expecting: try Regex("^\(bad) "))
        try await machine.destroy(bad)
      }
      try await expectTicks(2, of: good, machine)
      for name in good { try requireAllTicks(of: name, machine) }
      try await machine.command("audit", expecting: "no faults")
      try await powerOff(machine)
    }
  }

  /// A disk of zeros for those who misuse disks.
  private static var ramDisk: BootModule { .file("spare.img", [UInt8](repeating: 0, count: 1 << 20)) }

  private func neighbour(_ what: String) -> BootModule {
    let disk = what == "grants" || what == "block-jump" ? ["disk = [ \"spare.img,raw,xvda,w\" ]"] : []
    return GuestFiles.definition(
      "\(what).cfg", name: what, kernel: "neighbour.elf", memory: 24, arguments: "do=\(what)", more: disk)
  }

  /// So many more ticks of each from now on.
  private func expectTicks(_ count: Int, of names: some Sequence<String>, _ machine: Machine) async throws {
    let mark = machine.now
    for name in names {
      try await machine.expect(
        try Regex("(?:\\[\(name)\\] tick \\d+(?s:.*?)){\(count)}"), since: mark, within: .seconds(60),
        "\(count) more ticks of \(name)")
    }
  }

  /// Its ticks are numbered from 1 on, and none is missing or told twice.
  private func requireAllTicks(of name: String, _ machine: Machine) throws {
    let numbers = machine.output().matches(
      of: try Regex("\\[\(name)\\] tick (?<number>\\d+):", as: (Substring, number: Substring).self)
    ).compactMap { Int($0.number) }
    try machine.require(numbers == Array(1...max(numbers.count, 1)), "\(name)'s ticks are \(numbers)")
  }
}
