import Rig
import Testing

/// Physical interrupts as event channels: the lines and messages of real devices' models.
@Suite struct DeviceInterruptTests {
  @Test func reachDomainZeroByLineAndByMessage() async throws {
    var machine = MachineConfiguration(.qemu, modules: [BootModule(BuiltFiles.path("devices.elf"))])
    machine.hardware = ["-device", "edu", "-device", "virtio-rng-pci,disable-modern=on"]
    try await Machine.boot(machine) { machine in
      try await machine.expect("end of the test")
      for name in [
        "memory.hidden", "line.mapped", "line.quiet", "msi.arrives round 3", "msix.refused", "msix.arrives round 3",
      ] {
        try await machine.expect("PASS \(name)")
      }
      try machine.reject("FAIL", "a step that failed")
      try await machine.expectEnd(status: ExitStatus.poweredOff)
    }
  }
}
