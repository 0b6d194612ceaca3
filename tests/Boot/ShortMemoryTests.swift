import Rig
import Testing

/// Domain 0 with little memory: what guests and people ask of it is refused, and nothing of that ends it.
@Suite struct ShortMemoryTests {
  private static let refusal = "domain 0 is short of memory"
  /// Guests that sleep and take next to nothing.
  private static let sleeper = [
    GuestFiles.definition("s.cfg", name: "s", kernel: "sleep-forever.elf", memory: 2, arguments: ""),
    BootModule.image("hostile/sleep-forever.elf"),
  ]

  /// Domain 0 has little, and most of that is a RAM disk's.
  private static func machine(
    memory: Int, ofDomainZero: Int = 18, more: [BootModule] = []
  ) -> MachineConfiguration {
    var machine = MachineConfiguration(
      .qemu, memory: memory, modules: [.dom0("ramdisk=12")] + sleeper + more, limit: .seconds(600))
    machine.options += " dom0_mem=\(ofDomainZero)M"
    return machine
  }

  @Test func refusesGuestsThatItCanNotServe() async throws {
    try await Machine.boot(Self.machine(memory: 768), label: "short-memory") { machine in
      try await machine.expect(Lines.prompt)
      var count = 0
      for number in 1...300 {
        let mark = machine.now
        let answer = try await machine.command("create s.cfg name=s\(number)")
        if answer.contains(where: { $0.contains(Self.refusal) }) { break }
        try await machine.expect("s\(number) is domain", since: mark)
        count = number
      }
      try machine.require((5...200).contains(count), "domain 0 built \(count) guests")
      // It is well: it lists, reads and counts, and says what it can't do.
      let list = try await machine.command("list")
      try machine.require(list.count == count + 2, "the list has all guests")
      try await machine.command("xenstore-read /local/domain/1/name", expecting: "s1")
      try await machine.command("audit", expecting: "no faults")
      for number in 1...400 {
        let answer = try await machine.command("xenstore-write /tool/n\(number) value")
        if answer.contains(where: { $0.contains("xenstore-write: /tool/n") }) { break }
        try machine.require(number < 400, "writes to the store are refused")
      }
      // Where guests go others can come, though the store has grown meanwhile.
      for number in [2, 3, 1] { try await machine.destroy("s\(number)") }
      try await machine.command("xenstore-rm /tool")
      for number in 1...2 { try await machine.create("s.cfg", name: "s\(number)", settings: "name=s\(number)") }
      for number in 1...count where number != 3 { try await machine.destroy("s\(number)") }
      try await machine.command("audit", expecting: "no faults")
      try await powerOff(machine)
    }
  }

  private static let floodCount = 12

  /// Guests that flood the store, each within its quota, and together with more than domain 0 has.
  @Test func outlivesGuestsThatFillTheStore() async throws {
    let flood = (1...Self.floodCount).map {
      GuestFiles.definition(
        "f\($0).cfg", name: "f\($0)", kernel: "neighbour.elf", memory: 24, arguments: "do=store-fill")
    }
    let more = flood + [.image("neighbour.elf")]
    // Three more for the flood's own image.
    try await Machine.boot(Self.machine(memory: 512, ofDomainZero: 21, more: more), label: "full-store") { machine in
      try await machine.expect(Lines.prompt)
      let mark = machine.now
      for number in 1...Self.floodCount { try await machine.create("f\(number).cfg", name: "f\(number)") }
      try await machine.expect("something was refused: \(Self.refusal)", since: mark, within: .seconds(240))
      try await machine.command("create s.cfg", expecting: Self.refusal, within: .seconds(60))
      try await Task.sleep(for: .seconds(5))
      try await machine.command("list", expecting: #/^f9 /#)
      for number in 1...Self.floodCount { try await machine.destroy("f\(number)") }
      try await machine.create("s.cfg", name: "s")
      try await machine.command("audit", expecting: "no faults")
      try await powerOff(machine)
    }
  }
}
