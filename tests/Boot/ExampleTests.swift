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
  ]

  @Test(arguments: all) func runsAsAGuest(_ example: Example) async throws {
    let machine = MachineConfiguration(.qemu, modules: [.dom0(), .domU(example.image, name: "example", memory: 24)])
    try await Machine.boot(machine, label: "example") { machine in
      for line in example.lines { try await machine.expect(try Lines.from("example", line)) }
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
