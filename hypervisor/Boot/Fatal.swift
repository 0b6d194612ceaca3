#if canImport(CMachine)
  import CMachine
#endif

/// How the hypervisor leaves the machine.
///
/// With `exit=isa-debug` on the command line, QEMU's isa-debug-exit device at port 0xF4 makes QEMU end with a status of
/// twice the value and one. 1 is no such status, since QEMU ends with it where it can't start, nor is 0, with which it ends
/// after a reset that nobody ordered.
enum MachineExit: UInt8 {
  /// A restart: status 3.
  case restarted = 1
  /// An ordered end: status 5.
  case poweredOff = 2
  /// What was asked for can't be had (command line, module, memory, processor): status 33.
  case refused = 0x10
  /// The hypervisor itself failed: status 35.
  case panicked = 0x11

  /// Where the device listens.
  static var port: UInt16 { 0xF4 }
}

/// The first console, before and beside everything else: the serial port, and the display. Before the command line has been
/// understood it is both, whatever the line says: it may be what the line to be shown is about.
enum EarlyConsole {
  @inline(never)
  static func line(_ text: LogText) {
    var screen = PerCPU.isReady ? PerCPU.machine.object.screen : ConsoleScreen()
    write("(apus) ", &screen)
    write(text, &screen)
    write("\r\n", &screen)
    if PerCPU.isReady { PerCPU.machine.object.screen = screen }
  }

  @inline(never)
  private static func write(_ text: LogText, _ screen: inout ConsoleScreen) {
    var index = 0
    while index < text.count {
      SerialPort.com1.write(text.bytes[index])
      screen.write(text.bytes[index])
      index &+= 1
    }
  }
}

/// Stops the CPU for good, or ends QEMU where that was asked for.
func stop(_ exit: MachineExit, leavesEmulator: Bool) -> Never {
  apus_cli()
  if leavesEmulator { apus_out8(MachineExit.port, exit.rawValue) }
  let hint: LogText = "to leave: Ctrl-T x under make run, Ctrl-A x in another QEMU; else switch the machine off"
  if exit == .refused, PerCPU.isReady {
    // Where the refusal was told, and nowhere else.
    PerCPU.machine.object.hypervisor.log(.error, hint)
    PerCPU.machine.drainConsole()
  } else {
    EarlyConsole.line(hint)
  }
  while true { apus_halt() }
}

/// What can't be had ends the boot, or leaves a guest out of it, with one line that says what was expected. The line is
/// written as the error is made: it would be a large thing to hand from caller to caller. Domain 0 finds it in the log.
struct BootRefusal: Error {
  @inline(never)
  init(_ text: LogText) {
    let line: LogText = "cannot start: \(text)"
    if PerCPU.isReady { PerCPU.machine.object.hypervisor.log(.error, line) } else { EarlyConsole.line(line) }
  }
}
