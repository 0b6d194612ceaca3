import Testing
import XenABI

@testable import Core

/// When a vCPU runs: sched_op, HLT, pauses and the end of a domain.
@Suite struct VCPUSchedulingTests {
  @Test func aBlockedVCPUWaitsForAnEvent() throws {
    let pair = try ConnectedDomains()
    let guest = pair.second
    guest.takeUpcalls()
    guest.vcpu.object.info.clearUpcallMask()
    #expect(try guest.caller.schedulerBlock() == 0)
    #expect(guest.vcpu.object.isBlocked == true)
    #expect(guest.vcpu.object.runstate.state == .blocked)
    #expect(pair.machine.cpu.pickNext(at: pair.machine.now) == pair.first.vcpu)
    try pair.first.send(pair.firstPort)
    #expect(guest.vcpu.object.isBlocked == false)
    #expect(guest.vcpu.object.runstate.state == .runnable)
  }

  @Test func nobodyWaitsForWhatIsPending() throws {
    let pair = try ConnectedDomains()
    pair.second.takeUpcalls()
    try pair.first.send(pair.firstPort)
    _ = try pair.second.caller.schedulerBlock()
    #expect(pair.second.vcpu.object.isBlocked == false)
    pair.second.vcpu.halt(interruptsEnabled: true)
    #expect(pair.second.vcpu.object.isBlocked == false)
  }

  /// Without a vector there is no upcall that could end a wait: who waits all the same does so, and does not come back at
  /// once to wait again, for ever.
  @Test func anEventThatNobodyCanBeToldOfEndsNoWait() throws {
    let pair = try ConnectedDomains()
    let guest = pair.second
    try pair.first.send(pair.firstPort)
    #expect(guest.isUpcallPending)
    guest.vcpu.halt(interruptsEnabled: true)
    #expect(guest.vcpu.object.isBlocked == true)
    // Neither does the next one wake it.
    guest.acknowledgeUpcall()
    #expect(guest.consume(pair.secondPort))
    try pair.first.send(pair.firstPort)
    #expect(guest.vcpu.object.isBlocked == true)
    guest.vcpu.wake()
    _ = try guest.caller.schedulerBlock()
    #expect(guest.vcpu.object.isBlocked == true)
    // As soon as it can be told it is.
    _ = try guest.call(
      HVMParameterValue(domain: .current, index: .callbackIRQ, value: HVMParameter.callbackVector(0x40))
    ) { $0.hvmSetParameter }
    #expect(guest.vcpu.object.isBlocked == false)
    #expect(guest.vcpu.pendingVector() == PendingVector(number: 0x40, isFromAPIC: false))
  }

  @Test func blockingAllowsUpcalls() throws {
    let machine = TestMachine()
    let guest = machine.makeDomain(1)
    machine.map.pointer(guest.vcpu.object.info.address).storeBytes(of: 1, toByteOffset: 1, as: UInt8.self)
    _ = try guest.caller.schedulerBlock()
    #expect(!guest.vcpu.object.info.isUpcallMasked)
  }

  @Test func aHaltedVCPUWakesWithAnInterrupt() throws {
    let machine = TestMachine()
    let guest = machine.makeDomain(1)
    _ = guest.vcpu.object.apic.writeMemory(offset: 0xF0, 0x1FF, at: machine.now)
    guest.vcpu.halt(interruptsEnabled: true)
    #expect(guest.vcpu.object.isBlocked == true)
    #expect(machine.cpu.pickNext(at: machine.now) == nil)
    // The timer's entry (0x320), one-shot, vector 0x40; the initial count (0x380).
    guest.vcpu.apply(guest.vcpu.object.apic.writeMemory(offset: 0x320, 0x40, at: machine.now))
    guest.vcpu.apply(guest.vcpu.object.apic.writeMemory(offset: 0x3E0, 0xB, at: machine.now))
    guest.vcpu.apply(guest.vcpu.object.apic.writeMemory(offset: 0x380, 1000, at: machine.now))
    machine.run(until: .microseconds(2))
    #expect(guest.vcpu.object.isBlocked == false)
    #expect(guest.vcpu.object.apic.highestPending() == 0x40)
  }

