/// How the interrupt of the serial console comes to this CPU.
enum ConsoleInterrupt: Equatable, BitwiseCopyable {
  /// Not at all.
  case none
  /// As a global interrupt of the I/O APICs.
  case global(UInt32)
  /// As a line of the 8259 controllers, where there is no I/O APIC that has it.
  case legacy(line: UInt8)
}

extension Handle where Object == MachineState {
  /// Has the UART's line interrupt this CPU: through the I/O APIC that has it, else through the legacy controllers.
  func routeConsole() {
    let line = SerialPort.interruptLine
    let (interrupt, signal) = object.firmware.isaInterrupt(line)
    if interrupt < UInt32(HostVector.interruptCount), let controller = object.ioAPIC(of: interrupt) {
      object.consoleInterrupt = .global(interrupt)
      controller.route(
        interrupt, to: HostVector.interruptBase &+ UInt8(truncatingIfNeeded: interrupt), apic: object.apic.id,
        isLevel: signal.isLevel, isLow: signal.isLow)
      controller.setMask(interrupt, false)
    } else if LegacyInterruptController.open(line) {
      object.consoleInterrupt = .legacy(line: line)
      object.apic.admitLegacyController()
    }
  }

  /// Whether a vector is that of the console's line of the legacy controllers, and if so ends the interrupt there.
  func endLegacyInterrupt(_ vector: UInt8) -> Bool {
    guard case .legacy(let line) = object.consoleInterrupt, vector == HostVector.legacyBase &+ line else {
      return false
    }
    LegacyInterruptController.end(line)
    return true
  }
}
