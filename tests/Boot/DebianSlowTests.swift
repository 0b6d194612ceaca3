import Foundation
import Rig
import Testing

/// A whole Debian as a guest: systemd and its services, on a disk of its own, from which GRUB boots it. GRUB is a PVH
/// guest and hands the machine over to the kernel.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["APUS_SLOW"] != nil, "make test-slow runs it"), .serialized)
struct DebianSlowTests {
  private static let image = BuiltFiles.path("linux/debian.img")
  private static var isThere: Bool { FileManager.default.fileExists(atPath: image) && GrubGuest.isThere }

  @Test(.enabled(if: DebianSlowTests.isThere, "tools/linux/debian.sh could not make it"))
  func bootsFromItsOwnDisk() async throws {
    let grub = try GrubGuest.kernel(
      running: "set root=(xen/xvda)\nconfigfile /boot/grub/grub.cfg\nhalt\n", with: "configfile linux ext2")
    let definition = BootModule.file(
      "debian.cfg", "name = \"debian\"\nkernel = \"grub.elf\"\nmemory = 640\ndisk = [ \"vda,raw,xvda,w\" ]\n")
    var machine = MachineConfiguration(
      .qemu, memory: 1024, modules: [.dom0(), definition, grub], limit: .seconds(1800))
    machine.disks = [Disk(.copy(of: Self.image))]
    try await Machine.boot(machine, label: "debian") { machine in
      try await machine.expect(Lines.prompt)
      try await machine.create("debian.cfg", name: "debian")
      var mark = machine.now
      machine.send("console debian\r")
      try await machine.expect("debian login: ", since: mark, within: .seconds(600))
      machine.send("root\r")
      try await machine.expect("root@debian", since: mark, within: .seconds(60))
      mark = machine.now
      machine.send("systemctl is-system-running --wait; dmesg | grep -cE 'WARNING: CPU:|BUG:|Call Trace'\r")
      try await machine.expect(
        /running\n0\n/, since: mark, within: .seconds(300), "a system that runs, and no complaint")
      // Files written are there after the next boot, from a file system that was left as it should be.
      machine.send("sha256sum /usr/bin/* >/root/sums && reboot\r")
      try await machine.expect("debian ended: reboot; it is built anew", since: mark, within: .seconds(240))
      mark = machine.now
      try await machine.expect("[debian] GRUB boots Debian from its own disk", since: mark, within: .seconds(180))
      machine.send("console debian\r")
      try await machine.expect("debian login: ", since: mark, within: .seconds(600))
      machine.send("root\r")
      try await machine.expect("root@debian", since: mark, within: .seconds(60))
      mark = machine.now
      machine.send("sha256sum -c --quiet /root/sums && echo all $((1 + 1)) sums\r")
      try await machine.expect("all 2 sums", since: mark, within: .seconds(240))
      mark = machine.now
      machine.send("poweroff\r")
      try await machine.expect("debian ended: poweroff; it is taken apart", since: mark, within: .seconds(240))
      try await machine.command("audit", expecting: "no faults")
      try await powerOff(machine)
    }
  }
}
