import Foundation
import Rig
import Testing

/// What takes minutes of stock Linux guests: `make test-slow`.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["APUS_SLOW"] != nil, "make test-slow runs it"), .serialized)
struct LinuxSlowTests {
  /// A minute of the guest's clock is a minute of QEMU's to a thousandth.
  @Test func keepsTimeForAMinute() async throws {
    let machine = LinuxGuest.machine(
      .cloud, definitions: [try LinuxGuest.definition("linux.cfg")], disks: [try LinuxGuest.disk])
    try await Machine.boot(machine) { machine in
      try await machine.expect(Lines.prompt)
      try await machine.create("linux.cfg", name: "linux")
      try await machine.attachLinux("linux")
      let text = try await machine.checkLinux("minute", within: .seconds(180))
      // A reading comes late by what lies between the guest and here, never early: the least late counts.
      let begin = try leastDelay(1...10, in: text, machine)
      let end = try leastDelay(11...20, in: text, machine)
      let drift = abs(end - begin)
      try machine.require(drift <= 0.060, "60 s differ by \(drift) s")
    }
  }

  /// Debian 13's kernels, the one for real time among them: to the shell, the checks, and off.
  @Test(arguments: [LinuxGuest.Kernel.trixie, .trixieCloud, .trixieRealTime])
  func runsDebian13(_ kernel: LinuxGuest.Kernel) async throws {
    try #require(LinuxGuest.isThere(kernel), "tools/linux/prepare.sh \(kernel.rawValue) could not fetch it")
    let machine = LinuxGuest.machine(
      kernel, memory: 1024, definitions: [try LinuxGuest.definition("linux.cfg")], disks: [try LinuxGuest.disk])
    try await Machine.boot(machine, label: "linux-\(kernel.rawValue)") { machine in
      try await machine.expect(Lines.prompt)
      try await machine.create("linux.cfg", name: "linux")
      try await machine.attachLinux("linux", within: .seconds(120))
      try await machine.checkLinux("interrupts processes memory disk kernel", within: .seconds(240))
      try await machine.detach()
      let mark = machine.now
      machine.send("shutdown linux\r")
      try await machine.expect("linux ended: poweroff; it is taken apart", since: mark, within: .seconds(60))
      try await machine.isAlone()
      try await machine.command("audit", expecting: "no faults")
      try await powerOff(machine)
    }
  }

  /// The least time between a reading of the guest's clock and its arrival, in seconds and up to a constant.
  private func leastDelay(_ readings: ClosedRange<Int>, in text: String, _ machine: Machine) throws -> Double {
    var least = Double.infinity
    for reading in readings {
      guard let found = text.firstMatch(of: try Regex("clock reading \(reading): ([0-9.]+)\n")),
        let said = found[1].substring.flatMap({ Double($0) }),
        let arrival = machine.delay(of: try Regex("clock reading \(reading): [0-9.]+\n"))
      else { continue }
      least = min(least, Double(arrival.components.seconds) + Double(arrival.components.attoseconds) * 1e-18 - said)
    }
    try machine.require(least < .infinity, "the guest's clock was not read")
    return least
  }

  /// The standard kernel, with two disks, gives memory away and takes it back while it works.
  @Test func movesItsBalloonAndKeepsAReadOnlyDisk() async throws {
    let disk = try LinuxGuest.disk
    var readOnly = disk
    readOnly.isReadOnly = true
    let machine = LinuxGuest.machine(
      .standard, memory: 1280, definitions: [try LinuxGuest.definition("linux-two-disks.cfg")],
      disks: [disk, disk, readOnly])
    try await Machine.boot(machine) { machine in
      try await machine.expect(Lines.prompt)
      try await machine.create("linux-two-disks.cfg", name: "linux2", within: .seconds(120))
      try await machine.attachLinux("linux2", within: .seconds(120))
      try await machine.checkLinux("kernel disk")
      let mark = machine.now
      machine.send("dd if=/dev/zero of=/dev/xvdb count=1; mount -o ro /dev/xvdb /mnt && sha256sum -c /mnt/SHA256SUMS\r")
      try await machine.expect("Operation not permitted", since: mark)
      for mebibytes in [300, 512, 200, 512] {
        try await machine.detach()
        try await machine.command("mem-set linux2 \(mebibytes)")
        try await machine.holds("linux2", mebibytes: mebibytes)
        try await machine.attachLinux("linux2")
        try await machine.checkLinux("kernel memory processes", within: .seconds(240))
      }
      try await machine.detach()
      let end = machine.now
      machine.send("shutdown linux2\r")
      try await machine.expect("linux2 ended: poweroff; it is taken apart", since: end, within: .seconds(60))
      try await machine.isAlone()
      try await powerOff(machine)
    }
  }

