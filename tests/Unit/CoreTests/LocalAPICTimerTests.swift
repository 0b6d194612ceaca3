import Testing
import XenABI

@testable import Core

@Suite struct LocalAPICTimerTests {
  private var apic = {
    var apic = LocalAPIC(id: 0)
    _ = apic.writeMemory(offset: 0xF0, 0x1FF, at: .zero)
    return apic
  }()

  private func count(_ now: UInt64) -> UInt32 {
    var copy = apic
    return copy.readMemory(offset: 0x390, at: Nanoseconds(now))
  }

  @Test(arguments: [(0, 1), (1, 2), (2, 3), (3, 4), (8, 5), (9, 6), (10, 7), (11, 0)] as [(UInt32, UInt64)])
  mutating func dividesAsTheManualSays(configuration: UInt32, shift: UInt64) {
    _ = apic.writeMemory(offset: 0x3E0, configuration, at: .zero)
    _ = apic.writeMemory(offset: 0x320, 0x40, at: .zero)
    let effects = apic.writeMemory(offset: 0x380, 1000, at: Nanoseconds(500))
    #expect(effects == .timerChanged)
    #expect(apic.nextDeadline == Nanoseconds(500 + 1000 << shift))
    #expect(count(500) == 1000)
    #expect(count(500 + 1 << shift - 1) == (shift == 0 ? 1000 : 1000))
    #expect(count(500 + 1 << shift) == 999)
    #expect(count(500 + 999 << shift) == 1)
    #expect(count(500 + 1000 << shift) == 0)
  }

  @Test mutating func firesOnce() {
    _ = apic.writeMemory(offset: 0x3E0, 11, at: .zero)
    _ = apic.writeMemory(offset: 0x320, 0x40, at: .zero)
    _ = apic.writeMemory(offset: 0x380, 100, at: .zero)
    #expect(apic.timerExpired(at: Nanoseconds(99)) == [])
    #expect(apic.timerExpired(at: Nanoseconds(100)) == [.timerChanged, .interruptPending])
    #expect(apic.acknowledge() == 0x40)
    #expect(apic.nextDeadline == .never)
    #expect(apic.timerExpired(at: Nanoseconds(1000)) == [])
    #expect(count(1000) == 0)
    _ = apic.writeMemory(offset: 0x380, 100, at: Nanoseconds(1000))
    _ = apic.writeMemory(offset: 0x380, 0, at: Nanoseconds(1001))
    #expect(apic.nextDeadline == .never)
  }

  @Test mutating func firesEveryPeriod() {
    _ = apic.writeMemory(offset: 0x3E0, 11, at: .zero)
    _ = apic.writeMemory(offset: 0x320, 0x2_0041, at: .zero)
    _ = apic.writeMemory(offset: 0x380, 1_000_000, at: Nanoseconds(7))
    for round in 1...50 as ClosedRange<UInt64> {
      let due = 7 + round * 1_000_000
      #expect(apic.nextDeadline == Nanoseconds(due))
      #expect(count(due - 1) == 1)
      #expect(apic.timerExpired(at: Nanoseconds(due + 10)).contains(.interruptPending))
      #expect(apic.acknowledge() == 0x41)
      _ = apic.writeMemory(offset: 0xB0, 0, at: Nanoseconds(due))
      #expect(count(due + 10) == 999_990)
    }
    // Periods that nobody looked at are one interrupt, and the phase stays.
    #expect(apic.timerExpired(at: Nanoseconds(100_500_007)) == [.timerChanged, .interruptPending])
    #expect(apic.nextDeadline == Nanoseconds(101_000_007))
  }

  @Test mutating func aTinyPeriodIsHeldOff() {
    _ = apic.writeMemory(offset: 0x3E0, 11, at: .zero)
    _ = apic.writeMemory(offset: 0x320, 0x2_0041, at: .zero)
    _ = apic.writeMemory(offset: 0x380, 1, at: .zero)
    _ = apic.timerExpired(at: Nanoseconds(10))
    #expect(apic.nextDeadline == Nanoseconds(50_010))
  }

