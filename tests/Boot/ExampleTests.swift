import Foundation
import Rig
import Testing

/// The guests of `examples/`: each boots, does what it is there to show, and powers off.
@Suite struct ExampleTests {
  struct Example: Sendable, CustomTestStringConvertible {
    let image: String
    /// What it prints, in this order.
    let lines: [String]

    var testDescription: String { image }
  }

  private static let all = [
    Example(
      image: "hello.elf", lines: ["Hello from a guest", "ABI: Xen 4\\.17", "Free frames: [1-9]", "Up for \\d+ ms"]),
    Example(image: "ticking.elf", lines: ["tick 1 at", "tick 6 at", "sleeping for a second", "good night"]),
    Example(image: "hello-c.elf", lines: ["Hello from a 32-bit guest in C"]),
    Example(
      image: "events-c.elf",
      lines: [
        "start info of version", "clock: [1-9]\\d* ms since", "timer: 3 events in (3\\d\\d|[4-9]\\d\\d|\\d{4,}) ms",
        "grant: copied \"a granted page\"", "type a line", "nothing was typed",
      ]),
  ]

  @Test(arguments: all) func runsAsAGuest(_ example: Example) async throws {
    let machine = MachineConfiguration(.qemu, modules: [.dom0(), .domU(example.image, name: "example", memory: 24)])
    try await Machine.boot(machine, label: "example") { machine in
      for line in example.lines { try await machine.expect(try Lines.from("example", line)) }
    }
  }

  /// The guest in C reads what is typed on its console, and is told of it by events.
  @Test func readsItsConsoleInC() async throws {
    let machine = MachineConfiguration(.qemu, modules: [.dom0(), .domU("events-c.elf", name: "example", memory: 24)])
    try await Machine.boot(machine, label: "example-input") { machine in
      try await machine.expect(try Lines.from("example", "type a line"))
      let mark = machine.now
      machine.send("console example\r")
      try await machine.expect("the console of example", since: mark)
      machine.send("some words\r")
      try await machine.expect("input: some words", since: mark)
      try await machine.expect(try Regex("console: [1-9]\\d* events"), since: mark)
      try await machine.expect(try Lines.hypervisor("d1 \\(example\\) ended: power off"))
    }
  }

  /// A guest that lacks what it needs ends with what it was refused, in words.
  @Test func saysWhatItLacks() async throws {
    let machine = MachineConfiguration(.qemu, modules: [.dom0(), .domU("blockdev.elf", name: "example", memory: 24)])
    try await Machine.boot(machine, label: "example-error") { machine in
      try await machine.expect(
        try Lines.from("example", "GUEST PANIC: run\\(\\) threw: the guest has no such disk"))
      try await machine.expect(try Lines.hypervisor("d1 \\(example\\) ended: crash"))
    }
  }

  /// The definitions that `make run` has ready for `create`, as they are, and what the guest says first.
  @Test func isCreatedByItsDefinition() async throws {
    let definitions = [("hello", "Hello from a guest"), ("guest", "guest kernel: ring 0 of its own")]
    let files = try definitions.flatMap { name, _ in
      [try LinuxGuest.definition("\(name).cfg"), .image("\(name).elf")]
    }
    try await Machine.boot(MachineConfiguration(.qemu, modules: [.dom0()] + files)) { machine in
      try await machine.expect(Lines.prompt)
      for (name, line) in definitions {
        let mark = machine.now
        try await machine.create("\(name).cfg", name: name)
        try await machine.expect(try Lines.from(name, line), since: mark)
      }
    }
  }

  /// The same binary under the hypervisor whose ABI it is: `PEER=xen make test`.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["PEER"] == "xen"), arguments: all)
  func runsOnXen(_ example: Example) async throws {
    let machine = try XenPeer.machine(running: BootModule(BuiltFiles.path(example.image)), .qemu)
    try await Machine.boot(machine, label: "xen-example") { machine in
      for line in example.lines { try await machine.expect(try Regex(line)) }
      try await machine.expect("Hardware Dom0 halted")
    }
  }
}
