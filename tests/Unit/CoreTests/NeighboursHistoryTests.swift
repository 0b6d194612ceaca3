import Testing
import XenABI

@testable import Core

/// Three guests and the control domain do to each other whatever the ABI lets them, in any order: memory comes and goes
/// under grants, records and foreign mappings, calls are left half done, memory runs out, and guests end in pieces while
/// the others go on. The books are right all the time, and in the end nothing is left.
@Suite struct NeighboursHistoryTests {
  @Test(arguments: [1, 2, 3] as [UInt64]) func theBooksStayRight(_ seed: UInt64) throws {
    var history = NeighboursHistory(seed: seed)
    for step in 0..<6000 {
      history.step()
      if step % 60 == 0 { try #require(history.machine.hypervisor.audit() == 0, "after step \(step)") }
    }
    history.end()
    #expect(history.machine.hypervisor.object.domains.count == 1)
    #expect(history.machine.hypervisor.audit() == 0)
    // Each sort of thing was done.
    #expect(history.mapped > 50)
    #expect(history.connected > 50)
    #expect(history.reaped > 2)
    #expect(history.unfinished > 50)
  }
}

private struct NeighboursHistory {
  let machine = TestMachine(frames: 8192)
  let control: TestDomain
  private var random: SplitMix64
  /// Guests that were not forgotten yet.
  private var guests: [TestDomain] = []
  /// What is kept from everybody for a while.
  private var hoard: [MachineFrame] = []
  private(set) var mapped = 0
  private(set) var connected = 0
  private(set) var reaped = 0
  private(set) var unfinished = 0

  init(seed: UInt64) {
    random = SplitMix64(seed: seed)
    control = machine.makeDomain(0, isPrivileged: true)
    control.mapGrantTable()
    for id in 1...3 as ClosedRange<UInt16> { guests.append(make(id)) }
  }

  private func make(_ id: UInt16) -> TestDomain {
    let guest = machine.makeDomain(id, maximumFrames: 1600)
    guest.mapGrantTable()
    return guest
  }

  private mutating func below(_ limit: UInt64) -> UInt64 { random.next() % limit }

  private mutating func anyID() -> DomainID { DomainID(UInt16(below(4))) }

  /// Somebody who can make calls still.
  private mutating func anyone() -> TestDomain? {
    let all = [control] + guests.filter { $0.domain.object.life.state == .alive }
    return all[Int(below(UInt64(all.count)))]
  }

  /// A place of a guest's: not where a test's structures lie, and few enough that calls meet.
  private mutating func place(of guest: TestDomain) -> UInt64 {
    if guest.domain.object.isPrivileged { return 0x4000 + below(24) }
    switch below(8) {
    case 0..<4: return 0x10 + below(24)
    case 4..<6: return 0x300 + below(8)
    case 6: return 0x400 + below(4) * 0x100
    default: return 0x7_0000 + below(8)
    }
  }

  mutating func step() {
    guard let who = anyone() else { return }
    let isControl = who.domain.object.isPrivileged
    switch below(24) {
    case 0..<3: if !isControl { extents(of: who) }
    case 3: addToMap(of: who)
    case 4, 5: writeGrant(of: who)
    case 6..<9: map(by: who)
    case 9, 10: unmap(of: who)
    case 11: copy(by: who)
    case 12: _ = try? who.allocateUnbound(for: anyID(), of: isControl ? anyID() : .current)
    case 13, 14: connect(who)
    case 15: try? who.close(EventPort(UInt32(below(10))))
    case 16: try? who.send(EventPort(UInt32(below(10))))
    case 17:
      // One piece of it, often.
      who.write(EventChannelReset(domain: isControl ? anyID() : .current))
      if below(8) == 0 { _ = who.dispatch(.eventChannel, 10, TestDomain.scratch.rawValue) }
    case 18: if isControl { foreign() } else { registerRecord(of: who) }
    case 19: who.remove(place(of: who))
    case 20: press()
    default: endSome()
    }
  }

