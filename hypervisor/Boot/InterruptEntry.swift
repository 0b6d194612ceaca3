#if canImport(CMachine)
  import CMachine
#endif

/// Every host exception and interrupt comes here from its stub.
///
/// Interrupts are let in at two places only, the window after an exit and the idle loop, so that nothing of Core is
/// ever interrupted half-way. An NMI and a machine check come when they like, also in the midst of a change to a queue:
/// the one only leaves a mark for the run loop, the other ends the machine.
@c(trap_entry) func trapEntry(_ stack: UInt) {
  // The stub has just built the frame on this stack, and hands over where.
  let frame = unsafe UnsafeMutablePointer<TrapFrame>(bitPattern: stack).unsafelyUnwrapped
  let vector = unsafe UInt8(truncatingIfNeeded: frame.pointee.vector)
  switch vector {
  case HostVector.timer:
    PerCPU.machine.object.apic.endInterrupt()
    let cpu = PerCPU.cpu
    cpu.object.timerFired(at: cpu.object.hypervisor.now)
  case HostVector.interruptBase..<(HostVector.interruptBase &+ HostVector.interruptCount):
    deviceInterrupt(UInt32(vector &- HostVector.interruptBase))
  case HostVector.messageBase..<(HostVector.messageBase &+ HostVector.messageCount):
    PerCPU.machine.object.apic.endInterrupt()
    PerCPU.machine.object.hypervisor.messageArrived(UInt32(vector &- HostVector.messageBase))
  case HostVector.legacyBase..<(HostVector.legacyBase &+ 16):
    if PerCPU.machine.endLegacyInterrupt(vector) { PerCPU.machine.serveConsole() }
  case HostVector.spurious: return
  case 2:
    if PerCPU.isReady { PerCPU.cpu.object.noteNMI() }
  default:
    unsafe panic(frame.pointee)
  }
}

private func deviceInterrupt(_ interrupt: UInt32) {
  let machine = PerCPU.machine
  if machine.object.consoleInterrupt == .global(interrupt) {
    machine.object.apic.endInterrupt()
    machine.serveConsole()
    return
  }
  // Level-triggered lines are masked by Core until the guest is done with them; then the end of interrupt is free.
  machine.object.hypervisor.interruptArrived(interrupt)
  machine.object.apic.endInterrupt()
}