  @Test mutating func aMaskedTimerCountsSilently() {
    _ = apic.writeMemory(offset: 0x3E0, 11, at: .zero)
    _ = apic.writeMemory(offset: 0x320, 0x1_0040, at: .zero)
    _ = apic.writeMemory(offset: 0x380, 100, at: .zero)
    #expect(apic.nextDeadline == .never)
    #expect(count(40) == 60)
    #expect(apic.writeMemory(offset: 0x320, 0x40, at: Nanoseconds(50)) == .timerChanged)
    #expect(apic.nextDeadline == Nanoseconds(100))
    _ = apic.writeMemory(offset: 0x320, 0x1_0040, at: Nanoseconds(60))
    #expect(apic.writeMemory(offset: 0x320, 0x40, at: Nanoseconds(200)) == .timerChanged)
    #expect(apic.highestPending() == nil)
    _ = apic.writeMemory(offset: 0x320, 0x3_0040, at: Nanoseconds(300))
    _ = apic.writeMemory(offset: 0x380, 100, at: Nanoseconds(300))
    #expect(count(1030) == 70)
  }

  @Test mutating func anOverdueTimerIsNotLostByAWrite() {
    _ = apic.writeMemory(offset: 0x3E0, 11, at: .zero)
    _ = apic.writeMemory(offset: 0x320, 0x40, at: .zero)
    _ = apic.writeMemory(offset: 0x380, 100, at: .zero)
    let effects = apic.writeMemory(offset: 0x380, 100, at: Nanoseconds(150))
    #expect(effects == [.timerChanged, .interruptPending])
    #expect(apic.nextDeadline == Nanoseconds(250))
  }

  @Test mutating func anotherDivisorTakesEffectAtOnce() {
    _ = apic.writeMemory(offset: 0x3E0, 11, at: .zero)
    _ = apic.writeMemory(offset: 0x320, 0x40, at: .zero)
    _ = apic.writeMemory(offset: 0x380, 100, at: .zero)
    _ = apic.writeMemory(offset: 0x3E0, 0, at: Nanoseconds(40))
    #expect(count(40) == 60)
    #expect(apic.nextDeadline == Nanoseconds(160))
  }

  @Test mutating func keepsTheTSCDeadline() {
    #expect(apic.setTSCDeadline(TSCTicks(500), due: Nanoseconds(50), at: .zero) == [])
    _ = apic.writeMemory(offset: 0x320, 0x4_0042, at: .zero)
    #expect(apic.setTSCDeadline(TSCTicks(500), due: Nanoseconds(50), at: .zero) == .timerChanged)
    #expect(apic.tscDeadline == TSCTicks(500))
    #expect(apic.nextDeadline == Nanoseconds(50))
    _ = apic.writeMemory(offset: 0x380, 7, at: .zero)
    #expect(apic.nextDeadline == Nanoseconds(50))
    #expect(count(10) == 0)
    #expect(apic.timerExpired(at: Nanoseconds(50)) == [.timerChanged, .interruptPending])
    #expect(apic.tscDeadline == TSCTicks(0))
    #expect(apic.acknowledge() == 0x42)
    _ = apic.writeMemory(offset: 0xB0, 0, at: Nanoseconds(51))
    #expect(
      apic.setTSCDeadline(TSCTicks(400), due: Nanoseconds(40), at: Nanoseconds(60)) == [
        .timerChanged, .interruptPending,
      ]
    )
    _ = apic.setTSCDeadline(TSCTicks(900), due: Nanoseconds(90), at: Nanoseconds(60))
    #expect(apic.setTSCDeadline(TSCTicks(0), due: .never, at: Nanoseconds(61)).contains(.timerChanged))
    #expect(apic.nextDeadline == .never)
    _ = apic.setTSCDeadline(TSCTicks(900), due: Nanoseconds(90), at: Nanoseconds(62))
    _ = apic.writeMemory(offset: 0x320, 0x42, at: Nanoseconds(63))
    #expect(apic.nextDeadline == .never)
    #expect(apic.tscDeadline == TSCTicks(0))
  }
}
