/// What is typed at the serial console: for domain 0, or for the debug keys.
extension Handle where Object == MachineState {
  /// Has the UART interrupt for what is typed, by its ISA line.
  func enableConsoleInput() {
    guard object.options.console == .com1 else { return }
    let line = object.firmware.isaInterrupt(SerialPort.interruptLine)
    guard line.interrupt < UInt32(HostVector.interruptCount), let controller = object.ioAPIC(of: line.interrupt) else {
      object.hypervisor.log(.warning, "no interrupt controller has the serial port's line: the console takes no input")
      return
    }
    while SerialPort.com1.read() != nil {}
    controller.route(
      line.interrupt, to: HostVector.interruptBase &+ UInt8(truncatingIfNeeded: line.interrupt), apic: object.apic.id,
      isLevel: line.isLevel, isLow: line.isLow)
    controller.setMask(line.interrupt, false)
    SerialPort.com1.enableReceiveInterrupt()
  }

  /// Takes what has been typed.
  func readConsole() {
    while let byte = SerialPort.com1.read() {
      switch object.input.accept(byte) {
      case .held: break
      case .switched: sayWhoListens()
      case .forward(var held):
        if object.input.isHypervisors {
          debugKey(byte)
          break
        }
        while held > 0 {
          object.hypervisor.consoleReceived(1)
          held &-= 1
        }
        object.hypervisor.consoleReceived(byte)
      }
    }
  }

  private func sayWhoListens() {
    if object.input.isHypervisors {
      object.hypervisor.show("input goes to the hypervisor: h for help, Ctrl-A three times to go back to domain 0")
    } else {
      object.hypervisor.show("input goes to domain 0: Ctrl-A three times for the hypervisor")
      // It shows its prompt again, below what the debug keys have shown.
      object.hypervisor.raiseGlobal(.consoleRing)
    }
  }
}
