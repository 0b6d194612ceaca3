import Foundation
import Rig
import Testing

/// Debian's own kernel, unmodified, as a guest with a disk: from domain 0's prompt to a shell, and off again.
@Suite struct LinuxTests {
  @Test(.enabled(if: LinuxGuest.isThere(.cloud), "tools/linux/prepare.sh could not fetch Linux"))
  func runsToAShellAndPowersOff() async throws {
    let machine = LinuxGuest.machine(
      .cloud, definitions: [try LinuxGuest.definition("linux.cfg")], disks: [try LinuxGuest.disk])
    try await Machine.boot(machine) { machine in
      try await machine.expect(Lines.prompt)
      try await machine.create("linux.cfg", name: "linux")
      try await machine.attachLinux("linux")
      try await machine.checkLinux("interrupts processes disk kernel")
      try await requireTimeOfDay(machine)

      // Built anew, it finds what it wrote.
      var mark = machine.now
      machine.send("reboot\r")
      try await machine.expect("linux ended: reboot; it is built anew", since: mark, within: .seconds(60))
      try await machine.expect(try Lines.from("linux", "BusyBox"), since: mark, within: .seconds(120))
      try await machine.attachLinux("linux")
      try await machine.checkLinux("disk")
      try await machine.detach()

      // Asked to by the store, it ends.
      mark = machine.now
      machine.send("shutdown linux\r")
      try await machine.expect("linux ended: poweroff; it is taken apart", since: mark, within: .seconds(60))
      try await machine.isAlone()
      try await machine.command("audit", expecting: "no faults")
      try await powerOff(machine)
    }
  }

  /// The guest's time of day is the machine's, which is the host's, to a second.
  private func requireTimeOfDay(_ machine: Machine) async throws {
    let mark = machine.now
    machine.send("check clock\r")
    let said = try await machine.expect(/clock now (\d+), (\d+) ms lost/, since: mark)
    // The guest says whole seconds, and the machine's clock told the hypervisor a second, whose middle it took.
    let time = (Double(said.1) ?? 0) + (Double(said.2) ?? 0) / 1000
    let difference = Date().timeIntervalSince1970 - time
    try machine.require((-0.6...2.5).contains(difference), "the guest's time of day is \(difference) s behind")
    try await machine.expect("check clock: ok", since: mark)
  }
}

extension Machine {
  /// Waits until domain 0 is the only domain.
  func isAlone() async throws {
    for _ in 0..<50 {
      let domains = try await command("list").dropFirst().filter { !$0.hasPrefix("Domain-0") }
      if domains.isEmpty { return }
      try await Task.sleep(for: .milliseconds(100))
    }
    try require(false, "a domain is left over")
  }
}
