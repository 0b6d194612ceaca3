import Testing
import XenABI

@testable import Core

/// The semantics of event_channel_op (public header `event_channel.h`).
@Suite struct EventChannelTests {
  @Test(arguments: [CallWidth.bits64, .bits32]) func anEventReachesTheOtherEnd(_ width: CallWidth) throws {
    let pair = try ConnectedDomains(width: width)
    try pair.first.send(pair.firstPort)
    #expect(pair.second.isPending(pair.secondPort))
    #expect(pair.second.isUpcallPending)
    #expect(!pair.first.isUpcallPending)
    let selector = pair.machine.map.pointer(pair.second.vcpu.object.info.address)
    #expect(selector.load(fromByteOffset: width == .bits64 ? 8 : 4, as: UInt32.self) == 1)
    #expect(pair.machine.hypervisor.auditPorts() == 0)
  }

  @Test func aNewEndIsPendingAtOnce() throws {
    let machine = TestMachine()
    let first = machine.makeDomain(0, isPrivileged: true)
    let second = machine.makeDomain(1)
    let port = try first.allocateUnbound(for: DomainID(1))
    try first.send(port)
    let local = try second.bindInterdomain(.zero, port)
    #expect(second.isPending(local))
    #expect(second.isUpcallPending)
  }

  @Test func portsCountFromOneAndTheLowestIsReused() throws {
    let machine = TestMachine()
    let domain = machine.makeDomain(1)
    let ports = try (0..<5).map { _ in try domain.allocateUnbound(for: .zero) }
    #expect(ports == (1...5).map { EventPort($0) })
    try domain.close(EventPort(2))
    try domain.close(EventPort(4))
    #expect(try domain.allocateUnbound(for: .zero) == EventPort(2))
    #expect(try domain.bindIPI() == EventPort(4))
    #expect(try domain.bindIPI() == EventPort(6))
  }