  /// Extents of some size, all of them or a piece of the call.
  private mutating func extents(of guest: TestDomain) {
    let order = [0, 0, 3, 5, 9][Int(below(5))] as UInt32
    let operation = below(2) == 0 ? MemoryOperation.populatePhysmap : .decreaseReservation
    let count = order == 0 ? 80 : 1
    let first = order == 9 ? 0x400 + below(3) * 0x100 : place(of: guest)
    let onBehalf = below(4) == 0
    let caller = onBehalf ? control : guest
    caller.writeList((0..<count).map { first + UInt64($0 % 12) }, at: TestDomain.firstList)
    caller.write(
      MemoryReservation(
        extentStart: TestDomain.firstList, extentCount: UInt64(count), extentOrder: order,
        domain: onBehalf ? guest.domain.object.id : .current))
    if below(3) != 0 {
      let outcome = caller.dispatch(.memory, UInt64(operation.rawValue), TestDomain.scratch.rawValue)
      if case .continues = outcome { unfinished += 1 }
    } else {
      caller.hypercall(.memory, UInt64(operation.rawValue), TestDomain.scratch.rawValue)
    }
  }

  private mutating func addToMap(of who: TestDomain) {
    switch below(4) {
    case 0: who.add(.sharedInfo, 0, at: place(of: who))
    case 1: who.add(.grantTable, below(3), at: below(2) == 0 ? TestDomain.grantFrame : place(of: who))
    case 2: who.add(.guestFrame, place(of: who), at: place(of: who))
    default: who.add(.guestFrameRange, place(of: who), at: place(of: who), count: 3)
    }
  }

  private mutating func writeGrant(of who: TestDomain) {
    guard who.place(TestDomain.grantFrame).type == .shared else {
      who.mapGrantTable()
      return
    }
    let frame = who.domain.object.isPrivileged ? 0x10 + below(24) : place(of: who)
    who.grant(
      UInt32(below(8)), to: anyID(), frame: frame,
      below(3) == 0 ? GrantEntryFlags.permitAccess.union(.readOnly) : .permitAccess)
  }

  /// Mostly something that somebody has granted it.
  private mutating func map(by who: TestDomain) {
    var flags = GrantMapFlags.hostMap
    if below(3) == 0 { flags = flags.union(.readOnly) }
    if who.domain.object.isPrivileged, below(3) == 0 { flags = flags.union(.deviceMap) }
    let at = below(2) == 0 ? place(of: who) : (who.domain.object.isPrivileged ? 0x4000 : 0x7_0000) + below(8)
    var granter = anyID()
    var reference = UInt32(below(8))
    if let found = machine.hypervisor.object.domains.find(granter), below(8) != 0 {
      for number in 0..<8 as Range<UInt32> where number < found.object.grants.entryCount {
        let entry = found.object.grants.entry(GrantReference(number))
        if entry.mark(for: who.domain.object.id, writing: false) {
          if !found.object.grants.active(GrantReference(number)).object.isPinned { entry.unmark(.reading) }
          reference = number
          if below(2) == 0 { break }
        }
      }
    } else {
      granter = DomainID(UInt16(below(6)))
    }
    if who.mapGrant(reference, of: granter, at: at, flags).status == .okay { mapped += 1 }
  }

  /// Mostly to a port that waits for it.
  private mutating func connect(_ who: TestDomain) {
    let remote = anyID()
    var port = EventPort(UInt32(below(10)))
    if let found = machine.hypervisor.object.domains.find(remote), below(8) != 0 {
      for number in 1..<40 as Range<UInt32> {
        guard let entry = found.object.ports.entry(EventPort(number))?.object else { continue }
        if entry.state == .unbound, entry.number == UInt32(who.domain.object.id.rawValue) { port = EventPort(number) }
      }
    }
    if (try? who.bindInterdomain(remote, port)) != nil { connected += 1 }
  }

