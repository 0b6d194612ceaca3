import Builder
import Testing
import XenABI

@testable import Core

@Suite struct MemoryOperationTests {
  private func isSound(_ machine: TestMachine) -> Bool { machine.hypervisor.audit() == 0 }

  @Test(arguments: [CallWidth.bits64, .bits32]) func framesComeAndGo(width: CallWidth) {
    let machine = TestMachine()
    let guest = machine.makeDomain(1, width: width, maximumFrames: 200)
    let free = machine.freeFrames
    let outcome = guest.extents(.populatePhysmap, (0..<100).map { 0x100 + $0 })
    #expect(outcome.result == 100)
    #expect(outcome.pieces > 2)
    #expect(guest.place(0x163).type == .ram)
    #expect(guest.read(UInt64.self, at: GuestVirtualAddress(0x100_000)) == 0)
    #expect(guest.domain.object.memory.current == 164)
    #expect(isSound(machine))
    guest.write(UInt64(0x5EC2E7), at: GuestVirtualAddress(0x100_000))
    let back = guest.extents(.decreaseReservation, (0..<100).map { 0x100 + $0 })
    #expect(back.result == 100)
    #expect(back.pieces > 1)
    #expect(guest.place(0x100).type == .hole)
    #expect(guest.domain.object.memory.current == 64)
    // Nothing stays away but a table.
    #expect(free - machine.freeFrames <= 1)
    guest.extents(.populatePhysmap, (0..<100).map { 0x100 + $0 })
    #expect((0..<100).allSatisfy { guest.read(UInt64.self, at: GuestVirtualAddress((0x100 + $0) << 12)) == 0 })
    #expect(isSound(machine))
  }

  @Test func alignedExtentsBecomeSuperpages() {
    let machine = TestMachine(frames: 8192)
    let guest = machine.makeDomain(1, maximumFrames: 4096)
    #expect(guest.extents(.populatePhysmap, [0x200, 0x400], order: 9).result == 2)
    #expect(guest.place(0x200).order == .superpage2M)
    #expect(guest.place(0x5FF).order == .superpage2M)
    // Not aligned: single pages, but all of them.
    #expect(guest.extents(.populatePhysmap, [0x1001], order: 9).result == 1)
    #expect(guest.place(0x1001).order == .page)
    #expect(guest.place(0x1200).type == .ram)
    #expect(isSound(machine))
    // A page out of the middle splits the superpage.
    #expect(guest.extents(.decreaseReservation, [0x321]).result == 1)
    #expect(guest.place(0x321).type == .hole)
    #expect(guest.place(0x322).order == .page)
    #expect(guest.place(0x322).type == .ram)
    #expect(guest.extents(.decreaseReservation, [0x400], order: 9).result == 1)
    #expect(guest.extents(.decreaseReservation, [0x200], order: 9).result == 0)
    #expect(isSound(machine))
  }

  @Test func aDirtyBlockIsClearedInPieces() {
    let machine = TestMachine(frames: 8192)
    let guest = machine.makeDomain(1, maximumFrames: 4096)
    let outcome = guest.extents(.populatePhysmap, [0x200], order: 9)
    #expect(outcome.result == 1)
    #expect(outcome.pieces >= 512 / 48)
    #expect(isSound(machine))
  }

  /// Each of the pages is a mapping to be made or ended: no piece does all of them, wherever they lie.
  @Test(arguments: [UInt64(0x400), 0x3C1]) func anExtentOfSinglePagesIsDoneInPieces(place: UInt64) {
    let machine = TestMachine(frames: 8192)
    let guest = machine.makeDomain(1, maximumFrames: 4096)
    let places = (0..<512).map { place + $0 }
    func areAll(_ type: P2MType) -> Bool { places.allSatisfy { guest.place($0).type == type } }
    #expect(guest.extents(.populatePhysmap, places).result == 512)
    let over = guest.extents(.populatePhysmap, [place, 0x800], order: 9)
    #expect(over.result == 2)
    #expect(over.pieces >= 8)
    #expect(areAll(.ram))
    #expect((guest.place(place).order == .superpage2M) == (place & 511 == 0))
    #expect(guest.domain.object.memory.held == 64 + 1024)
    #expect(guest.extents(.populatePhysmap, places).result == 512)
    let back = guest.extents(.decreaseReservation, [place, 0x800], order: 9)
    #expect(back.result == 2)
    #expect(back.pieces >= 8)
    #expect(areAll(.hole))
    #expect(guest.domain.object.memory.held == 64)
    #expect(isSound(machine))
  }