  @Test(arguments: [(CallWidth.bits64, UInt32(4096)), (.bits32, 1024)])
  func allPortsCanBeInUse(_ width: CallWidth, _ limit: UInt32) throws {
    let machine = TestMachine()
    let domain = machine.makeDomain(1, width: width)
    for number in 1..<limit { #expect(try domain.allocateUnbound(for: .zero) == EventPort(number)) }
    #expect(throws: HypercallError.noSpace) { try domain.allocateUnbound(for: .zero) }
    #expect(throws: HypercallError.noSpace) { try domain.bind(.timer) }
    try domain.close(EventPort(limit - 1))
    #expect(try domain.bind(.timer) == EventPort(limit - 1))
    #expect(machine.hypervisor.auditPorts() == 0)
    #expect(try domain.reset() >= 4)
    #expect(domain.domain.object.ports.usedCount == 0)
  }

  @Test func onlyTheNamedDomainConnects() throws {
    let machine = TestMachine()
    let first = machine.makeDomain(0, isPrivileged: true)
    let second = machine.makeDomain(1)
    let third = machine.makeDomain(2)
    let port = try first.allocateUnbound(for: DomainID(1))
    #expect(throws: HypercallError.invalidArgument) { try third.bindInterdomain(.zero, port) }
    #expect(throws: HypercallError.invalidArgument) { try second.bindInterdomain(.zero, EventPort(9)) }
    #expect(throws: HypercallError.invalidArgument) { try second.bindInterdomain(.zero, EventPort(0)) }
    #expect(throws: HypercallError.noSuchDomain) { try second.bindInterdomain(DomainID(7), port) }
    _ = try second.bindInterdomain(.zero, port)
    #expect(throws: HypercallError.invalidArgument) { try second.bindInterdomain(.zero, port) }
  }

  @Test func aLoopConnectsADomainToItself() throws {
    let machine = TestMachine()
    let domain = machine.makeDomain(3)
    let port = try domain.allocateUnbound(for: .current)
    let other = try domain.bindInterdomain(.current, port)
    _ = domain.consume(other)
    try domain.send(other)
    #expect(domain.isPending(port))
    #expect(!domain.isPending(other))
    try domain.close(port)
    #expect(try domain.status(other).state == .unbound)
    #expect(try domain.status(other).peer == 3)
    #expect(machine.hypervisor.auditPorts() == 0)
  }

  @Test func onlyTheControlDomainOpensPortsForOthers() throws {
    let machine = TestMachine()
    let control = machine.makeDomain(0, isPrivileged: true)
    let guest = machine.makeDomain(1)
    let port = try control.allocateUnbound(for: .zero, of: DomainID(1))
    #expect(try guest.status(port).state == .unbound)
    #expect(throws: HypercallError.notPermitted) { try guest.allocateUnbound(for: .current, of: .zero) }
    #expect(throws: HypercallError.notPermitted) { try guest.status(EventPort(1), of: .zero) }
    #expect(throws: HypercallError.notPermitted) { try guest.reset(.zero) }
    #expect(throws: HypercallError.noSuchDomain) { try control.allocateUnbound(for: .zero, of: DomainID(9)) }
  }

  @Test func closingLeavesTheOtherEndUnbound() throws {
    let pair = try ConnectedDomains()
    try pair.second.send(pair.secondPort)
    try pair.first.close(pair.firstPort)
    #expect(!pair.first.isPending(pair.firstPort))
    let status = try pair.second.status(pair.secondPort)
    #expect(status.state == .unbound)
    #expect(status.peer == 0)
    try pair.second.send(pair.secondPort)
    #expect(throws: HypercallError.invalidArgument) { try pair.first.send(pair.firstPort) }
    #expect(throws: HypercallError.invalidArgument) { try pair.first.close(pair.firstPort) }
    // The same two can meet again.
    let again = try pair.first.bindInterdomain(DomainID(1), pair.secondPort)
    #expect(try pair.first.status(again).remotePort == pair.secondPort)
  }

  @Test func statusTellsWhatAPortIs() throws {
    let pair = try ConnectedDomains()
    let interdomain = try pair.second.status(pair.secondPort)
    #expect(interdomain.state == .interdomain)
    #expect(interdomain.peer == 0)
    #expect(interdomain.remotePort == pair.firstPort)
    #expect(try pair.first.status(pair.secondPort, of: DomainID(1)).state == .interdomain)
    let timer = try pair.second.bind(.timer)
    #expect(try pair.second.status(timer).state == .virtualIRQ)
    #expect(try pair.second.status(timer).peer == 0)
    #expect(try pair.second.status(try pair.second.bindIPI()).state == .ipi)
    #expect(try pair.second.status(EventPort(99)).state == .closed)
    #expect(try pair.second.status(EventPort(0)).state == .closed)
    #expect(throws: HypercallError.invalidArgument) { try pair.second.status(EventPort(4096)) }
  }

  @Test func aMaskedPortTellsNobodyUntilItIsUnmasked() throws {
    let pair = try ConnectedDomains()
    pair.second.mask(pair.secondPort)
    try pair.first.send(pair.firstPort)
    #expect(pair.second.isPending(pair.secondPort))
    #expect(!pair.second.isUpcallPending)
    try pair.second.unmask(pair.secondPort)
    #expect(pair.second.isUpcallPending)
    pair.second.acknowledgeUpcall()
    // It was not masked: nothing to do, though it is pending.
    try pair.second.unmask(pair.secondPort)
    #expect(!pair.second.isUpcallPending)
    #expect(throws: HypercallError.invalidArgument) { try pair.second.unmask(EventPort(44)) }
  }

  @Test func whatIsPendingIsNotToldTwice() throws {
    let pair = try ConnectedDomains()
    try pair.first.send(pair.firstPort)
    pair.second.acknowledgeUpcall()
    try pair.first.send(pair.firstPort)
    #expect(!pair.second.isUpcallPending)
  }

  @Test func virtualInterruptsAreBoundOnce() throws {
    let machine = TestMachine()
    let control = machine.makeDomain(0, isPrivileged: true)
    let guest = machine.makeDomain(1)
    let timer = try guest.bind(.timer)
    #expect(throws: HypercallError.alreadyExists) { try guest.bind(.timer) }
    #expect(throws: HypercallError.notFound) { try guest.bind(.timer, vcpu: VCPUID(1)) }
    #expect(throws: HypercallError.invalidArgument) { try guest.bind(VirtualIRQ(24)) }
    #expect(throws: HypercallError.invalidArgument) { try control.bind(.console, vcpu: VCPUID(1)) }
    #expect(throws: HypercallError.notPermitted) { try guest.bind(.console) }
    let console = try control.bind(.console)
    machine.hypervisor.raiseGlobal(.console)
    #expect(control.isPending(console))
    guest.vcpu.raise(.timer)
    #expect(guest.isPending(timer))
    try guest.close(timer)
    guest.vcpu.raise(.timer)
    #expect(!guest.isPending(timer))
    _ = try guest.bind(.timer)
    #expect(throws: HypercallError.invalidArgument) { try guest.send(timer) }
    #expect(machine.hypervisor.auditPorts() == 0)
  }

  @Test func anIPISignalsItsOwnDomain() throws {
    let machine = TestMachine()
    let domain = machine.makeDomain(1)
    #expect(throws: HypercallError.notFound) { try domain.bindIPI(vcpu: VCPUID(1)) }
    let port = try domain.bindIPI()
    try domain.send(port)
    #expect(domain.isPending(port))
    #expect(domain.isUpcallPending)
  }

  @Test func someKindsOfPortsKeepTheirVCPU() throws {
    let pair = try ConnectedDomains()
    try pair.second.bindVCPU(pair.secondPort, .zero)
    #expect(throws: HypercallError.notFound) { try pair.second.bindVCPU(pair.secondPort, VCPUID(1)) }
    let timer = try pair.second.bind(.timer)
    let ipi = try pair.second.bindIPI()
    for port in [timer, ipi, EventPort(77)] {
      #expect(throws: HypercallError.invalidArgument) { try pair.second.bindVCPU(port, .zero) }
    }
    let console = try pair.first.bind(.console)
    try pair.first.bindVCPU(console, .zero)
  }

  @Test func resetClosesEverything() throws {
    let pair = try ConnectedDomains()
    for _ in 0..<700 { _ = try pair.second.bindIPI() }
    _ = try pair.second.bind(.timer)
    #expect(try pair.second.reset() >= 3)
    #expect(pair.second.domain.object.ports.usedCount == 0)
    #expect(try pair.first.status(pair.firstPort).state == .unbound)
    #expect(try pair.second.bind(.timer) == EventPort(1))
    #expect(pair.machine.hypervisor.auditPorts() == 0)
  }

  @Test func theTableGoesBackAtTheEnd() throws {
    let machine = TestMachine()
    let domain = machine.makeDomain(1)
    let free = machine.hypervisor.object.allocator.freeCount
    for _ in 0..<600 { _ = try domain.bindIPI() }
    #expect(machine.hypervisor.object.allocator.freeCount == free - 3)
    var calls = 1
    while !domain.domain.releasePorts() { calls += 1 }
    #expect(calls >= 3)
    #expect(machine.hypervisor.object.allocator.freeCount == free)
  }

  @Test func aPortThatCannotBeToldIsNotKept() throws {
    let machine = TestMachine()
    let domain = machine.makeDomain(1)
    // The structure lies in memory that the guest can read only.
    domain.write(EventChannelBindIPI(), at: GuestVirtualAddress(0x5000))
    let frame = domain.domain.object.p2m.lookup(GuestFrame(5)).frame
    domain.map(GuestFrame(5), to: frame, .ramReadOnly)
    #expect(throws: HypercallError.badAddress) {
      try domain.caller.eventChannelBindIPI(GuestVirtualAddress(0x5000))
    }
    #expect(domain.domain.object.ports.usedCount == 0)
  }

