#if canImport(XenABI)
  import XenABI
#endif

/// A counter of known frequency, against which the time-stamp counter is measured.
package struct ReferenceCounter: Equatable, BitwiseCopyable {
  package let frequency: Hertz
  /// The bits after which it wraps, 1 to 64.
  package let bits: UInt8
  package let countsDown: Bool

  package init(frequency: Hertz, bits: UInt8, countsDown: Bool = false) {
    self.frequency = frequency
    self.bits = bits
    self.countsDown = countsDown
  }

  /// ACPI's power-management timer (ACPI 6.5, 4.8.3.3): 24 bits, or 32 where the FADT's TMR_VAL_EXT flag says so.
  package static func powerManagementTimer(is32Bit: Bool) -> Self {
    Self(frequency: Hertz(3_579_545), bits: is32Bit ? 32 : 24)
  }
  /// Channel 2 of the 8254 interval timer in mode 0, loaded with 0xFFFF.
  package static var intervalTimer: Self { Self(frequency: Hertz(1_193_182), bits: 16, countsDown: true) }
  /// The HPET's main counter (IA-PC HPET 1.0a, 2.3.4); nil for a period that the specification forbids.
  /// - Parameters:
  ///   - period: COUNTER_CLK_PERIOD, in femtoseconds: at most 100 ns.
  ///   - is64Bit: COUNT_SIZE_CAP.
  package static func hpet(period: UInt32, is64Bit: Bool) -> Self? {
    guard period > 0, period <= 100_000_000 else { return nil }
    let femtoseconds: UInt64 = 1_000_000_000_000_000
    return Self(
      frequency: Hertz((femtoseconds &+ UInt64(period) / 2) / UInt64(period)), bits: is64Bit ? 64 : 32)
  }

  /// The counts between two readings less than one wrap apart.
  package func distance(from start: UInt64, to end: UInt64) -> UInt64 {
    let difference = countsDown ? start &- end : end &- start
    return bits >= 64 ? difference : difference & (1 &<< UInt64(bits) &- 1)
  }
}

/// A reading of the reference counter between two of the time-stamp counter.
package struct CalibrationSample: Equatable, BitwiseCopyable {
  package let before: TSCTicks
  package let count: UInt64
  package let after: TSCTicks

  package init(before: TSCTicks, count: UInt64, after: TSCTicks) {
    self.before = before
    self.count = count
    self.after = after
  }

  /// The ticks that the reading took, within which the count was true at some time.
  package var latency: TSCTicks { after.since(before) }
  /// The tick that the count is taken for.
  package var middle: TSCTicks { TSCTicks(before.rawValue &+ latency.rawValue / 2) }
}

/// The quickest of the samples it was offered: the one whose reading nothing came between.
package struct QuickestSample: BitwiseCopyable {
  package private(set) var sample: CalibrationSample?

  package init() {}

  package mutating func offer(_ candidate: CalibrationSample) {
    if let sample, sample.latency <= candidate.latency { return }
    sample = candidate
  }
}

/// The time-stamp counter's frequency, as two samples of a reference counter tell it.
package struct Calibration: Equatable, BitwiseCopyable {
  package let frequency: Hertz
  /// By how much the frequency may be wrong for the samples' latencies, in parts per million, rounded up.
  package let uncertainty: UInt64

  /// Nil where the samples lie too near to each other, or out of order.
  package init?(from start: CalibrationSample, to end: CalibrationSample, against reference: ReferenceCounter) {
    let counts = reference.distance(from: start.count, to: end.count)
    let ticks = end.middle.since(start.middle).rawValue
    guard counts > 0, ticks > 0 else { return nil }
    let (product, overflow) = ticks.multipliedReportingOverflow(by: reference.frequency.rawValue)
    // Past 2^64 - a long interval of a fast counter - the low bits of both are below the samples' own error.
    let hertz =
      overflow
      ? (ticks / 4096).multipliedReportingOverflow(by: reference.frequency.rawValue).partialValue / counts &* 4096
      : (product &+ counts / 2) / counts
    guard hertz > 0 else { return nil }
    frequency = Hertz(hertz)
    let doubt = (start.latency.rawValue &+ end.latency.rawValue &+ 1) / 2
    let (parts, tooMany) = doubt.multipliedReportingOverflow(by: 1_000_000)
    uncertainty = tooMany ? 1_000_000 : min(1_000_000, (parts &+ ticks &- 1) / ticks)
  }
}