  /// Mostly what a handle stands for, sometimes half of it, sometimes something else.
  private mutating func unmap(of who: TestDomain) {
    let handle = GrantHandle(UInt32(below(24)))
    guard let mapping = who.domain.object.grants.mappings[handle]?.object, below(6) != 0 else {
      _ = who.unmapGrant(handle, at: place(of: who))
      return
    }
    let device = below(2) == 0 ? UInt64(mapping.machineFrame) << pageShift : 0
    _ = who.unmapGrant(handle, at: below(4) == 0 ? 0 : mapping.place.rawValue, device: device)
  }

  private mutating func copy(by who: TestDomain) {
    let flags = GrantCopyFlags(rawValue: UInt16(below(4)))
    let source = flags.contains(.sourceIsGrant) ? below(8) : place(of: who)
    let destination = flags.contains(.destinationIsGrant) ? below(8) : place(of: who)
    // Nothing that is put into a record or a table of the hypervisor's is trusted, but the test's own table is.
    guard who.place(destination).type != .shared else { return }
    _ = who.grantCall(
      .copy,
      [
        GrantCopy(
          source: source, sourceDomain: flags.contains(.sourceIsGrant) ? anyID() : .current, sourceOffset: 0,
          destination: destination, destinationDomain: flags.contains(.destinationIsGrant) ? anyID() : .current,
          destinationOffset: 0, byteCount: 4096, flags: flags)
      ])
  }

  private mutating func registerRecord(of guest: TestDomain) {
    let frame = GuestFrame(place(of: guest))
    _ = guest.refusal(RegisterVCPUInfo(frame: frame, offset: 64)) { caller in
      { argument throws(HypercallError) in try caller.vcpuRegisterInfo(.zero, argument) }
    }
  }

  private mutating func foreign() {
    guard let other = guests.randomElement(using: &random) else { return }
    let places = (0..<6).map { _ in place(of: control) }
    _ = control.addForeign((0..<6).map { _ in place(of: other) }, of: other.domain.object.id, at: places)
  }

  /// Takes all memory but a little, or gives it back.
  private mutating func press() {
    if hoard.isEmpty, below(3) == 0 {
      let rest = below(6)
      while machine.freeFrames > rest,
        let frame = machine.hypervisor.object.allocator.allocate(.page, owner: .hypervisor)
      {
        hoard.append(frame)
      }
    } else {
      release()
    }
  }

  private mutating func release() {
    for frame in hoard { machine.hypervisor.object.allocator.free(frame) }
    hoard = []
  }

  /// A piece of a guest's end, now and then the last one; a new guest takes the place of one that is forgotten.
  private mutating func endSome() {
    guard let guest = guests.randomElement(using: &random) else { return }
    if guest.domain.object.life.state == .alive, below(60) != 0 { return }
    _ = guest.domain.relinquish(budget: Int(1 + below(400)))
    forgetDead()
  }

  private mutating func forgetDead() {
    let hypervisor = machine.hypervisor
    for guest in guests where guest.domain.object.life.state == .dead {
      let id = guest.domain.object.id
      guard hypervisor.reap(guest.domain) else { continue }
      reaped += 1
      guests.removeAll { $0.domain == guest.domain }
      release()
      guests.append(make(id.rawValue))
    }
  }

  /// All guests end, then the control domain lets go of what it has of them.
  mutating func end() {
    release()
    for guest in guests { while !guest.domain.relinquish() {} }
    for number in 0..<control.domain.object.grants.mappings.handleLimit {
      let handle = GrantHandle(number)
      guard let mapping = control.domain.object.grants.mappings[handle]?.object, mapping.isInUse else { continue }
      let device = mapping.flags.contains(.deviceMap) ? UInt64(mapping.machineFrame) << pageShift : 0
      _ = control.unmapGrant(handle, at: mapping.flags.contains(.hostMap) ? mapping.place.rawValue : 0, device: device)
    }
    for place in 0x4000..<0x4020 as Range<UInt64> { control.remove(place) }
    for guest in guests { machine.hypervisor.reap(guest.domain) }
  }
}
