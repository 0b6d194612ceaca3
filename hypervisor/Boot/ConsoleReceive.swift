/// What comes from the serial console: what is typed, for domain 0 or for the debug keys.
extension Handle where Object == MachineState {
  /// Has the UART interrupt.
  func enableConsole() {
    guard object.options.console == .com1 else { return }
    while SerialPort.com1.read() != nil {}
    routeConsole()
    guard object.consoleInterrupt != .none else {
      object.hypervisor.log(.warning, "no interrupt controller has the serial port's line: the console takes no input")
      return
    }
    startConsoleInterrupts()
  }

  /// The times that an interrupt is served in a row: more would be a UART that is broken.
  private static var serviceLimit: Int { 64 }

  /// Takes what has been typed and sends what waits, until the UART has nothing more to tell: its line is triggered by an
  /// edge, and there is none while it stays up.
  func serveConsole() {
    var count = 0
    repeat {
      readConsole()
      transmit()
      count &+= 1
    } while (object.output.early.count > 0 || SerialPort.com1.hasInterrupt) && count < Self.serviceLimit
  }

  private func readConsole() {
    while let byte = takeTyped() {
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

  /// The next typed byte, in the order of typing.
  private func takeTyped() -> UInt8? {
    guard object.output.early.count > 0 else { return SerialPort.com1.read() }
    let byte = object.output.early[0]
    object.output.early.drop(1)
    return byte
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
