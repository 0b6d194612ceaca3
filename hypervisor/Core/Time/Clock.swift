#if canImport(XenABI)
  import XenABI
#endif

/// The hypervisor's clock: system time as a function of the time-stamp counter, and the wallclock at its start.
package struct Clock: BitwiseCopyable {
  /// The counter's frequency, as calibrated.
  package let frequency: Hertz
  package let scale: ClockScale
  /// The counter's value at system time 0.
  package let origin: TSCTicks
  /// The time of day at system time 0.
  package let wallTime: WallTime
  /// Whether the counter runs evenly through every power and frequency state (CPUID leaf 0x80000007).
  package let isInvariant: Bool

  package init(frequency: Hertz, origin: TSCTicks, wallTime: WallTime, isInvariant: Bool) {
    self.frequency = frequency
    scale = ClockScale(frequency: frequency)
    self.origin = origin
    self.wallTime = wallTime
    self.isInvariant = isInvariant
  }

  /// System time at a reading of the counter; zero before the clock's start.
  @inline(__always)
  package func systemTime(at reading: TSCTicks) -> Nanoseconds { scale.nanoseconds(reading.since(origin)) }

  /// The first reading of the counter at which system time has reached `time`: what to program a TSC deadline with.
  package func reading(at time: Nanoseconds) -> TSCTicks {
    let ticks = scale.ticks(time)
    let (sum, overflow) = ticks.rawValue.addingReportingOverflow(origin.rawValue)
    return overflow ? .never : TSCTicks(sum)
  }

  /// The time record for a guest whose counter is the machine's plus `offset`, wrapping.
  ///
  /// Any base gives the same time, to the nanosecond that rounding takes: the record stays right until the offset
  /// changes. A later base only keeps the guest's products small.
  package func timeInfo(at reading: TSCTicks, offset: UInt64) -> VCPUTimeInfo {
    VCPUTimeInfo(
      version: 0, timestamp: TSCTicks(reading.rawValue &+ offset), systemTime: systemTime(at: reading),
      multiplier: scale.multiplier, shift: scale.shift, flags: isInvariant ? .stable : VCPUTimeInfo.Flags(rawValue: 0))
  }
}

/// A time of day: seconds and nanoseconds since the start of 1970, UTC.
package struct WallTime: Equatable, BitwiseCopyable {
  package var seconds: UInt64
  package var nanoseconds: UInt32

  package init(seconds: UInt64, nanoseconds: UInt32 = 0) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  /// The time of day `duration` before this one; 1970 at the earliest.
  package func going(back duration: Nanoseconds) -> WallTime {
    let whole = duration.rawValue / nanosecondsPerSecond
    let part = UInt32(truncatingIfNeeded: duration.rawValue % nanosecondsPerSecond)
    let borrows = part > nanoseconds
    let back = whole &+ (borrows ? 1 : 0)
    guard back <= seconds else { return WallTime(seconds: 0) }
    return WallTime(
      seconds: seconds &- back,
      nanoseconds: borrows ? nanoseconds &+ UInt32(nanosecondsPerSecond) &- part : nanoseconds &- part)
  }
}
