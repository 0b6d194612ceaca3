import Rig
import Testing

/// What the machine tells who has mistyped something, or does not know how to go on.
@Suite struct HintTests {
  @Test func saysWhatAnOptionWasToBe() async throws {
    let machine = MachineConfiguration(
      .qemuCounting,
      modules: [
        .dom0("frob=1 on_end=never dump=nowhere on_end=preserve"),
        .domU(name: "g1", arguments: "tour=off colour=red ticks=many ticks=2"),
      ])
    try await Machine.boot(machine) { machine in
      for line in [
        "command line: unknown option 'frob=1': expected on_end=, ramdisk=, dump=",
        "command line: bad value 'on_end=never': expected on_end=destroy or on_end=preserve",
        "command line: bad value 'dump=nowhere': expected a disk, and there is none",
      ] {
        try await machine.expect("[dom0] \(line)")
      }
      try machine.reject("[dom0] command line: bad value 'on_end=preserve'")
      try await machine.expect("[g1] command line: unknown option 'colour=red': expected tour=, disk=, mode=")
      try await machine.expect("[g1] command line: bad value 'ticks=many': expected ticks=N or ticks=forever")
      try await machine.expect("[g1] bye")
      try machine.reject("'ticks=2'")
      try await powerOff(machine)
    }
  }

  /// A kernel that nobody starts is told of; one that a definition names, and what is none, are where they should be.
  @Test func saysThatAMarkWasForgotten() async throws {
    let files: [BootModule] = [
      BootModule(BuiltFiles.path("guest.elf"), arguments: "name=g1 mem=32"), .image("hello.elf"),
      .file("hello.cfg", "name = \"hello\"\nkernel = \"hello.elf\"\n"), .file("notes", "mem is not said here"),
    ]
    try await Machine.boot(MachineConfiguration(.qemuCounting, modules: [.dom0()] + files)) { machine in
      try await machine.expect("[dom0] g1 is a kernel, kept as a file: expected 'domU name=NAME mem=SIZE'")
      try await machine.expect(Lines.prompt)
      try machine.reject(/(hello|notes).*kept as a file/)
      try await powerOff(machine)
    }
  }

  @Test func saysHowManyProcessorsThereAre() async throws {
    var machine = MachineConfiguration(.qemu, modules: [.dom0()])
    machine.hardware = ["-smp", "2"]
    try await Machine.boot(machine) { machine in
      try await machine.expect(try Lines.hypervisor("processors: the machine has 2; one is used"))
      try await machine.expect(Lines.prompt)
      try await powerOff(machine)
    }
    try await Machine.boot(MachineConfiguration(.qemu, modules: [.dom0()])) { machine in
      try await machine.expect(Lines.prompt)
      try machine.reject(try Lines.hypervisor("processors:"))
      try await powerOff(machine)
    }
  }

  /// Without `exit=isa-debug` the machine stands still.
  @Test func saysHowToLeave() async throws {
    let machine = MachineConfiguration(.qemuCounting, options: "console=com1", modules: [])
    try await Machine.boot(machine) { machine in
      try await machine.expect(try Lines.hypervisor("cannot start: no boot module"))
      try await machine.expect(try Lines.hypervisor("to leave: Ctrl-T x under make run, Ctrl-A x in another QEMU"))
    }
  }

  /// What `make run` goes by.
  @Test func anOrderedRestartHasItsStatus() async throws {
    try await Machine.boot(MachineConfiguration(.qemuCounting, modules: [.dom0()])) { machine in
      try await machine.expect(Lines.prompt)
      machine.send("reboot\r")
      try await machine.expect(try Lines.hypervisor("restarting the machine"))
      try await machine.expectEnd(status: ExitStatus.restarted)
    }
  }
}
