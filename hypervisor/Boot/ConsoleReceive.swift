/// What comes from the serial console: what is typed, for domain 0 or for the debug keys.
extension Handle where Object == MachineState {
  /// Has the UART interrupt.
  func enableConsole() {
    guard object.options.console.contains(.com1) else { return }
    while lineStatus.hasByte { _ = SerialPort.com1.take() }
    object.output.hasLostInput = false
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
    } while !object.output.leavesInput && (!object.output.early.isEmpty || SerialPort.com1.hasInterrupt)
      && count < Self.serviceLimit
  }

  /// The line's status; what it tells once is kept.
  var lineStatus: SerialPort.Status {
    let status = SerialPort.com1.status
    if status.hasLost { object.output.hasLostInput = true }
    return status
  }

  private func readConsole() {
    while object.input.isHypervisors || object.hypervisor.object.consoleInput.hasRoom {
      guard let byte = takeTyped() else {
        // What was on its way is in: the lost bytes come behind it.
        if object.output.hasLostInput { tellOfLoss() }
        return
      }
      switch object.input.accept(byte) {
      case .switched:
        // Domain 0 is to know: it hides its prompt, and shows it again.
        object.hypervisor.consoleReceived(byte)
        sayWhoListens()
      case .forward where object.input.isHypervisors: debugKey(byte)
      case .forward: object.hypervisor.consoleReceived(byte)
      case .counted: break
      }
    }
    leaveInput(true)
  }

  private func tellOfLoss() {
    object.output.hasLostInput = false
    object.hypervisor.consoleLost()
  }

  /// Has what is typed stay on the line, or come in: a line that waits keeps it.
  private func leaveInput(_ leaves: Bool) {
    guard object.output.leavesInput != leaves else { return }
    object.output.leavesInput = leaves
    SerialPort.com1.setRequestToSend(!leaves)
    SerialPort.com1.enableInterrupts(receive: !leaves, transmit: object.output.asksForMore)
  }

  /// There is room again for what was left on the line.
  func takeUpConsoleInput() {
    guard object.output.leavesInput else { return }
    leaveInput(false)
    serveConsole()
  }

  /// The next typed byte, in the order of typing.
  private func takeTyped() -> UInt8? {
    if let byte = object.output.early.next() { return byte }
    return lineStatus.hasByte ? SerialPort.com1.take() : nil
  }

  private func sayWhoListens() {
    if object.input.isHypervisors {
      object.hypervisor.show("input goes to the hypervisor: h for help, Ctrl-A three times to go back to domain 0")
    } else {
      object.hypervisor.show("input goes to domain 0: Ctrl-A three times for the hypervisor")
    }
  }
}
