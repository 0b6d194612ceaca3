import Foundation
import Rig

/// What domain 0's services take, seen from a guest that it has built.
enum ServiceBench {
  /// Prints the rows. All are in virtual time but those of the virtio disk, which answers in the wall clock's: they say
  /// little on a busy machine.
  static func run() async throws {
    for row in Measurement.parse(try await transcript(.qemuCounting, disk: nil)) {
      print("\(row.name): \(Int(row.value)) instructions")
    }
    print("domain create to the guest's first line: \(try await creation()) ms of virtual time")
    try await compare(.qemuCounting, disk: "ram0", unit: "instructions", divisor: 1)
    try await compare(.qemu, disk: "vda", unit: "us", divisor: 1000)
  }

  private static func machine(_ emulator: Emulator, _ modules: [BootModule], disk: String?) -> MachineConfiguration {
    var machine = MachineConfiguration(
      emulator, memory: 512, options: "console=com1 exit=isa-debug spec-ctrl=no", modules: modules,
      limit: .seconds(300))
    if disk == "vda" { machine.disks = [.blank(mebibytes: 16)] }
    return machine
  }

  /// All that the bench guest says, as a guest of domain 0's with that disk.
  private static func transcript(_ emulator: Emulator, disk: String?) async throws -> String {
    var definition = "name=\"bench\"\nkernel=\"bench.elf\"\nmemory=24\ncmdline=\"services\"\n"
    if let disk { definition += "disk=[\"\(disk),raw,xvda,w\"]\n" }
    let machine = machine(
      emulator, [.dom0("ramdisk=16"), .file("bench.cfg", definition), .image("bench.elf")], disk: disk)
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
  private static func compare(_ emulator: Emulator, disk: String, unit: String, divisor: Double) async throws {
    let alone = BootModule(BuiltFiles.path("bench-disk.elf"), arguments: "disk=\(disk) ramdisk=16")
    let own = Measurement.parse(
      try await Machine.boot(machine(emulator, [alone], disk: disk), label: "disk") { machine in
        try await machine.expect("bench done", within: .seconds(100))
        return machine.output()
      })
    let split = Measurement.parse(try await transcript(emulator, disk: disk))
    for row in own {
      guard let other = split.first(where: { $0.name == row.name }) else { continue }
      let text = [row.value, other.value].map { String(format: "%.1f", $0 / divisor) }
      let ratio = String(format: "%.2f", other.value / row.value)
      print("\(row.name), \(disk), \(unit): \(text[0]) by domain 0 itself, \(text[1]) split, ratio \(ratio)")
    }
  }
}