  @Test func haltingWithInterruptsOffEndsTheDomain() throws {
    let machine = TestMachine()
    let control = machine.makeDomain(0, isPrivileged: true)
    let port = try control.bind(.domainException)
    let guest = machine.makeDomain(1)
    guest.vcpu.halt(interruptsEnabled: false)
    #expect(guest.domain.object.life.state == .shutDown)
    #expect(guest.domain.object.life.shutdownReason == ShutdownReason.powerOff.rawValue)
    #expect(guest.domain.object.life.crashReport == .haltedForGood)
    #expect(control.isPending(port))
    #expect(machine.services.end == nil)
  }

  @Test func aDomainEndsItself() throws {
    let machine = TestMachine()
    let control = machine.makeDomain(0, isPrivileged: true)
    let guest = machine.makeDomain(1)
    #expect(guest.refusal(SchedulerShutdown(reason: ShutdownReason(6))) { $0.schedulerShutdown } == .invalidArgument)
    _ = try guest.call(SchedulerShutdown(reason: .reboot)) { $0.schedulerShutdown }
    #expect(guest.domain.object.life.state == .shutDown)
    #expect(machine.cpu.pickNext(at: machine.now) == control.vcpu)
    _ = try control.call(SchedulerShutdown(reason: .powerOff)) { $0.schedulerShutdown }
    #expect(machine.services.end == true)
    #expect(machine.cpu.pickNext(at: machine.now) == nil)
  }

  @Test func theControlDomainEndsOthers() throws {
    let machine = TestMachine()
    let control = machine.makeDomain(0, isPrivileged: true)
    let guest = machine.makeDomain(1)
    func refusal(_ domain: DomainID, _ reason: ShutdownReason = .reboot) -> HypercallError? {
      control.refusal(SchedulerRemoteShutdown(domain: domain, reason: reason)) { $0.schedulerRemoteShutdown }
    }
    #expect(refusal(.zero) == .notPermitted)
    #expect(refusal(DomainID(4)) == .noSuchDomain)
    #expect(refusal(DomainID(1), ShutdownReason(9)) == .invalidArgument)
    #expect(refusal(DomainID(1)) == nil)
    #expect(guest.domain.object.life.shutdownReason == ShutdownReason.reboot.rawValue)
  }

  @Test func pausesAddUp() throws {
    let machine = TestMachine()
    let guest = machine.makeDomain(1)
    try guest.domain.pause()
    try guest.domain.pause()
    guest.vcpu.pause()
    #expect(machine.cpu.pickNext(at: machine.now) == nil)
    #expect(guest.vcpu.object.runstate.state == .offline)
    try guest.domain.unpause()
    try guest.domain.unpause()
    #expect(throws: HypercallError.invalidArgument) { try guest.domain.unpause() }
    #expect(machine.cpu.pickNext(at: machine.now) == nil)
    guest.vcpu.unpause()
    #expect(machine.cpu.pickNext(at: machine.now) == guest.vcpu)
    for _ in 0..<255 { try guest.domain.pause() }
    #expect(throws: HypercallError.overflow) { try guest.domain.pause() }
  }

  @Test func anEventForAPausedVCPUIsNotLost() throws {
    let pair = try ConnectedDomains()
    pair.second.takeUpcalls()
    _ = try pair.second.caller.schedulerBlock()
    try pair.second.domain.pause()
    #expect(pair.second.vcpu.object.runstate.state == .blocked)
    try pair.first.send(pair.firstPort)
    #expect(pair.second.vcpu.object.runstate.state == .offline)
    try pair.second.domain.unpause()
    #expect(pair.second.vcpu.object.runstate.state == .runnable)
  }

