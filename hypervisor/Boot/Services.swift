#if canImport(CMachine)
  import CMachine
#endif

/// What Core asks of the machine, done by the machine.
var services: MachineServices {
  MachineServices(
    readTSC: { apus_rdtsc() },
    writeConsole: { byte in PerCPU.machine.writeConsole(byte) },
    consoleHasRoom: { PerCPU.machine.consoleHasRoom() },
    consoleTaken: { PerCPU.machine.takeUpConsoleInput() },
    maskInterrupt: { line, isMasked in PerCPU.machine.object.ioAPIC(of: line)?.setMask(line, isMasked) },
    interruptMode: { line in PerCPU.machine.object.interruptMode(line) },
    routeInterrupt: { line, isLevel, isLow in PerCPU.machine.object.route(line, isLevel: isLevel, isLow: isLow) },
    routeMessage: { slot, function, table, entry in
      PerCPU.machine.routeMessage(slot, function: function, table: table, entry: entry)
    },
    unrouteMessage: { slot in PerCPU.machine.unrouteMessage(slot) },
    setTimer: { deadline in PerCPU.machine.object.setTimer(TSCTicks(deadline)) },
    endMachine: { isPowerOff in PerCPU.machine.end(powerOff: isPowerOff) },
    layout: layoutServices)
}

extension MachineState {
  /// The controller that has a line, by its global number.
  func ioAPIC(of line: UInt32) -> IOAPIC? {
    var index = 0
    while index < ioAPICs.count {
      if let controller = ioAPICs[index], controller.has(line) { return controller }
      index &+= 1
    }
    return nil
  }

  /// How firmware says that a line is signalled. The console's line, and lines without a vector, are not to be had.
  func interruptMode(_ line: UInt32) -> UInt8 {
    guard line < UInt32(HostVector.interruptCount), ioAPIC(of: line) != nil else { return InterruptMode.unavailable }
    guard consoleInterrupt != .global(line) else { return InterruptMode.unavailable }
    let signal = firmware.signal(of: line)
    return (signal.isLevel ? InterruptMode.levelTriggered.rawValue : 0)
      | (signal.isLow ? InterruptMode.activeLow.rawValue : 0)
  }

  /// Sends a line to this CPU, masked at first.
  func route(_ line: UInt32, isLevel: Bool, isLow: Bool) -> Bool {
    guard interruptMode(line) != InterruptMode.unavailable, let controller = ioAPIC(of: line) else { return false }
    controller.route(
      line, to: HostVector.interruptBase &+ UInt8(truncatingIfNeeded: line), apic: apic.id, isLevel: isLevel,
      isLow: isLow)
    return true
  }

  /// Sets the APIC's timer. Where it counts down, the count is rounded up, and cut to what it holds: whoever set the
  /// timer looks at the clock when it fires, and sets it again.
  func setTimer(_ deadline: TSCTicks) {
    if apic.usesDeadline {
      // 0 stops it; a deadline that has passed fires at once.
      apic.setDeadline(deadline == .never ? 0 : max(deadline.rawValue, 1))
      return
    }
    guard deadline != .never else {
      apic.setCount(0)
      return
    }
    let left = deadline.since(TSCTicks(apus_rdtsc()))
    let time = hypervisor.object.clock.scale.nanoseconds(left).rawValue
    let product = time.multipliedFullWidth(by: timerTicksPerMegananosecond)
    let ticks = product.high >> 20 != 0 ? UInt64.max : product.high << 44 | product.low >> 20
    apic.setCount(ticks >= UInt64(UInt32.max) ? .max : UInt32(ticks) &+ 1)
  }
}
