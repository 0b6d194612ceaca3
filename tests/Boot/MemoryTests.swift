import Rig
import Testing

/// Guests that hold less than they might.
@Suite struct MemoryTests {
  /// Whoever builds a guest, its RAM is one range: some kernels take the first and no other.
  @Test func givesRAMInOneRange() async throws {
    let map = GuestFiles.definition("made.cfg", name: "made", memory: 32, arguments: "mode=idle")
    let machine = MachineConfiguration(
      .qemuCounting, memory: 512, modules: [.dom0(), .domU(name: "boot", memory: 32), map, GuestFiles.kernel])
    try await Machine.boot(machine) { machine in
      try await machine.expect(Lines.prompt)
      try await machine.create("made.cfg", name: "made")
      for name in ["boot", "made"] {
        try await machine.expect(try Lines.from(name, "memory_map: 0x0+ 0x0*2000000 1"), within: .seconds(60))
        try await machine.expect(try Lines.from(name, "memory_map: 0x0*fc000000 0x0*fc001000 3"))
        let second = try Lines.from(name, "memory_map: 0x0*[1-9a-f][0-9a-f]* 0x[0-9a-f]+ 1")
        try machine.reject(second, "a second range of RAM")
      }
      try await powerOff(machine)
    }
  }

  /// A guest with `maxmem` above `memory` holds the former until its balloon runs, its kernel none the wiser; what it has
  /// given back is the next guest's, not its own.
  @Test func promisesWhatABalloonGaveBack() async throws {
    let most = "maxmem = 120"
    let machine = MachineConfiguration(
      .qemu, memory: 256,
      modules: [
        .dom0(), GuestFiles.definition(memory: 24, arguments: "ticks=forever", more: [most]),
        GuestFiles.definition("next.cfg", name: "next", memory: 120, arguments: "tour=off mode=idle"),
        GuestFiles.kernel,
      ])
    try await Machine.boot(machine) { machine in
      try await machine.expect(Lines.prompt)
      try await machine.create("guest.cfg", name: "guest")
      // What the balloon has not given back yet is promised to nobody else.
      try await machine.command("create next.cfg", expecting: "120 MiB of memory are not free")
      try await machine.expect(try Lines.from("guest", GuestKernel.tick(2)), within: .seconds(60))
      try machine.reject(/FAIL/, "a finding that is not as it should be")
      try await machine.command("list", expecting: #/^guest +\d+ +24 /#)
      try await machine.create("next.cfg", name: "next")
      try await machine.command("mem-set guest 100", expecting: "MiB more")
      try await powerOff(machine)
    }
  }
}