  @Test func yieldingLetsTheOtherRun() throws {
    let machine = TestMachine()
    let first = machine.makeDomain(1)
    let second = machine.makeDomain(2)
    guard let running = machine.cpu.pickNext(at: machine.now) else { return #expect(Bool(false)) }
    let (yielding, other) = running == first.vcpu ? (first, second) : (second, first)
    machine.advance(.microseconds(10))
    #expect(try yielding.caller.schedulerYield() == 0)
    #expect(machine.cpu.object.mustReschedule == true)
    #expect(machine.cpu.pickNext(at: machine.now) == other.vcpu)
    #expect(yielding.vcpu.object.runstate.state == .runnable)
  }

  @Test func aWokenVCPUInterruptsOneThatBurnsTheCPU() throws {
    let machine = TestMachine()
    let burner = machine.makeDomain(1)
    let sleeper = machine.makeDomain(2)
    sleeper.vcpu.block()
    machine.run(until: .milliseconds(100))
    #expect(machine.cpu.object.current == burner.vcpu)
    machine.cpu.object.mustReschedule = false
    sleeper.vcpu.wake()
    #expect(machine.cpu.object.mustReschedule == true)
    #expect(machine.cpu.pickNext(at: machine.now) == sleeper.vcpu)
  }

  @Test func aRetiredVCPULeavesNothingBehind() throws {
    let machine = TestMachine()
    let guest = machine.makeDomain(1)
    _ = machine.cpu.pickNext(at: machine.now)
    guest.vcpu.setSingleshotTimer(.seconds(1), at: machine.now)
    guest.vcpu.setPeriodicTimer(.seconds(1), at: machine.now)
    guest.vcpu.retire()
    #expect(machine.cpu.object.current == nil)
    #expect(machine.cpu.object.nextDeadline == .never)
  }
}

/// SCHEDOP_poll.
@Suite struct PollTests {
  private func poll(_ guest: TestDomain, _ ports: [EventPort], until deadline: Nanoseconds = .zero) -> HypercallError? {
    let list = GuestVirtualAddress(0x3000)
    for (index, port) in ports.enumerated() {
      guest.write(port.rawValue, at: list.advanced(by: UInt64(index) * 4))
    }
    return guest.refusal(SchedulerPoll(ports: list, portCount: UInt32(ports.count), deadline: deadline)) {
      $0.schedulerPoll
    }
  }

  @Test(arguments: [CallWidth.bits64, .bits32]) func aMaskedPortEndsThePoll(_ width: CallWidth) throws {
    let pair = try ConnectedDomains(width: width)
    pair.second.mask(pair.secondPort)
    #expect(poll(pair.second, [pair.secondPort]) == nil)
    #expect(pair.second.vcpu.object.isBlocked == true)
    #expect(pair.machine.hypervisor.auditPorts() == 0)
    try pair.first.send(pair.firstPort)
    #expect(pair.second.vcpu.object.isBlocked == false)
    #expect(!pair.second.vcpu.object.poll.isPolling)
    #expect(pair.second.domain.object.ports.pollers == 0)
    // It is pending: the next poll does not wait.
    #expect(poll(pair.second, [EventPort(5), pair.secondPort]) == nil)
    #expect(pair.second.vcpu.object.isBlocked == false)
  }

  @Test func anotherPortDoesNotEndThePoll() throws {
    let pair = try ConnectedDomains()
    let ipi = try pair.second.bindIPI()
    pair.second.mask(ipi)
    #expect(poll(pair.second, [pair.secondPort]) == nil)
    pair.second.domain.deliver(ipi)
    #expect(pair.second.vcpu.object.isBlocked == true)
    #expect(pair.second.consume(ipi))
    pair.second.vcpu.wake()
    #expect(poll(pair.second, [pair.secondPort, EventPort(9)]) == nil)
    pair.second.domain.deliver(ipi)
    #expect(pair.second.vcpu.object.isBlocked == false)
  }