  /// An extent that ends in what is not the domain's own, or is more than it may have, is left alone as a whole.
  @Test func anExtentThatCannotBeDoneIsLeftAlone() {
    let machine = TestMachine(frames: 8192)
    let guest = machine.makeDomain(1, maximumFrames: 64 + 1023)
    #expect(guest.extents(.populatePhysmap, (0..<511).map { 0x400 + $0 }).result == 511)
    #expect(guest.extents(.decreaseReservation, [0x400], order: 9).result == 0)
    #expect(guest.extents(.populatePhysmap, [0x400], order: 9).result == 1)
    #expect(guest.extents(.populatePhysmap, (0..<512).map { 0x400 + $0 }).result == 512)
    #expect(guest.extents(.populatePhysmap, [0x400], order: 9).result == 0)
    #expect((0..<512).allSatisfy { guest.place(0x400 + $0).type == .ram })
    #expect(guest.domain.object.memory.held == 64 + 512)
    #expect(isSound(machine))
  }

  /// What the hypervisor remembers of a superpage for quick accesses is true only until the map changes.
  @Test(arguments: [UInt32(0), 9]) func whatAGuestGaveUpIsOutOfReach(order: UInt32) throws {
    let machine = TestMachine(frames: 8192)
    let guest = machine.makeDomain(1, maximumFrames: 4096)
    #expect(guest.extents(.populatePhysmap, [0x400], order: 9).result == 1)
    let page = GuestVirtualAddress(0x400_000)
    guest.write(UInt64(1), at: page)
    #expect(guest.read(UInt64.self, at: page) == 1)
    let frame = guest.place(0x400).frame
    #expect(guest.extents(.decreaseReservation, [0x400], order: order).result == 1)
    #expect(throws: HypercallError.badAddress) { try guest.memory.read(UInt64.self, at: page) }
    #expect(throws: HypercallError.badAddress) { try guest.memory.write(UInt64(2), at: page) }
    #expect(machine.map.pointer(frame.address).load(as: UInt64.self) == 1)
    // Another frame in its place is seen, and what may only be read is not written.
    #expect(guest.extents(.populatePhysmap, [0x400]).result == 1)
    #expect(guest.read(UInt64.self, at: page) == 0)
    guest.map(GuestFrame(0x400), to: guest.place(0x400).frame, .ramReadOnly)
    #expect(guest.read(UInt64.self, at: page) == 0)
    #expect(throws: HypercallError.badAddress) { try guest.memory.write(UInt64(2), at: page) }
    #expect(isSound(machine))
  }

  @Test func populatingOverMemoryReplacesIt() {
    let machine = TestMachine()
    let guest = machine.makeDomain(1, maximumFrames: 80)
    guest.write(UInt64(77), at: GuestVirtualAddress(0x10_000))
    let held = guest.domain.object.memory.held
    #expect(guest.extents(.populatePhysmap, [0x10]).result == 1)
    #expect(guest.read(UInt64.self, at: GuestVirtualAddress(0x10_000)) == 0)
    #expect(guest.domain.object.memory.held == held)
    #expect(isSound(machine))
  }

