/// One reading of the CMOS clock's registers (Motorola MC146818A data sheet; the century byte as ACPI's FADT names it,
/// nearly always 0x32). The reader takes two that agree, with no update in progress between them.
package struct RealTimeClockReading: Equatable, BitwiseCopyable {
  /// Register 0x00.
  package var seconds: UInt8
  /// Register 0x02.
  package var minutes: UInt8
  /// Register 0x04; in the 12-hour form bit 7 is the afternoon.
  package var hours: UInt8
  /// Register 0x07: the day of the month.
  package var day: UInt8
  /// Register 0x08.
  package var month: UInt8
  /// Register 0x09: the year within its century.
  package var year: UInt8
  /// The century's register, 0 or nonsense where there is none.
  package var century: UInt8
  /// Status register B: bit 1 the 24-hour form, bit 2 binary and not BCD.
  package var statusB: UInt8

  package init(
    seconds: UInt8, minutes: UInt8, hours: UInt8, day: UInt8, month: UInt8, year: UInt8, century: UInt8, statusB: UInt8
  ) {
    self.seconds = seconds
    self.minutes = minutes
    self.hours = hours
    self.day = day
    self.month = month
    self.year = year
    self.century = century
    self.statusB = statusB
  }

  /// The time of day that the registers tell, taken as UTC; nil where they hold no date.
  ///
  /// They count whole seconds: the middle of one is off by half a second at most, its beginning by a whole.
  package var wallTime: WallTime? {
    guard let second = number(seconds), second < 60, let minute = number(minutes), minute < 60, let hour = hourOfDay,
      let day = number(day), let month = number(month), month >= 1, month <= 12, let year = fullYear,
      day >= 1, day <= Self.days(in: month, of: year)
    else { return nil }
    let time = (hour &* 60 &+ minute) &* 60 &+ second
    return WallTime(
      seconds: Self.daysSince1970(year: year, month: month, day: day) &* 86_400 &+ time, nanoseconds: 500_000_000)
  }

  /// The value of a register, BCD or binary; nil for a digit past 9.
  private func number(_ register: UInt8) -> UInt64? {
    if statusB & 1 << 2 != 0 { return UInt64(register) }
    let tens = register >> 4
    let ones = register & 15
    return tens <= 9 && ones <= 9 ? UInt64(tens) &* 10 &+ UInt64(ones) : nil
  }

  private var hourOfDay: UInt64? {
    if statusB & 1 << 1 != 0 {
      guard let hour = number(hours), hour < 24 else { return nil }
      return hour
    }
    guard let hour = number(hours & 0x7F), hour >= 1, hour <= 12 else { return nil }
    return hour % 12 &+ (hours & 0x80 != 0 ? 12 : 0)
  }

  /// The year with its century; where the century's register is no use, from 1970 to 2069.
  private var fullYear: UInt64? {
    guard let year = number(year), year < 100 else { return nil }
    if let century = number(century), century >= 19, century <= 22 {
      let full = century &* 100 &+ year
      return full >= 1970 ? full : nil
    }
    return year < 70 ? 2000 &+ year : 1900 &+ year
  }

  private static func isLeap(_ year: UInt64) -> Bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  }

  private static func days(in month: UInt64, of year: UInt64) -> UInt64 {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// The days from the start of 1970 to a date of the Gregorian calendar. Years are counted from March, so that the
  /// leap day is the last of its year.
  private static func daysSince1970(year: UInt64, month: UInt64, day: UInt64) -> UInt64 {
    let year = month <= 2 ? year &- 1 : year
    let month = month <= 2 ? month &+ 9 : month &- 3
    let daysBeforeMonth = (153 &* month &+ 2) / 5
    let daysBeforeYear = year &* 365 &+ year / 4 &- year / 100 &+ year / 400
    return daysBeforeYear &+ daysBeforeMonth &+ day &- 1 &- 719_468  // the days of 1 January 1970 in this count
  }
}
