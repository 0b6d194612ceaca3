import Builder
import Testing
import XenABI

@testable import Core

@Suite struct DomainLifeTests {
  @Test func creationTakesNothingWhereItFails() {
    let machine = TestMachine(frames: 256)
    let hypervisor = machine.hypervisor
    let free = machine.freeFrames
    func create(_ id: DomainID) throws(HypercallError) -> Handle<Domain> {
      try hypervisor.createDomain(
        id: id, layout: .svm, isPrivileged: false, format: .nested(largestLeaf: .superpage2M), maximumFrames: 100)
    }
    #expect(throws: HypercallError.invalidArgument) { try create(.current) }
    #expect(machine.freeFrames == free)
    // Down to the last frame: either there is a domain, or nothing is taken.
    var made: [Handle<Domain>] = []
    while let domain = try? create(DomainID(UInt16(made.count + 1))) { made.append(domain) }
    #expect(made.count > 5)
    #expect(throws: HypercallError.alreadyExists) { try create(DomainID(1)) }
    #expect(hypervisor.audit() == 0)
    #expect(hypervisor.object.domains.count == made.count)
    for domain in made {
      let last = machine.freeFrames
      if (try? hypervisor.createVCPU(in: domain, on: machine.cpu)) == nil { #expect(machine.freeFrames == last) }
    }
    for domain in made {
      while !domain.relinquish() {}
      let isForgotten = hypervisor.reap(domain)
      #expect(isForgotten)
    }
    #expect(machine.freeFrames == free)
    #expect(hypervisor.audit() == 0)
  }

  @Test func aVCPUBelongsToItsDomain() throws {
    let machine = TestMachine()
    let domain = machine.makeDomain(4)
    #expect(domain.vcpu.object.scheduling.owner == domain.vcpu)
    #expect(domain.vcpu.object.controlBlock.offsetInFrame == 0)
    #expect(domain.vcpu.object.vectorState.offsetInFrame == 0)
    var count = 1
    while (try? machine.hypervisor.createVCPU(in: domain.domain, on: machine.cpu)) != nil { count += 1 }
    #expect(count == 8)
    machine.destroy(domain)
    #expect(machine.hypervisor.audit() == 0)
  }

  /// Everything a guest can get hold of, and then its end: the machine is as it was before.
  @Test(arguments: [false, true]) func nothingIsLeftOfADomain(superpages: Bool) throws {
    let machine = TestMachine(frames: 8192)
    let control = machine.makeDomain(0, isPrivileged: true)
    control.mapGrantTable()
    _ = control.add(.sharedInfo, 0, at: 0x9_1000)
    _ = control.mapGrant(0, of: DomainID(7), at: 0x9_0000)
    let free = machine.freeFrames
    for round in 0..<5 {
      let guest = machine.makeDomain(1, maximumFrames: 3000)
      try guest.domain.keepMemoryMap(GuestMemoryMap(frames: 1024))
      if superpages { #expect(guest.extents(.populatePhysmap, [0x400, 0x600], order: 9).result == 2) }
      guest.extents(.populatePhysmap, [0x100, 0x7_0000, 0xFFF_FFFF])
      guest.mapGrantTable()
      _ = guest.add(.sharedInfo, 0, at: 0x200)
      control.grant(1, to: DomainID(1), frame: 0x21)
      #expect(guest.mapGrant(1, of: .zero, at: 0x800).status == .okay)
      #expect(guest.mapGrant(1, of: .zero, at: 0x801, .hostMap.union(.readOnly)).status == .okay)
      _ = try guest.allocateUnbound(for: .zero)
      let port = try control.allocateUnbound(for: DomainID(1))
      _ = try guest.bindInterdomain(.zero, port)
      _ = try guest.call(RegisterVCPUInfo(frame: GuestFrame(0x20), offset: 0)) { caller in
        { argument throws(HypercallError) in try caller.vcpuRegisterInfo(.zero, argument) }
      }
      #expect(machine.hypervisor.audit() == 0)
      // Piece by piece: at any time the books are right.
      var pieces = 0
      while !guest.domain.relinquish(budget: 60) {
        pieces += 1
        if pieces % 20 == 0 { #expect(machine.hypervisor.auditFrames() == 0) }
        #expect(guest.domain.object.life.state == .dying)
      }
      #expect(pieces > 10)
      #expect(guest.domain.object.life.state == .dead)
      let isForgotten = machine.hypervisor.reap(guest.domain)
      #expect(isForgotten)
      try control.close(port)
      #expect(machine.hypervisor.audit() == 0)
      // The page of the port table that the first round made stays with the control domain.
      #expect(free - machine.freeFrames <= 1, "round \(round)")
    }
  }

  @Test func idleTimeFinishesAnEnd() {
    let machine = TestMachine()
    let free = machine.freeFrames
    let guest = machine.makeDomain(3)
    _ = guest.domain.relinquish(budget: 1)
    #expect(guest.domain.object.life.state == .dying)
    var turns = 0
    while machine.hypervisor.reapOne() { turns += 1 }
    #expect(turns > 0)
    #expect(machine.hypervisor.object.domains.find(DomainID(3)) == nil)
    #expect(machine.freeFrames == free)
  }

  /// A reset in pieces that is left in the middle, a port that is opened behind it, and the end: whoever is connected to
  /// that port is cut off like all others.
  @Test func anUnfinishedResetHidesNoPort() throws {
    let machine = TestMachine()
    let peer = machine.makeDomain(0, isPrivileged: true)
    let guest = machine.makeDomain(1)
    for _ in 0..<600 { _ = try guest.allocateUnbound(for: .zero) }
    guest.write(EventChannelReset())
    #expect(try guest.caller.eventChannelReset(TestDomain.scratch) == .repeats)
    let port = try guest.allocateUnbound(for: .zero)
    #expect(port == EventPort(1))
    let end = try peer.bindInterdomain(DomainID(1), port)
    while !guest.domain.relinquish() {}
    #expect(try peer.status(end).state == .unbound)
    #expect(peer.domain.object.ports.leadingHere == 0)
    let isForgotten = machine.hypervisor.reap(guest.domain)
    #expect(isForgotten)
    try peer.send(end)
    #expect(machine.hypervisor.audit() == 0)
    // Nor does a reset of the rest end too early.
    let other = machine.makeDomain(2)
    for _ in 0..<600 { _ = try other.allocateUnbound(for: .zero) }
    other.write(EventChannelReset())
    #expect(try other.caller.eventChannelReset(TestDomain.scratch) == .repeats)
    #expect(try other.allocateUnbound(for: .zero) == EventPort(1))
    _ = try other.reset()
    #expect(other.domain.object.ports.usedCount == 0)
  }

  @Test func aDyingDomainOpensNoPort() {
    let machine = TestMachine()
    let guest = machine.makeDomain(1)
    _ = guest.domain.relinquish(budget: 1)
    #expect(throws: HypercallError.noSuchDomain) { try guest.domain.openPort(for: .zero) }
  }

  /// What still leads to a domain keeps its frames out of the pool, and is said.
  @Test func whatStillLeadsToADomainKeepsIt() throws {
    let pair = try ConnectedDomains()
    let guest = pair.second
    guest.domain.object.ports.leadingHere += 1
    #expect(pair.machine.hypervisor.auditPorts() == 1)
    while !guest.domain.relinquish() {}
    #expect(!pair.machine.hypervisor.reap(guest.domain))
    #expect(!pair.machine.hypervisor.reapOne())
    #expect(pair.machine.hypervisor.object.domains.find(DomainID(1)) == guest.domain)
    #expect(pair.machine.services.takeConsole().contains("something still leads to it"))
    guest.domain.object.ports.leadingHere -= 1
    pair.machine.cpu.object.start(guest.vcpu.pollTimerHandle, at: .seconds(1))
    #expect(!pair.machine.hypervisor.reap(guest.domain))
    pair.machine.cpu.object.stop(guest.vcpu.pollTimerHandle)
    let isForgotten = pair.machine.hypervisor.reap(guest.domain)
    #expect(isForgotten)
  }

  /// The layout forgets a vCPU whose registers were looked at last, before its control block is used for something else.
  @Test func theLayoutForgetsTheVCPUs() throws {
    let machine = TestMachine()
    let guest = machine.makeDomain(1)
    #expect(machine.services.states[guest.vcpu.rawAddress] != nil)
    while !guest.domain.relinquish() {}
    #expect(machine.services.released.isEmpty)
    let isForgotten = machine.hypervisor.reap(guest.domain)
    #expect(isForgotten)
    #expect(machine.services.released == [guest.vcpu.rawAddress])
  }

  /// The processor knows translations by the frame of the topmost table: a domain that gets its predecessor's has them
  /// flushed before its first entry.
  @Test func tablesInUsedFramesAreFlushedFirst() {
    let machine = TestMachine()
    let first = machine.makeDomain(1)
    let root = first.domain.object.p2m.root
    // It has run.
    first.vcpu.object.attention.remove(.flush)
    machine.destroy(first)
    let second = machine.makeDomain(1)
    #expect(second.domain.object.p2m.root == root)
    #expect(second.vcpu.object.attention.contains(.flush) == true)
  }

  @Test func foreignMappingsOutliveTheDomain() {
    let machine = TestMachine()
    let control = machine.makeDomain(0, isPrivileged: true)
    let guest = machine.makeDomain(1)
    guest.write(UInt64(0x1234), at: GuestVirtualAddress(0x20_000))
    #expect(control.addForeign([0x20, 0x21], of: DomainID(1), at: [0x9_0000, 0x9_0001]).errors == [0, 0])
    machine.destroy(guest)
    #expect(guest.domain.object.memory.held == 2)
    #expect(control.read(UInt64.self, at: GuestVirtualAddress(0x9000_0000)) == 0x1234)
    // A dead domain's number is not given to another one.
    #expect(machine.hypervisor.object.domains.freeID(from: DomainID(1)) == DomainID(2))
    #expect(control.remove(0x9_0000) == 0)
    #expect(!machine.hypervisor.reapOne())
    #expect(control.remove(0x9_0001) == 0)
    #expect(machine.hypervisor.reapOne())
    #expect(machine.hypervisor.object.domains.count == 1)
    #expect(machine.hypervisor.audit() == 0)
  }

  @Test func rangesArePopulatedInLargePages() throws {
    let machine = TestMachine(frames: 8192)
    let guest = machine.makeDomain(1, frames: 0, maximumFrames: 4000)
    try guest.domain.populate(from: GuestFrame(100), count: 2000)
    #expect(guest.domain.object.memory.held == 2000)
    #expect(guest.place(511).order == .page)
    #expect(guest.place(512).order == .superpage2M)
    #expect(guest.place(2099).type == .ram)
    #expect(guest.place(2100).type == .hole)
    #expect(machine.hypervisor.audit() == 0)
  }
}
