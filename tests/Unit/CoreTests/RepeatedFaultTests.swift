import Testing
import XenABI

@testable import Core

@Suite struct RepeatedFaultTests {
  /// How many times in a row a fault is let pass, with so many exits from one to the next.
  private func retries(stride: UInt64, frames: UInt64) -> Int? {
    var fault = RepeatedFault()
    var exits: UInt64 = 1000
    for count in 0..<1000 {
      if fault.isHopeless(at: GuestFrame(UInt64(count) % frames), exits: exits) { return count }
      exits += stride
    }
    return nil
  }

  @Test func theSameFaultWithNothingBetweenIsGivenUp() throws {
    let count = try #require(retries(stride: 1, frames: 1))
    #expect(count > 16 && count < 256)
  }

  @Test func otherExitsBetweenBeginAnew() { #expect(retries(stride: 2, frames: 1) == nil) }

  @Test func otherFramesBeginAnew() { #expect(retries(stride: 1, frames: 2) == nil) }
}
