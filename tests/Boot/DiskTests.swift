import Rig
import Testing

/// Guests' disks through the split driver: what a guest writes is on the device, byte for byte.
@Suite struct DiskTests {
  private static let seed: UInt64 = 7

  /// 8 MiB by a guest through blkfront and blkback to virtio-blk, flushed: QEMU's image has them.
  @Test func writesToVirtio() async throws {
    var machine = machine(.qemu, [definition("write:8:7", disk: "vda")])
    machine.disks = [.blank(mebibytes: 16)]
    try await Machine.boot(machine) { machine in
      try await machine.expect(Lines.prompt)
      try await machine.create("guest.cfg", name: "guest")
      try await machine.expect(try Lines.from("guest", "PASS disk.written: 8 MiB, flushed"), within: .seconds(60))
      // Flushed means lasting: the machine's end has nothing to do with it.
      try requireContents(try machine.diskContents(0), mebibytes: 8, of: 16, machine)
      try await powerOff(machine)
      try requireContents(try machine.diskContents(0), mebibytes: 8, of: 16, machine)
    }
  }

  /// Two devices of the modern interface only, which share an interrupt line (slots 4 and 8 of the bus do) because they
  /// have no messages: one is written while the other is kept busy.
  @Test func sharesAnInterruptLine() async throws {
    var machine = machine(
      .qemu,
      [
        definition("write:1:7", disk: "vda"), definition("churn:1:3", disk: "vdb", file: "busy.cfg", name: "busy"),
      ])
    machine.disks = [4, 8].map { slot in
      Disk(.zeros(byteCount: 2 << 20), properties: ["vectors=0", "disable-legacy=on", "addr=\(slot)"])
    }
    try await Machine.boot(machine) { machine in
      try await machine.expect(Lines.prompt)
      try await machine.create("busy.cfg", name: "busy")
      try await machine.expect(try Lines.from("busy", "disk round 2"), within: .seconds(60))
      try await machine.create("guest.cfg", name: "guest")
      try await machine.expect(try Lines.from("guest", "PASS disk.written: 1 MiB, flushed"), within: .seconds(60))
      try await machine.expect(try Lines.from("busy", "disk round"), since: machine.now, within: .seconds(60))
      try requireContents(try machine.diskContents(0), mebibytes: 1, of: 2, machine)
      try machine.reject(/FAIL disk round/, "a word that is not as written")
      try await powerOff(machine)
    }
  }

  /// The same on a RAM disk, which a guest after the first one reads again.
  @Test(arguments: [Emulator.qemu, .skylakeX]) func writesToMemory(_ emulator: Emulator) async throws {
    let machine = machine(
      emulator,
      [
        definition("write:8:7", disk: "ram0", more: "on_end=poweroff"),
        definition("verify:8:7", disk: "ram0", file: "reader.cfg", name: "reader"),
      ], dom0: "ramdisk=12")
    try await Machine.boot(machine, label: "ram-disk") { machine in
      try await machine.expect(Lines.prompt, within: .seconds(60))
      try await machine.create("guest.cfg", name: "guest")
      try await machine.expect(try Lines.from("guest", "PASS disk.written: 8 MiB"), within: .seconds(120))
      try await machine.destroy("guest")
      try await machine.create("reader.cfg", name: "reader")
      try await machine.expect(try Lines.from("reader", "PASS disk.verified: 0 wrong words"), within: .seconds(120))
      try await machine.command("audit", expecting: "no faults", within: .seconds(60))
      try await powerOff(machine)
    }
  }

  /// A guest that is ended in the middle of its requests takes nobody with it, and its disk can be used anew.
  @Test func survivesAGuestsEnd() async throws {
    var machine = machine(
      .qemu,
      [
        definition("churn:2:1", disk: "vda", file: "a.cfg", name: "a"),
        definition("churn:2:2", disk: "vdb", file: "b.cfg", name: "b"),
      ])
    machine.disks = [.blank(mebibytes: 4), .blank(mebibytes: 4)]
    try await Machine.boot(machine) { machine in
      try await machine.expect(Lines.prompt)
      try await machine.create("b.cfg", name: "b")
      for _ in 0..<5 {
        let mark = machine.now
        try await machine.create("a.cfg", name: "a")
        try await machine.expect(try Lines.from("a", "disk round 2"), since: mark, within: .seconds(60))
        try await machine.destroy("a")
        let killed = machine.now
        try await machine.expect(try Lines.from("b", "disk round"), since: killed, within: .seconds(60))
      }
      try machine.reject(/FAIL disk round/, "a word that is not as written")
      try await machine.command("audit", expecting: "no faults")
      try await powerOff(machine)
    }
  }

