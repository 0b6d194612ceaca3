import Testing
import XenABI

@testable import Core

/// Timers of a vCPU that does not run: one domain burns the CPU, another has its local APIC's timer fire every 50 us.
@Suite struct TimerStormTests {
  private let machine = TestMachine()
  private let busy: TestDomain
  private let storm: TestDomain

  init() {
    busy = machine.makeDomain(1)
    storm = machine.makeDomain(2)
    machine.now = .milliseconds(10)
  }

  private func write(_ offset: UInt32, _ value: UInt32) {
    storm.vcpu.apply(storm.vcpu.object.apic.writeMemory(offset: offset, value, at: machine.now))
  }

  private func startStorm() {
    for (offset, value) in [(0xF0, 0x1FF), (0x3E0, 11), (0x320, 0x2_0041), (0x380, 50_000)] as [(UInt32, UInt32)] {
      write(offset, value)
    }
  }

  /// Lets time pass as the run loop does, with what the storming guest does when it gets the CPU. The timers that came
  /// while the other had it.
  private func run(for duration: Nanoseconds, _ work: () -> Void = {}) -> UInt64 {
    let end = machine.now.adding(duration)
    var disturbances: UInt64 = 0
    while machine.now < end {
      let before = machine.cpu.object.timerCount
      let wasBusy = machine.cpu.object.current == busy.vcpu
      machine.cpu.runExpired(at: machine.now)
      if wasBusy { disturbances += machine.cpu.object.timerCount - before }
      if machine.cpu.pickNext(at: machine.now) == storm.vcpu {
        work()
        _ = machine.cpu.pickNext(at: machine.now)
      }
      let next = machine.cpu.object.nextDeadline
      if next > machine.now { machine.now = min(next, end) }
    }
    return disturbances
  }

  /// Two that both burn the CPU take turns of 5 ms: one timer a turn at most interrupts the other.
  @Test func aTimerOfOneThatWaitsIsHeld() {
    startStorm()
    #expect(run(for: .seconds(1)) <= 110)
    // In its own turns it has them all.
    #expect(machine.cpu.object.timerCount > 9000)
  }

  @Test func aTimerOfOneThatIsPausedIsHeld() throws {
    startStorm()
    try storm.domain.pause()
    #expect(run(for: .milliseconds(100)) <= 1)
    try storm.domain.unpause()
    _ = run(for: .milliseconds(10))
    #expect(storm.vcpu.object.apic.highestPending() == 0x41)
  }

  /// The guest blocks as soon as it has answered, and a cap of 1 % is all that it and its timers cost.
  @Test func aTimerOfOneThatSleepsIsCharged() {
    startStorm()
    machine.cpu.object.runQueue.setCap(storm.vcpu.entity, 1, at: machine.now)
    var answers: UInt64 = 0
    let disturbances = run(for: .seconds(3)) {
      answers += 1
      machine.advance(.microseconds(3))
      _ = storm.vcpu.object.apic.acknowledge()
      write(0xB0, 0)
      storm.vcpu.block()
    }
    let cost = disturbances * Handle<CPU>.timerCost.rawValue + answers * 3000
    #expect(cost <= 3_000_000_000 / 100 * 11 / 10, "\(disturbances) timers, \(answers) answers")
    #expect(answers > 1000)
    // And the one that was interrupted has not paid for it.
    #expect(busy.vcpu.object.scheduling.runtime.rawValue < 3_000_000_000 - answers * 3000)
  }

  /// VIRQ_TIMER of a vCPU that waits: pending as soon as it runs, and not before.
  @Test func aHeldTimerIsSeenWhenItsVCPURuns() throws {
    let port = try storm.bind(.timer)
    _ = try storm.caller.setTimer(machine.now.adding(.microseconds(100)))
    try storm.domain.pause()
    _ = run(for: .milliseconds(1))
    #expect(!storm.isPending(port))
    try storm.domain.unpause()
    _ = run(for: .milliseconds(10))
    #expect(storm.consume(port))
    _ = run(for: .milliseconds(20))
    #expect(!storm.isPending(port))
  }

  /// One that sleeps is woken at its time, whoever has the CPU.
  @Test func aSleeperIsWoken() throws {
    storm.takeUpcalls()
    let port = try storm.bind(.timer)
    _ = try storm.caller.setTimer(machine.now.adding(.milliseconds(3)))
    storm.vcpu.block()
    _ = run(for: Nanoseconds(2_900_000))
    #expect(storm.vcpu.object.isBlocked && !storm.isPending(port))
    _ = run(for: .milliseconds(1))
    #expect(!storm.vcpu.object.isBlocked && storm.isPending(port))
  }
}
