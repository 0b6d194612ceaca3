import Foundation
import Rig

/// What domain 0's services take, seen from a guest that it has built.
enum ServiceBench {
  /// Prints the store's and the builder's rows, which are in virtual time, and the disk's, which are in the wall
  /// clock's, since a disk answers in that.
  static func run() async throws {
    for row in Measurement.parse(try await transcript(.qemuCounting, disks: [])) {
      print("\(row.name): \(Int(row.value)) instructions")
    }
    print("domain create to the guest's first line: \(try await creation()) ms of virtual time")
    try await disks()
  }

  /// All that the bench guest says, as a guest of domain 0's.
  private static func transcript(_ emulator: Emulator, disks: [Disk]) async throws -> String {
    var definition = "name=\"bench\"\nkernel=\"bench.elf\"\nmemory=24\ncmdline=\"services\"\n"
    if !disks.isEmpty { definition += "disk=[\"vda,raw,xvda,w\"]\n" }
    var machine = MachineConfiguration(
      emulator, memory: 512, options: "console=com1 exit=isa-debug spec-ctrl=no",
      modules: [.dom0(), .file("bench.cfg", definition), .image("bench.elf")], limit: .seconds(300))
    machine.disks = disks
    return try await Machine.boot(machine, label: "services") { machine in
      try await machine.expect(Machine.prompt)
      try await machine.create("bench.cfg", name: "bench")
      try await machine.expect("bench done", within: .seconds(200))
      return machine.output()
    }
  }

  /// From the command to the first line of the guest's kernel: what domain 0 took to build it, and what the guest took
  /// from its start on.
  private static func creation() async throws -> String {
    let definition = "name=\"g\"\nkernel=\"guest.elf\"\nmemory=24\ncmdline=\"tour=off\"\n"
    let machine = MachineConfiguration(
      .qemuCounting, memory: 512, modules: [.dom0(), .file("g.cfg", definition), .image("guest.elf")])
    return try await Machine.boot(machine, label: "creation") { machine in
      try await machine.expect(Machine.prompt)
      let built = try await machine.create("g.cfg", name: "g").milliseconds
      let line = try await machine.expect(/first_line_us_after_start: (?<time>\d+)/)
      return String(format: "%.1f", Double(built) + (Double(line.time) ?? 0) / 1000)
    }
  }

  /// The same disk, used by domain 0 itself and by a guest through the split driver.
  private static func disks() async throws {
    var machine = MachineConfiguration(
      .qemu, memory: 512, modules: [BootModule(BuiltFiles.path("bench-disk.elf"))], limit: .seconds(120))
    machine.disks = [.blank(mebibytes: 16)]
    let own = Measurement.parse(
      try await Machine.boot(machine, label: "disk") { machine in
        try await machine.expect("bench done", within: .seconds(100))
        return machine.output()
      })
    let split = Measurement.parse(try await transcript(.qemu, disks: [.blank(mebibytes: 16)]))
    for row in own {
      guard let other = split.first(where: { $0.name == row.name }) else { continue }
      let text = [row.value, other.value].map { String(format: "%.1f", $0 / 1000) }
      let ratio = String(format: "%.2f", other.value / row.value)
      print("\(row.name): \(text[0]) us by domain 0 itself, \(text[1]) us by the split driver, ratio \(ratio)")
    }
  }
}