  /// A disk that is given read-only is: the backend refuses what the frontend should not have asked for.
  @Test func keepsAReadOnlyDisk() async throws {
    let pattern = DiskPattern(seed: Self.seed).bytes(mebibytes: 1)
    var machine = machine(.qemu, [definition("refused", disk: "vda", access: "r")])
    machine.disks = [Disk(.bytes(pattern))]
    try await Machine.boot(machine) { machine in
      try await machine.expect(Lines.prompt)
      try await machine.create("guest.cfg", name: "guest")
      try await machine.expect(try Lines.from("guest", "disk \\d+: 2048 sectors, read-only"))
      try await machine.expect(try Lines.from("guest", "PASS disk.write_refused"))
      try await powerOff(machine)
      try machine.require(try machine.diskContents(0) == pattern, "the image is as it was")
    }
  }

  /// A frontend that is not of this project and speaks the ring's 32-bit layout, in requests of several segments.
  @Test(.enabled(if: GrubGuest.isThere, "Debian's grub-xen-bin can't be fetched"))
  func servesA32BitFrontend() async throws {
    let script = """
      hexdump -s 51200 -n 32 (xen/xvda)
      cmp (xen/xvda)0+512 (xen/xvda)512+512
      echo compared
      halt
      """
    let half = Array(DiskPattern(seed: Self.seed).bytes(mebibytes: 1).prefix(256 << 10))
    var content = half + half
    for start in [51200, 51200 + half.count] {
      content.replaceSubrange(start..<start + 32, with: Array("read by 32 bits,over several pages".utf8.prefix(32)))
    }
    let definition = GuestFiles.definition(
      "grub.cfg", name: "grub", kernel: "grub.elf", memory: 32, arguments: "",
      more: ["disk = [ \"vda,raw,xvda,r\" ]"])
    var machine = MachineConfiguration(
      .qemu, modules: [.dom0(), definition, try GrubGuest.kernel(running: script)], limit: .seconds(180))
    machine.disks = [Disk(.bytes(content))]
    try await Machine.boot(machine) { machine in
      try await machine.expect(Lines.prompt)
      try await machine.create("grub.cfg", name: "grub")
      try await machine.expect(try Lines.from("grub", "read by 32 bits,"), within: .seconds(60))
      // GRUB 2.12 says nothing of files that are the same.
      try await machine.expect(try Lines.from("grub", "compared"), within: .seconds(60))
      try machine.reject(/\[grub\] .*(?i:differ|error)[^\n]*/, "halves that are not the same")
      try await machine.expect("[dom0] grub ended: poweroff")
      try await powerOff(machine)
    }
  }

  private func machine(_ emulator: Emulator, _ definitions: [BootModule], dom0: String = "") -> MachineConfiguration {
    MachineConfiguration(
      emulator, modules: [.dom0(dom0)] + definitions + [GuestFiles.kernel], limit: .seconds(300))
  }

  private func definition(
    _ job: String, disk: String, access: String = "w", file: String = "guest.cfg", name: String = "guest",
    more: String = ""
  ) -> BootModule {
    GuestFiles.definition(
      file, name: name, memory: 24, arguments: "tour=off disk=\(job) mode=idle \(more)",
      more: ["disk = [ \"\(disk),raw,xvda,\(access)\" ]"])
  }

  /// The image has the pattern first, and behind it what was there before.
  private func requireContents(_ image: [UInt8], mebibytes: Int, of size: Int, _ machine: Machine) throws {
    try machine.require(image.count == size << 20, "the image has \(image.count) bytes")
    let expected = DiskPattern(seed: Self.seed).bytes(mebibytes: mebibytes)
    let difference = zip(image, expected).enumerated().first { $1.0 != $1.1 }?.offset
    try machine.require(difference == nil, "the image differs at byte \(difference ?? 0)")
    try machine.require(image.dropFirst(expected.count).allSatisfy { $0 == 0 }, "nothing was written behind it")
  }
}

/// What the guest kernel writes to a disk for a seed (guest-pv-kernel/Kernel/DiskStream.swift): SplitMix64's numbers.
struct DiskPattern {
  let seed: UInt64

  func bytes(mebibytes: Int) -> [UInt8] {
    var state = seed
    var bytes: [UInt8] = []
    bytes.reserveCapacity(mebibytes << 20)
    for _ in 0..<mebibytes << 17 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
      z ^= z >> 31
      for shift in stride(from: UInt64(0), to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: z >> shift)) }
    }
    return bytes
  }
}
