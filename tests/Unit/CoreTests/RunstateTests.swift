import Testing
import XenABI

@testable import Core

/// Where a vCPU's time went, and the copies of it in the guest's memory.
@Suite struct RunstateTests {
  private func sum(_ information: RunstateInformation) -> UInt64 {
    information.running.rawValue + information.runnable.rawValue + information.blocked.rawValue
      + information.offline.rawValue
  }

  @Test(arguments: [11, 12, 13, 14] as [UInt64]) func theTimesAlwaysSumUpToSystemTime(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let machine = TestMachine(frequency: Hertz(2_999_991_013))
    let guests = (0..<3).map { machine.makeDomain(UInt16($0), isPrivileged: $0 == 0) }
    var last = [UInt64](repeating: 0, count: 3)
    for _ in 0..<2000 {
      machine.advance(Nanoseconds(random.next() % 3_000_000))
      let index = Int(random.next() % 3)
      let guest = guests[index]
      switch random.next() % 7 {
      case 0: guest.vcpu.block()
      case 1: guest.vcpu.wake()
      case 2: guest.vcpu.pause()
      case 3: guest.vcpu.unpause()
      case 4: _ = try guest.caller.schedulerYield()
      default: _ = machine.cpu.pickNext(at: machine.now)
      }
      let information = guest.vcpu.object.runstate.information(at: machine.now)
      #expect(sum(information) == machine.now.rawValue)
      #expect(information.running.rawValue >= last[index])
      last[index] = information.running.rawValue
      let running = guests.filter { $0.vcpu.object.runstate.state == .running }
      #expect(running.count <= 1)
      if let vcpu = running.first?.vcpu { #expect(machine.cpu.object.current == vcpu) }
    }
  }

  @Test func theStatesAreAccountedToTheNanosecond() throws {
    let machine = TestMachine()
    machine.now = .milliseconds(1)
    let guest = machine.makeDomain(1)
    machine.now = Nanoseconds(1_000_100)
    _ = machine.cpu.pickNext(at: machine.now)
    machine.now = Nanoseconds(1_000_300)
    guest.vcpu.block()
    machine.now = Nanoseconds(1_000_307)
    guest.vcpu.wake()
    machine.now = Nanoseconds(1_000_308)
    let information = guest.vcpu.object.runstate.information(at: machine.now)
    #expect(information.state == .runnable)
    #expect(information.entryTime == 1_000_307)
    #expect(information.offline.rawValue == 1_000_000)
    #expect(information.runnable.rawValue == 101)
    #expect(information.running.rawValue == 200)
    #expect(information.blocked.rawValue == 7)
  }

  @Test(arguments: [CallWidth.bits64, .bits32], [0x3000, 0x3FE4, 0x3FFC] as [UInt64])
  func theAreaFollowsEvenAcrossPages(_ width: CallWidth, _ address: UInt64) throws {
    let machine = TestMachine()
    let guest = machine.makeDomain(1, width: width)
    let area = GuestVirtualAddress(address)
    machine.now = .milliseconds(3)
    _ = machine.cpu.pickNext(at: machine.now)
    let before = guest.read(UInt32.self, at: area.advanced(by: width == .bits64 ? 48 : 44))
    _ = try guest.call(RegisterRunstateArea(address: area)) { caller in
      { (argument) throws(HypercallError) in try caller.vcpuRegisterRunstateArea(.zero, argument) }
    }
    #expect(guest.read(RunstateInformation.self, at: area).state == .running)
    #expect(guest.read(RunstateInformation.self, at: area).entryTime == 3_000_000)
    guest.vcpu.block()
    machine.now = .milliseconds(5)
    guest.vcpu.wake()
    _ = machine.cpu.pickNext(at: machine.now)
    let information = guest.read(RunstateInformation.self, at: area)
    #expect(information.entryTime == 5_000_000)
    #expect(information.blocked == .milliseconds(2))
    #expect(sum(information) == 5_000_000)
    #expect(guest.read(UInt32.self, at: area.advanced(by: width == .bits64 ? 48 : 44)) == before)
    // Address 0 ends it.
    _ = try guest.call(RegisterRunstateArea()) { caller in
      { (argument) throws(HypercallError) in try caller.vcpuRegisterRunstateArea(.zero, argument) }
    }
    #expect(!guest.vcpu.object.runstate.area.isRegistered)
  }

  @Test func theAreaHasToBeTheDomainsOwnMemory() throws {
    let machine = TestMachine()
    let guest = machine.makeDomain(1)
    for address: UInt64 in [0x4_0000, 0x3_FFF0, 0xFFFF_FFF0] {
      let refusal = guest.refusal(RegisterRunstateArea(address: GuestVirtualAddress(address))) { caller in
        { (argument) throws(HypercallError) in try caller.vcpuRegisterRunstateArea(.zero, argument) }
      }
      #expect(refusal == .badAddress)
    }
    guest.map(GuestFrame(7), to: guest.domain.object.sharedInfo.frame, .shared)
    let refusal = guest.refusal(RegisterRunstateArea(address: GuestVirtualAddress(0x7000))) { caller in
      { (argument) throws(HypercallError) in try caller.vcpuRegisterRunstateArea(.zero, argument) }
    }
    #expect(refusal == .badAddress)
  }

  @Test func anAreaWhoseMemoryIsGoneIsNotWritten() throws {
    let machine = TestMachine()
    let guest = machine.makeDomain(1)
    _ = try guest.call(RegisterRunstateArea(address: GuestVirtualAddress(0x6000))) { caller in
      { (argument) throws(HypercallError) in try caller.vcpuRegisterRunstateArea(.zero, argument) }
    }
    guest.map(GuestFrame(6), to: MachineFrame(0), .hole)
    machine.now = .milliseconds(5)
    _ = machine.cpu.pickNext(at: machine.now)
    #expect(guest.vcpu.object.runstate.state == .running)
  }

  @Test func updatesAreMarkedWhereTheGuestAsksForIt() throws {
    let machine = TestMachine()
    let guest = machine.makeDomain(1)
    guest.domain.object.marksRunstateUpdates = true
    _ = try guest.call(RegisterRunstateArea(address: GuestVirtualAddress(0x6000))) { caller in
      { (argument) throws(HypercallError) in try caller.vcpuRegisterRunstateArea(.zero, argument) }
    }
    machine.now = .milliseconds(5)
    _ = machine.cpu.pickNext(at: machine.now)
    // The mark is gone when the update is done.
    #expect(guest.read(RunstateInformation.self, at: GuestVirtualAddress(0x6000)).entryTime == 5_000_000)
  }

  @Test func theCallGivesTheTimesUpToNow() throws {
    let machine = TestMachine()
    let guest = machine.makeDomain(1)
    _ = machine.cpu.pickNext(at: machine.now)
    machine.now = .milliseconds(7)
    let information = try guest.call(RunstateInformation()) { caller in
      { (argument) throws(HypercallError) in try caller.vcpuGetRunstate(.zero, argument) }
    }
    #expect(information.running == .milliseconds(7))
    #expect(try guest.caller.vcpuIsUp(.zero) == 1)
    #expect(throws: HypercallError.notFound) { try guest.caller.vcpuIsUp(VCPUID(1)) }
  }
}
