import Testing
import XenABI

@testable import GuestKitLogic

@Suite struct ClockScaleTests {
  @Test func countsNanosecondsOfAGigahertz() {
    // 1 GHz: one tick a nanosecond, as 0.5 of a tick shifted left by one.
    let scale = ClockScale(timeStamp: 1000, systemTime: 5, multiplier: 1 << 31, shift: 1)
    #expect(scale.systemTime(at: TSCTicks(1000)) == Nanoseconds(5))
    #expect(scale.systemTime(at: TSCTicks(2000)) == Nanoseconds(1005))
    #expect(scale.frequency == Hertz(1_000_000_000))
  }

  @Test func shiftsToTheRight() {
    // 4 GHz: four ticks a nanosecond.
    let scale = ClockScale(timeStamp: 0, systemTime: 0, multiplier: 1 << 31, shift: -1)
    #expect(scale.systemTime(at: TSCTicks(4_000_000)) == Nanoseconds(1_000_000))
    #expect(scale.frequency == Hertz(4_000_000_000))
  }

  @Test(arguments: [1, 2, 3] as [UInt64]) func agreesWithWideArithmetic(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    for _ in 0..<2000 {
      let shift = Int8(random.next() % 9) - 4
      let delta = random.next() >> 20
      let scale = ClockScale(
        timeStamp: random.next() >> 8, systemTime: random.next() >> 4,
        multiplier: UInt32(truncatingIfNeeded: random.next()) | 1 << 31, shift: shift)
      let shifted = shift >= 0 ? UInt128(delta) << UInt128(shift) : UInt128(delta) >> UInt128(-shift)
      let expected = UInt128(scale.systemTime) + ((shifted * UInt128(scale.multiplier)) >> 32)
      #expect(scale.systemTime(at: TSCTicks(scale.timeStamp + delta)).rawValue == UInt64(expected))
    }
  }
}
