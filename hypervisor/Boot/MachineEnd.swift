#if canImport(CMachine)
  import CMachine
#endif

/// The end of the machine: powered off, or started anew.
extension Handle where Object == MachineState {
  func end(powerOff: Bool) -> Never {
    apus_cli()
    let hypervisor = object.hypervisor
    if powerOff {
      let wait = PerCPU.cpu.object.longestWait.rawValue
      hypervisor.log(.info, "powering off; a timer's interrupt waited for at most \(wait) ns")
      drainConsole()
      if object.leavesEmulator { apus_out8(MachineExit.port, MachineExit.poweredOff.rawValue) }
      object.sleepForGood()
      hypervisor.log(.warning, "the machine can't be powered off by its firmware's tables: it stops here")
    } else {
      hypervisor.log(.info, "restarting the machine")
      drainConsole()
      if object.leavesEmulator { apus_out8(MachineExit.port, MachineExit.restarted.rawValue) }
      object.restart()
    }
    while true { apus_halt() }
  }
}

extension MachineState {
  /// The soft-off state by the ACPI registers (ACPI 4.8.3.2.1, 16.1.7); Bochs's own port where they do nothing.
  fileprivate func sleepForGood() {
    if let type = firmware.sleepType5, firmware.pm1aControl != 0 {
      enterACPIMode()
      sleep(firmware.pm1aControl, type.a)
      if firmware.pm1bControl != 0 { sleep(firmware.pm1bControl, type.b) }
      wait()
    }
    let text: StaticString = "Shutdown"
    var index = 0
    while index < text.utf8CodeUnitCount {
      unsafe apus_out8(0x8900, text.utf8Start[index])  // below the string's own count
      index &+= 1
    }
    wait()
  }

  /// Hands the power registers over from the firmware, where it still has them (ACPI 16.3.1): SCI_EN is bit 0.
  private func enterACPIMode() {
    guard apus_in16(firmware.pm1aControl) & 1 == 0, firmware.smiCommandPort != 0, firmware.acpiEnable != 0 else {
      return
    }
    apus_out8(firmware.smiCommandPort, firmware.acpiEnable)
    var patience = 100_000
    while apus_in16(firmware.pm1aControl) & 1 == 0, patience > 0 {
      apus_pause()
      patience &-= 1
    }
  }

  /// SLP_TYP is bits 12:10, SLP_EN bit 13.
  private func sleep(_ port: UInt16, _ type: UInt16) {
    apus_out16(port, apus_in16(port) & ~0x3C00 | (type & 7) << 10 | 1 << 13)
  }

  /// The reset register (ACPI 4.8.3.6), the keyboard controller's pulse on the reset line, a triple fault.
  fileprivate func restart() {
    if firmware.resetPort != 0 {
      apus_out8(firmware.resetPort, firmware.resetValue)
      wait()
    }
    var patience = 100_000
    while apus_in8(0x64) & 2 != 0, patience > 0 { patience &-= 1 }
    apus_out8(0x64, 0xFE)
    wait()
    // With an empty table an interrupt finds no handler, nor does the double fault that this is.
    var operand = InlineArray<2, UInt64>(repeating: 0)
    unsafe withUnsafeMutablePointer(to: &operand) { apus_lidt(UInt(bitPattern: $0)) }  // lives through the call
    apus_raise_nmi()
  }

  /// Time for the machine to do what it was told.
  private func wait() {
    var patience = 1_000_000
    while patience > 0 {
      apus_pause()
      patience &-= 1
    }
  }
}
