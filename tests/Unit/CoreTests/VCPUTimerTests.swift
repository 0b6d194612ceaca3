import Testing
import XenABI

@testable import Core

/// set_timer_op and the timers of vcpu_op (public header `vcpu.h`).
@Suite struct VCPUTimerTests {
  private let machine = TestMachine()
  private let guest: TestDomain
  private let port: EventPort

  init() throws {
    guest = machine.makeDomain(1)
    port = try guest.bind(.timer)
    machine.now = .milliseconds(10)
  }

  private func setSingleshot(
    _ deadline: Nanoseconds, _ flags: SingleshotTimerFlags = SingleshotTimerFlags(rawValue: 0), vcpu: VCPUID = .zero
  ) -> HypercallError? {
    guest.refusal(SetSingleshotTimer(deadline: deadline, flags: flags)) { caller in
      { (address) throws(HypercallError) in try caller.vcpuSetSingleshotTimer(vcpu, address) }
    }
  }

  private func setPeriodic(_ period: Nanoseconds) -> HypercallError? {
    guest.refusal(SetPeriodicTimer(period: period)) { caller in
      { (address) throws(HypercallError) in try caller.vcpuSetPeriodicTimer(.zero, address) }
    }
  }

  @Test func setTimerFiresAtItsTime() throws {
    #expect(try guest.caller.setTimer(.milliseconds(12)) == 0)
    machine.run(until: Nanoseconds(11_999_999))
    #expect(!guest.isPending(port))
    machine.run(until: .milliseconds(12))
    #expect(guest.consume(port))
    machine.run(until: .seconds(1))
    #expect(!guest.isPending(port))
  }

  @Test func setTimerIsReplacedAndStopped() throws {
    _ = try guest.caller.setTimer(.milliseconds(12))
    _ = try guest.caller.setTimer(.milliseconds(20))
    machine.run(until: .milliseconds(15))
    #expect(!guest.isPending(port))
    _ = try guest.caller.setTimer(.zero)
    machine.run(until: .milliseconds(30))
    #expect(!guest.isPending(port))
    #expect(machine.cpu.object.deadlines.nextDeadline == .never)
  }

  @Test(arguments: [1, 9_999_999, 10_000_000, 1 << 51, UInt64.max]) func impossibleTimesFireAtOnce(
    _ time: UInt64
  ) throws {
    _ = try guest.caller.setTimer(.milliseconds(50))
    _ = try guest.caller.setTimer(Nanoseconds(time))
    #expect(guest.consume(port))
    machine.run(until: .milliseconds(60))
    #expect(!guest.isPending(port))
  }

  @Test func aSingleshotTimerCanInsistOnTheFuture() throws {
    #expect(setSingleshot(.milliseconds(9), .future) == .timePassed)
    #expect(!guest.isPending(port))
    #expect(setSingleshot(.milliseconds(9)) == nil)
    #expect(guest.consume(port))
    #expect(setSingleshot(.milliseconds(11), .future) == nil)
    machine.run(until: .milliseconds(11))
    #expect(guest.consume(port))
    #expect(setSingleshot(.milliseconds(11), vcpu: VCPUID(1)) == .notFound)
    #expect(setSingleshot(.milliseconds(12)) == nil)
    #expect(try guest.caller.vcpuStopSingleshotTimer(.zero) == 0)
    machine.run(until: .milliseconds(13))
    #expect(!guest.isPending(port))
  }

  @Test func aPeriodicTimerKeepsStep() throws {
    #expect(setPeriodic(Nanoseconds(999_999)) == .invalidArgument)
    #expect(setPeriodic(Nanoseconds(1 << 62)) == .invalidArgument)
    #expect(setPeriodic(.milliseconds(2)) == nil)
    var ticks = 0
    for step in 1...100 {
      machine.run(until: Nanoseconds(10_000_000 + UInt64(step) * 500_000))
      if guest.consume(port) { ticks += 1 }
    }
    #expect(ticks == 25)
    // Late by many periods: one tick, and from then on.
    machine.now = .milliseconds(100)
    machine.run(until: .milliseconds(100))
    #expect(guest.consume(port))
    #expect(machine.cpu.object.deadlines.nextDeadline == .milliseconds(102))
    #expect(try guest.caller.vcpuStopPeriodicTimer(.zero) == 0)
    machine.run(until: .milliseconds(200))
    #expect(!guest.isPending(port))
  }

  @Test func aTimerWakesItsVCPU() throws {
    guest.takeUpcalls()
    _ = try guest.caller.setTimer(.milliseconds(12))
    _ = try guest.caller.schedulerBlock()
    machine.run(until: .milliseconds(11))
    #expect(machine.cpu.object.current == nil)
    machine.run(until: .milliseconds(12))
    #expect(machine.cpu.object.current == guest.vcpu)
  }
}
