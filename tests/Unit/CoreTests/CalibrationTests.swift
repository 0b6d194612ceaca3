import Testing
import XenABI

@testable import Core

@Suite struct CalibrationTests {
  private func sample(_ before: UInt64, _ count: UInt64, _ after: UInt64) -> CalibrationSample {
    CalibrationSample(before: TSCTicks(before), count: count, after: TSCTicks(after))
  }

  @Test func takesTheQuickestSample() {
    var quickest = QuickestSample()
    #expect(quickest.sample == nil)
    quickest.offer(sample(100, 1, 400))
    quickest.offer(sample(500, 2, 520))
    quickest.offer(sample(600, 3, 620))
    quickest.offer(sample(700, 4, 900))
    #expect(quickest.sample == sample(500, 2, 520))
  }

  @Test func countersWrap() {
    let timer = ReferenceCounter.powerManagementTimer(is32Bit: false)
    #expect(timer.distance(from: 0xFF_FFFF, to: 4) == 5)
    #expect(ReferenceCounter.powerManagementTimer(is32Bit: true).distance(from: 0xFFFF_FFFE, to: 1) == 3)
    #expect(ReferenceCounter.intervalTimer.distance(from: 0xFFFF, to: 0xFFF0) == 15)
    #expect(ReferenceCounter.intervalTimer.distance(from: 2, to: 0xFFFF) == 3)
    #expect(ReferenceCounter.hpet(period: 10_000_000, is64Bit: true)?.frequency == Hertz(100_000_000))
    #expect(ReferenceCounter.hpet(period: 69_841_279, is64Bit: false)?.frequency == Hertz(14_318_180))
    #expect(ReferenceCounter.hpet(period: 0, is64Bit: true) == nil)
    #expect(ReferenceCounter.hpet(period: 100_000_001, is64Bit: true) == nil)
  }

  @Test func measuresWithinItsDoubt() throws {
    for hertz in [1_000_000_000, 2_399_987_654, 5_123_456_789] as [UInt64] {
      let timer = ReferenceCounter.powerManagementTimer(is32Bit: false)
      let counts: UInt64 = 3_579_545 / 20
      let ticks = UInt64(Double(counts) / 3_579_545 * Double(hertz))
      let start = sample(1000, 0xFF_FF00, 1400)
      let end = sample(1000 + ticks, (0xFF_FF00 + counts) & 0xFF_FFFF, 1400 + ticks)
      let calibration = try #require(Calibration(from: start, to: end, against: timer))
      let difference = Double(calibration.frequency.rawValue) - Double(hertz)
      #expect(abs(difference) / Double(hertz) * 1e6 <= Double(calibration.uncertainty))
      #expect(calibration.uncertainty < 20)
    }
  }

  @Test func longIntervalsDoNotOverflow() throws {
    let hpet = try #require(ReferenceCounter.hpet(period: 1_000_000, is64Bit: true))
    let start = sample(0, 0, 0)
    let end = sample(600 * 3_000_000_000, 600_000_000_000, 600 * 3_000_000_000)
    let frequency = try #require(Calibration(from: start, to: end, against: hpet)).frequency
    #expect(frequency.rawValue > 2_999_900_000 && frequency.rawValue < 3_000_100_000)
  }

  @Test func refusesAStoppedCounter() {
    let timer = ReferenceCounter.intervalTimer
    #expect(Calibration(from: sample(0, 7, 10), to: sample(1000, 7, 1010), against: timer) == nil)
    #expect(Calibration(from: sample(1000, 7, 1010), to: sample(0, 3, 10), against: timer) == nil)
  }
}
