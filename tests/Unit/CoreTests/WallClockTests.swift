import Testing
import XenABI

@testable import Core

@Suite struct WallClockTests {
  private func reading(
    _ year: UInt8, _ month: UInt8, _ day: UInt8, _ hours: UInt8, _ minutes: UInt8, _ seconds: UInt8,
    century: UInt8 = 0x20, statusB: UInt8 = 2
  ) -> RealTimeClockReading {
    RealTimeClockReading(
      seconds: seconds, minutes: minutes, hours: hours, day: day, month: month, year: year, century: century,
      statusB: statusB)
  }

  /// The registers tell when a second began; it is half over at the best guess.
  private func middle(of second: UInt64) -> WallTime { WallTime(seconds: second, nanoseconds: 500_000_000) }

  @Test func readsDecimalDigits() {
    #expect(reading(0x00, 0x01, 0x01, 0x00, 0x00, 0x00).wallTime == middle(of: 946_684_800))
    #expect(reading(0x24, 0x02, 0x29, 0x23, 0x59, 0x59).wallTime == middle(of: 1_709_251_199))
    #expect(reading(0x70, 1, 1, 0, 0, 1, century: 0x19).wallTime == middle(of: 1))
    #expect(reading(0x38, 1, 0x19, 3, 0x14, 8).wallTime == middle(of: 1 << 31))
  }

  @Test func readsBinary() {
    #expect(reading(24, 2, 29, 23, 59, 59, century: 20, statusB: 6).wallTime == middle(of: 1_709_251_199))
  }

  @Test func readsTheTwelveHourForm() {
    let midnight = middle(of: 946_684_800)
    #expect(reading(0, 1, 1, 0x12, 0, 0, statusB: 0).wallTime == midnight)
    #expect(reading(0, 1, 1, 0x92, 0, 0, statusB: 0).wallTime == middle(of: 946_684_800 + 12 * 3600))
    #expect(reading(0, 1, 1, 0x93, 0, 0, statusB: 0).wallTime == nil)
    #expect(reading(0, 1, 1, 0x81, 0, 0, statusB: 0).wallTime == middle(of: 946_684_800 + 13 * 3600))
    #expect(reading(0, 1, 1, 0x80 | 11, 0, 0, statusB: 4).wallTime == middle(of: 946_684_800 + 23 * 3600))
    #expect(reading(0, 1, 1, 0x00, 0, 0, statusB: 0).wallTime == nil)
  }

  @Test func guessesTheCentury() {
    let expected = reading(0x24, 2, 0x28, 0, 0, 0).wallTime
    #expect(reading(0x24, 2, 0x28, 0, 0, 0, century: 0).wallTime == expected)
    #expect(reading(0x24, 2, 0x28, 0, 0, 0, century: 0xFF).wallTime == expected)
    #expect(reading(0x99, 1, 1, 0, 0, 0, century: 0).wallTime == middle(of: 915_148_800))
  }

  @Test func refusesWhatIsNoDate() {
    #expect(reading(0x23, 2, 0x29, 0, 0, 0).wallTime == nil)
    #expect(reading(0x24, 0x13, 1, 0, 0, 0).wallTime == nil)
    #expect(reading(0x24, 0, 1, 0, 0, 0).wallTime == nil)
    #expect(reading(0x24, 4, 0x31, 0, 0, 0).wallTime == nil)
    #expect(reading(0x24, 4, 0, 0, 0, 0).wallTime == nil)
    #expect(reading(0x24, 1, 1, 0x24, 0, 0).wallTime == nil)
    #expect(reading(0x24, 1, 1, 0, 0x60, 0).wallTime == nil)
    #expect(reading(0x24, 1, 1, 0, 0, 0x0A).wallTime == nil)
    #expect(reading(0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF).wallTime == nil)
    #expect(reading(0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, statusB: 0xFF).wallTime == nil)
  }

  @Test func everyDayFollowsTheLast() {
    var expected: UInt64 = 946_684_800
    for year in 2000...2099 {
      for month in 1...12 {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
        for day in 1...days {
          let date = reading(UInt8(year - 2000), UInt8(month), UInt8(day), 0, 0, 0, century: 20, statusB: 6)
          #expect(date.wallTime?.seconds == expected)
          expected += 86_400
        }
      }
    }
  }

  @Test func goesBackToTheStartOfSystemTime() {
    let now = WallTime(seconds: 100, nanoseconds: 5)
    #expect(now.going(back: Nanoseconds(5)) == WallTime(seconds: 100))
    #expect(now.going(back: Nanoseconds(6)) == WallTime(seconds: 99, nanoseconds: 999_999_999))
    #expect(now.going(back: .seconds(100)) == WallTime(seconds: 0, nanoseconds: 5))
    #expect(now.going(back: .seconds(101)) == WallTime(seconds: 0))
  }
}
