#if canImport(XenABI)
  import XenABI
#endif

/// How system time follows from the time-stamp counter at one moment (public header `xen.h`, `vcpu_time_info`).
struct ClockScale: BitwiseCopyable {
  var timeStamp: UInt64
  var systemTime: UInt64
  var multiplier: UInt32
  var shift: Int8

  /// System time at a reading of the counter: 64.32 fixed-point, as the header defines it.
  func systemTime(at ticks: TSCTicks) -> Nanoseconds {
    var delta = ticks.rawValue &- timeStamp
    if shift >= 0 { delta <<= UInt64(shift) } else { delta >>= UInt64(-Int(shift)) }
    let product = delta.multipliedFullWidth(by: UInt64(multiplier))
    return Nanoseconds(systemTime &+ (product.high << 32 | product.low >> 32))
  }

  /// The counter's frequency.
  var frequency: Hertz {
    if multiplier == 0 { return Hertz(0) }
    let billion = (UInt64(1_000_000_000) << 32) / UInt64(multiplier)
    return Hertz(shift >= 0 ? billion >> UInt64(shift) : billion << UInt64(-Int(shift)))
  }
}
