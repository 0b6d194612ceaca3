#if canImport(CMachine)
  import CMachine
#endif

/// A counter of the machine against which the time-stamp counter is measured.
enum ReferenceSource: BitwiseCopyable {
  case hpet(registers: UInt)
  case powerManagementTimer(port: UInt16)
  case intervalTimer

  func read() -> UInt64 {
    switch self {
    case .hpet(let registers): return UInt64(apus_load32(registers &+ 0xF0))
    case .powerManagementTimer(let port): return UInt64(apus_in32(port))
    case .intervalTimer:
      apus_out8(0x43, 0x80)  // latch channel 2
      let low = UInt64(apus_in8(0x42))
      return low | UInt64(apus_in8(0x42)) << 8
    }
  }
}

/// Finds the time: how fast the counters run, and what the clock on the wall says.
struct TimeSetup {
  let source: ReferenceSource
  let counter: ReferenceCounter
  /// What is measured against, in words.
  let name: StaticString

  /// The best reference there is: HPET, PM timer, PIT.
  init(_ firmware: FirmwareTables, _ map: DirectMap) {
    if let place = firmware.hpet, MachineRange.controllers.contains(place) {
      let registers = map.base &+ UInt(place.rawValue)
      let period = apus_load32(registers &+ 4)
      if let hpet = ReferenceCounter.hpet(period: period, is64Bit: false) {
        apus_store32(registers &+ 0x10, apus_load32(registers &+ 0x10) | 1)
        source = .hpet(registers: registers)
        counter = hpet
        name = "HPET"
        return
      }
    }
    if firmware.pmTimerPort != 0 {
      source = .powerManagementTimer(port: firmware.pmTimerPort)
      counter = .powerManagementTimer(is32Bit: firmware.pmTimerIsWide)
      name = "PM timer"
      return
    }
    // Channel 2, gate on, speaker off, mode 0 from the top.
    apus_out8(0x61, apus_in8(0x61) & ~2 | 1)
    apus_out8(0x43, 0xB0)
    apus_out8(0x42, 0xFF)
    apus_out8(0x42, 0xFF)
    source = .intervalTimer
    counter = .intervalTimer
    name = "PIT"
  }

  private func sample() -> CalibrationSample? {
    var best = QuickestSample()
    var tries = 0
    while tries < 8 {
      let before = TSCTicks(apus_rdtsc())
      let count = source.read()
      let after = TSCTicks(apus_rdtsc())
      best.offer(CalibrationSample(before: before, count: count, after: after))
      tries &+= 1
    }
    return best.sample
  }

  /// Measures the time-stamp counter, and meanwhile the APIC's timer.
  ///
  /// - Returns: the counter's frequency, and the APIC timer's ticks in 2^20 ns.
  func measure(_ apic: HostAPIC) throws(BootRefusal) -> (frequency: Hertz, timerTicks: UInt64) {
    let interval = counter.frequency.rawValue / 50  // 20 ms
    apic.startMeasurement()
    guard let start = sample() else { throw BootRefusal("no sample of the reference clock") }
    let timerStart = apic.measured
    var patience = 50_000_000
    while counter.distance(from: start.count, to: source.read()) < interval {
      patience &-= 1
      if patience == 0 { throw BootRefusal("the \(name) stands still: expected it to count") }
    }
    guard let end = sample() else { throw BootRefusal("no sample of the reference clock") }
    let timerEnd = apic.measured
    guard let calibration = Calibration(from: start, to: end, against: counter) else {
      throw BootRefusal("the time-stamp counter does not move with the \(name): expected 20 ms to be many ticks")
    }
    let ticks = end.middle.since(start.middle).rawValue
    let elapsed = ClockScale(frequency: calibration.frequency).nanoseconds(TSCTicks(ticks)).rawValue
    let timer = UInt64(timerEnd &- timerStart)
    return (calibration.frequency, (timer << 20) / max(elapsed, 1))
  }

  /// The time of day from the CMOS clock; 1970 where it holds none.
  static func readClock(centuryRegister: UInt8) -> WallTime? {
    func register(_ number: UInt8) -> UInt8 {
      apus_out8(0x70, number)
      return apus_in8(0x71)
    }
    func reading() -> RealTimeClockReading {
      RealTimeClockReading(
        seconds: register(0), minutes: register(2), hours: register(4), day: register(7), month: register(8),
        year: register(9), century: centuryRegister == 0 ? 0 : register(centuryRegister), statusB: register(0x0B))
    }
    var tries = 0
    while tries < 1000 {
      if register(0x0A) & 0x80 == 0 {  // no update under way
        let first = reading()
        if register(0x0A) & 0x80 == 0, reading() == first { return first.wallTime }
      }
      tries &+= 1
    }
    return nil
  }
}
