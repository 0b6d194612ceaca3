#if canImport(XenABI)
  import XenABI
#endif

/// How ticks of the time-stamp counter become nanoseconds: a shift and a 32-bit fraction, the form in which guests get
/// it too (public header `xen.h`, `struct vcpu_time_info`), so that both compute the same time from the same tick.
///
/// The fraction's error is below 2^-31, that is 15 ms a year; but nobody's clock drifts from another's, because all
/// use this scale.
package struct ClockScale: Equatable, BitwiseCopyable {
  /// Nanoseconds a shifted tick, in units of 2^-32; the top bit is set.
  package let multiplier: UInt32
  /// By how many bits ticks are shifted to the left first; negative to the right.
  package let shift: Int8

  /// The scale of a counter; frequencies past 8 GHz lose their low bits, 0 counts as 1 Hz.
  package init(frequency: Hertz) {
    // The divisor is brought into (10^9, 2 * 10^9], so that the quotient has its top bit set.
    var divisor = frequency.rawValue == 0 ? 1 : frequency.rawValue
    var dividend = nanosecondsPerSecond << 32
    var shift: Int8 = 0
    while divisor <= nanosecondsPerSecond {
      divisor &<<= 1
      shift &+= 1
    }
    while divisor > dividend >> 31 {
      shift &-= 1
      if shift >= -2 { dividend &<<= 1 } else { divisor = divisor &>> 1 &+ divisor & 1 }
    }
    multiplier = UInt32(truncatingIfNeeded: dividend / divisor)
    self.shift = shift
  }

  /// The time that `ticks` take, rounded down. Never less for more ticks, and for two distances in a row never more
  /// than for both together: a clock that is read from a later base does not go backwards.
  @inline(__always)
  package func nanoseconds(_ ticks: TSCTicks) -> Nanoseconds {
    let shifted = shift >= 0 ? ticks.rawValue &<< UInt64(shift) : ticks.rawValue &>> UInt64(-shift)
    let product = shifted.multipliedFullWidth(by: UInt64(multiplier))
    return Nanoseconds(product.high &<< 32 | product.low &>> 32)
  }

  /// The fewest ticks that take `duration` or longer; `never` where the counter would overflow.
  package func ticks(_ duration: Nanoseconds) -> TSCTicks {
    // ceil(duration * 2^32 / multiplier), by long division in base 2^32.
    let divisor = UInt64(multiplier)
    let high = duration.rawValue / divisor
    let rest = (duration.rawValue % divisor) &<< 32
    let low = rest / divisor
    let roundUp: UInt64 = rest % divisor == 0 ? 0 : 1
    guard high < 1 << 31 else { return .never }
    let shifted = (high &<< 32) &+ low &+ roundUp
    guard shift < 0 else {
      let mask = 1 &<< UInt64(shift) &- 1
      return TSCTicks(shifted &>> UInt64(shift) &+ (shifted & mask == 0 ? 0 : 1))
    }
    let ticks = shifted &<< UInt64(-shift)
    return ticks &>> UInt64(-shift) == shifted ? TSCTicks(ticks) : .never
  }
}

/// The nanoseconds of a second.
let nanosecondsPerSecond: UInt64 = 1_000_000_000