  @Test func theMaximumHolds() {
    let machine = TestMachine()
    let guest = machine.makeDomain(1, maximumFrames: 70)
    #expect(guest.extents(.populatePhysmap, (0..<10).map { 0x100 + $0 }).result == 6)
    #expect(guest.extents(.populatePhysmap, [0x200]).result == 0)
    #expect(guest.extents(.decreaseReservation, [0x100]).result == 1)
    #expect(guest.extents(.increaseReservation, [0, 0, 0]).result == 1)
    #expect(guest.extents(.populatePhysmap, [0x200]).result == 1)
    #expect(guest.memoryCall(.currentReservation, MemoryDomain()).result == 70)
    #expect(guest.memoryCall(.maximumReservation, MemoryDomain()).result == 70)
    // What others still use counts: giving away and asking again gets a domain nothing.
    let peer = machine.makeDomain(2)
    guest.mapGrantTable()
    guest.grant(1, to: DomainID(2), frame: 0x101)
    #expect(peer.mapGrant(1, of: DomainID(1), at: 0x800).status == .okay)
    #expect(guest.extents(.decreaseReservation, [0x101]).result == 1)
    #expect(guest.extents(.populatePhysmap, [0x101]).result == 0)
    #expect(isSound(machine))
  }

  @Test(arguments: [CallWidth.bits64, .bits32]) func refusals(width: CallWidth) {
    let machine = TestMachine()
    let guest = machine.makeDomain(1, width: width, maximumFrames: 4096)
    let control = machine.makeDomain(0, isPrivileged: true, width: width)
    func refused(_ error: HypercallError) -> Int64 { error.result }
    #expect(guest.extents(.populatePhysmap, [0x100], of: .zero).result == refused(.notPermitted))
    #expect(guest.extents(.populatePhysmap, [0x100], of: DomainID(9)).result == refused(.notPermitted))
    #expect(control.extents(.populatePhysmap, [0x100], of: DomainID(9)).result == refused(.noSuchDomain))
    #expect(guest.extents(.populatePhysmap, [0x100], order: 10).result == refused(.notPermitted))
    #expect(guest.extents(.populatePhysmap, [0x100], order: .max).result == refused(.notPermitted))
    #expect(
      guest.extents(.populatePhysmap, [0x100], flags: .populateOnDemand).result == refused(.invalidArgument))
    #expect(guest.extents(.decreaseReservation, [0x100]).result == 0)
    #expect(guest.extents(.populatePhysmap, [0xFFFF_FFFF]).result == 1)
    #expect(
      guest.memoryCall(
        .populatePhysmap,
        MemoryReservation(extentStart: GuestVirtualAddress(0xFFFF_F000), extentCount: 3)
      ).result == 0)
    #expect(guest.hypercall(.memory, 6, 0xFFFF_F000).result == refused(.badAddress))
    // A count that no continuation can express, and a start past the end.
    let huge = MemoryReservation(extentStart: TestDomain.firstList, extentCount: width == .bits64 ? .max : 1 << 27)
    #expect(guest.memoryCall(.populatePhysmap, huge).result == refused(.invalidArgument))
    guest.write(MemoryReservation(extentStart: TestDomain.firstList, extentCount: 2))
    #expect(guest.hypercall(.memory, 6 | 3 << 6, 0x1000).result == refused(.invalidArgument))
    #expect(guest.hypercall(.memory, 6 | 2 << 6, 0x1000).result == 2)
    #expect(guest.memoryCall(.currentReservation, MemoryDomain(domain: .zero)).result == refused(.notPermitted))
    #expect(control.memoryCall(.currentReservation, MemoryDomain(domain: DomainID(1))).result == 65)
    #expect(guest.hypercall(.memory, 11, 0x1000).result == refused(.notImplemented))
    #expect(guest.hypercall(.memory, 2).result == 4095)
    #expect(isSound(machine))
  }

  @Test func framesUnderAnAddressLimit() {
    let machine = TestMachine()
    let guest = machine.makeDomain(1, maximumFrames: 400)
    // 22 bits: under 4 MiB.
    #expect(guest.extents(.populatePhysmap, [0x100], flags: MemoryFlags(rawValue: 22)).result == 1)
    #expect(guest.place(0x100).frame.rawValue < 1024)
    #expect(guest.extents(.populatePhysmap, [0x101], flags: MemoryFlags(rawValue: 11)).result == 0)
  }

  @Test func theControlDomainGetsTheFrameOfThatNumber() {
    let machine = TestMachine()
    let control = machine.makeDomain(0, isPrivileged: true, frames: 16, maximumFrames: 2000)
    let guest = machine.makeDomain(1, maximumFrames: 2000)
    // The first brings tables with it, which may be any frames.
    #expect(control.extents(.populatePhysmap, [3000]).result == 1)
    #expect(control.extents(.populatePhysmap, [3060]).result == 1)
    #expect(control.place(3000).frame == MachineFrame(3000))
    #expect(control.extents(.populatePhysmap, [2560], order: 9).result == 0)
    #expect(control.extents(.populatePhysmap, [3072], order: 9).result == 1)
    #expect(control.place(3100).order == .superpage2M)
    #expect(control.place(3100).frame == MachineFrame(3100))
    #expect(control.extents(.populatePhysmap, [3585], order: 3).result == 0)
    // What it has already, what another has, what is no RAM.
    #expect(control.extents(.populatePhysmap, [3000]).result == 0)
    #expect(control.extents(.populatePhysmap, [guest.place(5).frame.rawValue]).result == 0)
    #expect(control.extents(.populatePhysmap, [1]).result == 0)
    #expect(control.extents(.populatePhysmap, [5000]).result == 0)
    #expect(control.extents(.decreaseReservation, [3060, 3100]).result == 2)
    #expect(control.extents(.populatePhysmap, [3100, 3060]).result == 2)
    #expect(control.place(3100).frame == MachineFrame(3100))
    #expect(control.place(3101).frame == MachineFrame(3101))
    #expect(isSound(machine))
  }

  @Test func theControlDomainBuildsAnother() {
    let machine = TestMachine()
    let control = machine.makeDomain(0, isPrivileged: true)
    let guest = machine.makeDomain(1, maximumFrames: 1000)
    #expect(control.extents(.populatePhysmap, [0x200, 0x201], of: DomainID(1)).result == 2)
    #expect(guest.place(0x201).type == .ram)
    #expect(guest.domain.object.memory.held == 66)
    #expect(control.extents(.decreaseReservation, [0x200], of: DomainID(1)).result == 1)
    #expect(control.add(.sharedInfo, 0, at: 0x300, of: DomainID(1)) == 0)
    #expect(guest.place(0x300).type == .shared)
    #expect(isSound(machine))
  }

  @Test(arguments: [CallWidth.bits64, .bits32]) func theMemoryMap(width: CallWidth) throws {
    let machine = TestMachine()
    let guest = machine.makeDomain(1, width: width)
    let request = MemoryMapRequest(entryCount: 10, buffer: TestDomain.firstList)
    #expect(guest.memoryCall(.memoryMap, request).result == HypercallError.notImplemented.result)
    let map = try GuestMemoryMap(frames: 1024)
    try guest.domain.keepMemoryMap(map)
    #expect(guest.memoryCall(.memoryMap, request).result == 0)
    #expect(guest.read(MemoryMapRequest.self, at: TestDomain.scratch).entryCount == UInt32(map.count))
    for index in 0..<map.count {
      let entry = guest.read(MemoryMapEntry.self, at: TestDomain.firstList.advanced(by: UInt64(index * 20)))
      #expect(entry.address == map[index].address.rawValue)
      #expect(entry.byteCount == map[index].byteCount)
      #expect(entry.kind.rawValue == map[index].type.rawValue)
    }
    let short = MemoryMapRequest(entryCount: 1, buffer: TestDomain.firstList)
    #expect(guest.memoryCall(.memoryMap, short).result == 0)
    #expect(guest.read(MemoryMapRequest.self, at: TestDomain.scratch).entryCount == 1)
    let none = MemoryMapRequest(entryCount: 0, buffer: TestDomain.firstList)
    #expect(guest.memoryCall(.memoryMap, none).result == HypercallError.invalidArgument.result)
    let bad = MemoryMapRequest(entryCount: 10, buffer: GuestVirtualAddress(0xFFFF_0000))
    #expect(guest.memoryCall(.memoryMap, bad).result == HypercallError.badAddress.result)
    #expect(isSound(machine))
  }
}
