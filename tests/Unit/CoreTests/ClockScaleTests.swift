import Testing
import XenABI

@testable import Core

@Suite struct ClockScaleTests {
  static let frequencies: [UInt64] = [
    1, 1000, 32_768, 1_193_182, 25_000_000, 500_000_000, 999_999_999, 1_000_000_000, 1_000_000_001, 1_999_999_999,
    2_000_000_000, 2_000_000_001, 2_399_987_654, 3_000_000_000, 4_000_000_000, 5_800_000_000, 8_000_000_000,
    8_000_000_001, 40_000_000_000,
  ]

  @Test(arguments: frequencies) func isNormalisedAndExact(hertz: UInt64) {
    let scale = ClockScale(frequency: Hertz(hertz))
    #expect(scale.multiplier >> 31 == 1)
    let second = scale.nanoseconds(TSCTicks(hertz)).rawValue
    #expect(second <= 1_000_000_000)
    #expect(second >= 999_999_998 || hertz > 8_000_000_000 && second > 999_999_990)
  }

  @Test func gigahertzIsTheIdentity() {
    let scale = ClockScale(frequency: Hertz(1_000_000_000))
    #expect(scale.multiplier == 1 << 31)
    #expect(scale.shift == 1)
    #expect(scale.nanoseconds(TSCTicks(123_456_789_012)) == Nanoseconds(123_456_789_012))
    #expect(scale.ticks(Nanoseconds(123_456_789_012)) == TSCTicks(123_456_789_012))
  }

  @Test(arguments: frequencies) func ticksAreTheFewest(hertz: UInt64) {
    let scale = ClockScale(frequency: Hertz(hertz))
    var random = SplitMix64(seed: hertz)
    for _ in 0..<2000 {
      let duration = Nanoseconds(
        UInt64.random(in: 0...(1 << 56), using: &random) >> UInt64.random(in: 0...56, using: &random))
      let ticks = scale.ticks(duration)
      guard ticks != .never else { continue }
      #expect(scale.nanoseconds(ticks) >= duration)
      if ticks.rawValue > 0 { #expect(scale.nanoseconds(TSCTicks(ticks.rawValue - 1)) < duration) }
    }
  }

  @Test(arguments: frequencies) func rebasingNeverGoesBack(hertz: UInt64) {
    let scale = ClockScale(frequency: Hertz(hertz))
    var random = SplitMix64(seed: hertz)
    for _ in 0..<2000 {
      let first = UInt64.random(in: 0...(1 << 32), using: &random)
      let second = UInt64.random(in: 0...(1 << 24), using: &random)
      let direct = scale.nanoseconds(TSCTicks(first + second)).rawValue
      let rebased = scale.nanoseconds(TSCTicks(first)).rawValue + scale.nanoseconds(TSCTicks(second)).rawValue
      #expect(rebased <= direct && direct - rebased <= 2)
    }
  }

  @Test func hugeDurationsSaturate() {
    for hertz in Self.frequencies {
      let scale = ClockScale(frequency: Hertz(hertz))
      #expect(scale.ticks(.never) == .never)
    }
    #expect(ClockScale(frequency: Hertz(0)) == ClockScale(frequency: Hertz(1)))
  }

  @Test func guestsComputeTheHypervisorsTime() {
    let clock = Clock(
      frequency: Hertz(2_399_987_654), origin: TSCTicks(5_000_000), wallTime: WallTime(seconds: 1), isInvariant: true)
    let offset = UInt64(bitPattern: -77_000_000)
    let info = clock.timeInfo(at: TSCTicks(9_000_000_000), offset: offset)
    #expect(info.flags == .stable)
    for later in [UInt64(0), 1, 1000, 123_456_789, 98_765_432_109] {
      let reading = TSCTicks(9_000_000_000 + later)
      let delta = (reading.rawValue &+ offset) &- info.timestamp.rawValue
      let shifted = info.shift >= 0 ? delta << UInt64(info.shift) : delta >> UInt64(-info.shift)
      let product = (UInt128(shifted) * UInt128(info.multiplier)) >> 32
      let guest = info.systemTime.rawValue + UInt64(product)
      let own = clock.systemTime(at: reading).rawValue
      #expect(guest <= own && own - guest <= 2)
    }
    #expect(clock.systemTime(at: TSCTicks(4_999_999)) == .zero)
    let reading = clock.reading(at: .seconds(3))
    #expect(clock.systemTime(at: reading) >= .seconds(3))
    #expect(clock.systemTime(at: TSCTicks(reading.rawValue - 1)) < .seconds(3))
    #expect(clock.reading(at: .never) == .never)
  }
}