  @Test func anUpcallVectorGoesThroughTheLocalAPIC() throws {
    let pair = try ConnectedDomains()
    pair.second.vcpu.object.upcallVector = 0xF3
    // Switched on by its spurious-vector register (0xF0), as a guest does first.
    _ = pair.second.vcpu.object.apic.writeMemory(offset: 0xF0, 0x1FF, at: pair.machine.now)
    try pair.first.send(pair.firstPort)
    #expect(pair.second.vcpu.object.apic.highestPending() == 0xF3)
    #expect(pair.second.vcpu.object.attention.contains(.localAPIC))
  }

  @Test func anUpcallWhileTheAPICIsOffComesWhenItIsSwitchedOn() throws {
    let pair = try ConnectedDomains()
    let vcpu = pair.second.vcpu
    vcpu.object.upcallVector = 0xF3
    try pair.first.send(pair.firstPort)
    #expect(vcpu.object.info.isUpcallPending)
    #expect(vcpu.object.apic.highestPending() == nil)
    // Nothing would wake the guest: a wait has to block.
    #expect(!vcpu.hasPendingEvent)
    vcpu.apply(vcpu.object.apic.writeMemory(offset: 0xF0, 0x1FF, at: pair.machine.now))
    #expect(vcpu.object.apic.highestPending() == 0xF3)
    #expect(vcpu.hasPendingEvent)
    // Written again while it is on, the register brings no second one.
    vcpu.object.apic.acknowledge()
    _ = vcpu.object.apic.writeMemory(offset: 0xB0, 0, at: pair.machine.now)
    vcpu.apply(vcpu.object.apic.writeMemory(offset: 0xF0, 0x1FF, at: pair.machine.now))
    #expect(!vcpu.hasPendingEvent)
  }

  @Test func theCallbackComesBesideAVectorOfTheVCPUsOwn() throws {
    let pair = try ConnectedDomains()
    let vcpu = pair.second.vcpu
    vcpu.object.upcallVector = 0xF3
    _ = vcpu.object.apic.writeMemory(offset: 0xF0, 0x1FF, at: pair.machine.now)
    try pair.second.domain.object.parameters.set(.callbackIRQ, to: 2 << 56 | 0xE0)
    try pair.first.send(pair.firstPort)
    #expect(vcpu.pendingVector() == PendingVector(number: 0xE0, isFromAPIC: false))
    pair.second.acknowledgeUpcall()
    #expect(vcpu.pendingVector() == PendingVector(number: 0xF3, isFromAPIC: true))
    vcpu.object.apic.acknowledge()
    #expect(vcpu.pendingVector() == nil)
    #expect(!vcpu.object.attention.contains(.localAPIC))
  }

  @Test func theAuditSeesAHalfCutChannel() throws {
    let pair = try ConnectedDomains()
    pair.first.domain.object.ports.entry(pair.firstPort)?.object = .unbound(for: DomainID(1))
    // The other end, and the count of those that lead to the first domain.
    #expect(pair.machine.hypervisor.auditPorts() == 2)
  }
}