  /// Two Linux guests and two guest kernels side by side for five minutes, the Linux guests busy: both have their weights'
  /// share, nobody stalls, and the end of one harms none of the others.
  @Test func sharesTheMachine() async throws {
    let loop = "extra = \"console=hvc0\"\nkernel = \"vmlinux\"\nramdisk = \"initramfs.cpio\"\nmemory = 192\n"
    let machine = LinuxGuest.machine(
      .cloud, memory: 1024,
      definitions: [
        .file("heavy.cfg", "name = \"heavy\"\ncpu_weight = 512\n\(loop)"),
        .file("light.cfg", "name = \"light\"\ncpu_weight = 256\n\(loop)"), GuestFiles.kernel,
        GuestFiles.definition("one.cfg", name: "one", arguments: "tour=off ticks=forever"),
        GuestFiles.definition("two.cfg", name: "two", arguments: "tour=off ticks=forever"),
      ])
    try await Machine.boot(machine) { machine in
      try await machine.expect(Lines.prompt)
      for name in ["heavy", "light"] {
        try await machine.create("\(name).cfg", name: name)
        try await machine.attachLinux(name)
        machine.send("while :; do :; done &\r")
        try await machine.detach()
      }
      for name in ["one", "two"] { try await machine.create("\(name).cfg", name: name) }
      let before = try await machine.times(of: ["heavy", "light"])
      for _ in 0..<30 {
        let mark = machine.now
        for name in ["one", "two"] {
          try await machine.expect(try Lines.from(name, "tick"), since: mark, within: .seconds(15))
        }
        try await Task.sleep(for: .seconds(10))
      }
      let after = try await machine.times(of: ["heavy", "light"])
      let ratio = (after[0] - before[0]) / max(after[1] - before[1], 0.1)
      try machine.require((1.8...2.2).contains(ratio), "the shares are \(ratio) to 1 and not 2 to 1")
      try await machine.destroy("heavy")
      try await machine.attachLinux("light")
      try await machine.checkLinux("kernel processes", within: .seconds(120))
      try await machine.detach()
      let mark = machine.now
      for name in ["one", "two"] { try await machine.expect(try Lines.from(name, "tick"), since: mark) }
      try await machine.command("audit", expecting: "no faults")
      try await powerOff(machine)
    }
  }

  /// The 32-bit kernel, whose early page tables show little more than its image: with a ramdisk and a disk to its shell.
  @Test(arguments: [Emulator.qemu])
  func runsThe32BitKernel(_ emulator: Emulator) async throws {
    let machine = LinuxGuest.machine(
      .pae, on: emulator, definitions: [try LinuxGuest.definition("linux.cfg")], disks: [try LinuxGuest.disk])
    try await Machine.boot(machine, label: "linux-pae") { machine in
      try await machine.expect(Lines.prompt)
      // By the name that disks had when such kernels were new: Linux calls it xvda all the same.
      try await machine.create("linux.cfg", name: "linux", settings: "\"disk=['phy:/dev/vda,hda,w']\"")
      try await machine.attachLinux("linux", within: .seconds(180))
      try await machine.checkLinux("interrupts processes disk kernel", within: .seconds(240))
      let mark = machine.now
      machine.send("uname -m\r")
      try await machine.expect(/\ni686/, since: mark)
      try await machine.detach()
      let end = machine.now
      machine.send("shutdown linux\r")
      try await machine.expect("linux ended: poweroff; it is taken apart", since: end, within: .seconds(60))
      try await machine.isAlone()
      try await powerOff(machine)
    }
  }

  /// On VMX, in an emulator that interprets every instruction: to the shell, and the checks. A RAM disk stands in for
  /// virtio.
  @Test func reachesItsShellOnVMX() async throws {
    let disk = BootModule(BuiltFiles.path("linux/test-disk"), arguments: "vda")
    var machine = LinuxGuest.machine(
      .cloud, on: .skylakeX, definitions: [try LinuxGuest.definition("linux.cfg"), disk])
    machine.options += " dom0_mem=160M"
    machine.limit = .seconds(3600)
    try await Machine.boot(machine, label: "linux-vmx") { machine in
      try await machine.expect(Lines.prompt, within: .seconds(300))
      try await machine.create("linux.cfg", name: "linux", within: .seconds(600))
      try await machine.attachLinux("linux", within: .seconds(1800))
      try await machine.checkLinux("interrupts processes disk kernel", within: .seconds(1200))
      // What was seen, for whoever does not have the time.
      let log = BuiltFiles.path("linux-on-vmx.txt")
      try machine.output().write(toFile: log, atomically: true, encoding: .utf8)
    }
  }
}

extension Machine {
  /// The processor time that guests have had, in seconds, by domain 0's list.
  func times(of names: [String]) async throws -> [Double] {
    let rows = try await command("list").map { $0.split(separator: " ") }
    let times = names.compactMap { name in
      rows.first { $0.first.map(String.init) == name }?.last.flatMap { Double($0) }
    }
    try require(times.count == names.count, "the list does not tell the times of \(names.joined(separator: ", "))")
    return times
  }

  /// Waits until a guest holds so much memory, by domain 0's list.
  func holds(_ name: String, mebibytes: Int) async throws {
    var lines: [String] = []
    for _ in 0..<100 {
      lines = try await command("list")
      let row = lines.first { $0.hasPrefix("\(name) ") }?.split(separator: " ")
      if let row, row.count > 2, Int(row[2]) == mebibytes { return }
      try await Task.sleep(for: .milliseconds(200))
    }
    try require(false, "\(name) does not come to \(mebibytes) MiB:\n\(lines.joined(separator: "\n"))")
  }
}