  @Test func withInterruptsOffOnlyItsPortsEndThePoll() throws {
    let pair = try ConnectedDomains()
    let guest = pair.second
    guest.takeUpcalls()
    let ipi = try guest.bindIPI()
    let timer = try guest.bind(.timer)
    guest.domain.deliver(ipi)
    // With interrupts on, the upcall comes first.
    #expect(poll(guest, [pair.secondPort], until: .milliseconds(300)) == nil)
    #expect(guest.vcpu.object.isBlocked == false)
    pair.machine.services.interruptsEnabled = false
    #expect(poll(guest, [pair.secondPort], until: .milliseconds(300)) == nil)
    #expect(guest.vcpu.object.isBlocked == true)
    // Nor does another one end it, once the guest could be told anew.
    guest.acknowledgeUpcall()
    guest.vcpu.raise(.timer)
    #expect(guest.isPending(timer))
    #expect(guest.isUpcallPending)
    pair.machine.run(until: .milliseconds(299))
    #expect(guest.vcpu.object.isBlocked == true)
    try pair.first.send(pair.firstPort)
    #expect(guest.vcpu.object.isBlocked == false)
    // Its time ends it, too, and an NMI.
    #expect(guest.consume(pair.secondPort))
    #expect(poll(guest, [pair.secondPort], until: .milliseconds(600)) == nil)
    pair.machine.run(until: .milliseconds(600))
    #expect(guest.vcpu.object.isBlocked == false)
    #expect(poll(guest, [pair.secondPort]) == nil)
    #expect(guest.vcpu.object.isBlocked == true)
    guest.vcpu.apply(.nonMaskableInterrupt)
    #expect(guest.vcpu.object.isBlocked == false)
    #expect(poll(guest, [pair.secondPort]) == nil)
    #expect(guest.vcpu.object.isBlocked == false)
  }

  @Test func anEventThatNobodyCanBeToldOfEndsNoPoll() throws {
    let pair = try ConnectedDomains()
    let ipi = try pair.second.bindIPI()
    pair.second.domain.deliver(ipi)
    #expect(pair.second.isUpcallPending)
    #expect(poll(pair.second, [pair.secondPort]) == nil)
    #expect(pair.second.vcpu.object.isBlocked == true)
  }

  @Test func newRegistersEndThePoll() throws {
    let machine = TestMachine()
    let guest = machine.makeDomain(1)
    #expect(poll(guest, [], until: .seconds(9)) == nil)
    try guest.vcpu.start(DomainMaker.kernel)
    #expect(!guest.vcpu.object.poll.isPolling)
    #expect(machine.cpu.object.deadlines.nextDeadline == .never)
    #expect(machine.hypervisor.auditPorts() == 0)
  }

  @Test func aTimeEndsThePoll() throws {
    let machine = TestMachine()
    let guest = machine.makeDomain(1)
    machine.now = .milliseconds(1)
    #expect(poll(guest, [], until: .milliseconds(3)) == nil)
    machine.run(until: Nanoseconds(2_999_999))
    #expect(guest.vcpu.object.isBlocked == true)
    machine.run(until: .milliseconds(3))
    #expect(guest.vcpu.object.isBlocked == false)
    #expect(guest.vcpu.object.runstate.state == .running)
    // One that has passed does not wait, and an event takes the timer back.
    #expect(poll(guest, [], until: .milliseconds(3)) == nil)
    #expect(guest.vcpu.object.isBlocked == false)
    #expect(poll(guest, [], until: .seconds(9)) == nil)
    guest.vcpu.wake()
    #expect(machine.cpu.object.deadlines.nextDeadline == .never)
  }

  @Test func whatCannotBePolledIsRefused() throws {
    let machine = TestMachine()
    let guest = machine.makeDomain(1)
    #expect(poll(guest, Array(repeating: EventPort(1), count: 129)) == .invalidArgument)
    #expect(poll(guest, [EventPort(4096)]) == .invalidArgument)
    let request = SchedulerPoll(ports: GuestVirtualAddress(0x10_0000), portCount: 1)
    #expect(guest.refusal(request) { $0.schedulerPoll } == .badAddress)
    #expect(poll(guest, Array(repeating: EventPort(1), count: 128)) == nil)
    #expect(guest.vcpu.object.isBlocked == true)
  }
}
