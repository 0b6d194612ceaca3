#if canImport(XenABI)
  import XenABI
#endif

/// Numbers as people read them.
enum Quantity {
  /// Frames in MiB, to the nearest.
  static func mebibytes(frames: UInt64) -> UInt64 { (frames &+ 128) >> 8 }

  /// Seconds with one decimal.
  static func seconds(_ time: Nanoseconds) -> String {
    let tenths = time.rawValue / 100_000_000
    return "\(tenths / 10).\(tenths % 10)"
  }

  /// So many a second, to the nearest.
  static func perSecond(_ count: UInt64, in time: Nanoseconds) -> UInt64 {
    let milliseconds = time.rawValue / 1_000_000
    if milliseconds == 0 { return 0 }
    let (product, overflow) = count.multipliedReportingOverflow(by: 1000)
    return overflow ? count / max(milliseconds / 1000, 1) : (product &+ milliseconds / 2) / milliseconds
  }

  /// A time as a share of another, in percent with one decimal.
  static func percent(_ part: Nanoseconds, of whole: Nanoseconds) -> String {
    let unit = max(whole.rawValue / 1000, 1)
    let tenths = (part.rawValue &+ unit / 2) / unit
    return "\(tenths / 10).\(tenths % 10)"
  }

  /// Days where there are any, hours, minutes and seconds.
  static func duration(_ time: Nanoseconds) -> String {
    let seconds = time.rawValue / 1_000_000_000
    let clock = "\(twoDigits(seconds / 3600 % 24)):\(twoDigits(seconds / 60 % 60)):\(twoDigits(seconds % 60))"
    let days = seconds / 86_400
    return days == 0 ? clock : days == 1 ? "1 day \(clock)" : "\(days) days \(clock)"
  }

  /// Megahertz with three decimals.
  static func megahertz(_ kilohertz: UInt64) -> String {
    let fraction = kilohertz % 1000
    let zeros = fraction < 10 ? "00" : fraction < 100 ? "0" : ""
    return "\(kilohertz / 1000).\(zeros)\(fraction) MHz"
  }

  private static func twoDigits(_ value: UInt64) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
