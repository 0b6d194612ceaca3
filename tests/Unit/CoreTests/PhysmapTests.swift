import Testing
import XenABI

@testable import Core

@Suite struct PhysmapTests {
  private func isSound(_ machine: TestMachine) -> Bool { machine.hypervisor.audit() == 0 }

  @Test(arguments: [CallWidth.bits64, .bits32]) func sharedInfoIsAtOnePlace(width: CallWidth) {
    let machine = TestMachine()
    let guest = machine.makeDomain(1, width: width)
    let frame = guest.domain.object.sharedInfo.frame
    // Over memory, which goes back to the pool.
    #expect(guest.add(.sharedInfo, 0, at: 0x10) == 0)
    #expect(guest.place(0x10).frame == frame)
    #expect(guest.place(0x10).type == .shared)
    #expect(guest.domain.object.memory.held == 63)
    #expect(guest.add(.sharedInfo, 0, at: 0x10) == 0)
    #expect(guest.add(.sharedInfo, 0, at: 0x200) == 0)
    #expect(guest.place(0x10).type == .hole)
    #expect(guest.place(0x200).frame == frame)
    #expect(guest.domain.object.sharedInfoPlace == GuestFrame(0x200))
    #expect(guest.remove(0x200) == 0)
    #expect(guest.remove(0x200) == HypercallError.notFound.result)
    #expect(guest.domain.object.sharedInfoPlace == GrantTable.nowhere)
    #expect(guest.add(.sharedInfo, 1, at: 0x200) == HypercallError.invalidArgument.result)
    #expect(guest.add(.sharedInfo, 0, at: width == .bits64 ? 1 << 36 : 0xFFFF_FFFF) == (width == .bits64 ? -22 : 0))
    // It stays a frame of the hypervisor's, whatever the guest does to the place.
    #expect(guest.add(.sharedInfo, 0, at: 0x20) == 0)
    #expect(guest.extents(.decreaseReservation, [0x20]).result == 0)
    #expect(guest.extents(.populatePhysmap, [0x20]).result == 1)
    #expect(guest.domain.object.sharedInfoPlace == GrantTable.nowhere)
    #expect(isSound(machine))
  }

  @Test func grantTableFrames() {
    let machine = TestMachine()
    let guest = machine.makeDomain(1)
    #expect(guest.add(.grantTable, 2, at: 0x200) == 0)
    #expect(guest.domain.object.grants.frameCount == 3)
    #expect(guest.add(.grantTable, 0, at: 0x201) == 0)
    #expect(guest.place(0x200).frame != guest.place(0x201).frame)
    #expect(guest.add(.grantTable, 0, at: 0x202) == 0)
    #expect(guest.place(0x201).type == .hole)
    #expect(guest.add(.grantTable, 32, at: 0x203) == HypercallError.invalidArgument.result)
    #expect(guest.add(.grantTable, 1 << 31, at: 0x203) == HypercallError.invalidArgument.result)
    #expect(guest.add(.grantTable, .max, at: 0x203) == HypercallError.invalidArgument.result)
    #expect(guest.remove(0x202) == 0)
    #expect(guest.domain.object.grants.place(0) == GrantTable.nowhere)
    // One special frame over another: the covered one is nowhere.
    #expect(guest.add(.sharedInfo, 0, at: 0x200) == 0)
    #expect(guest.domain.object.grants.place(2) == GrantTable.nowhere)
    #expect(guest.add(.grantTable, 2, at: 0x210) == 0)
    #expect(guest.place(0x200).type == .shared)
    #expect(isSound(machine))
  }

  @Test func framesMove() {
    let machine = TestMachine()
    let guest = machine.makeDomain(1)
    let frame = guest.place(0x10).frame
    #expect(guest.add(.guestFrame, 0x10, at: 0x200) == 0)
    #expect(guest.place(0x200).frame == frame)
    #expect(guest.place(0x10).type == .hole)
    #expect(guest.add(.guestFrame, 0x10, at: 0x201) == HypercallError.invalidArgument.result)
    #expect(guest.add(.guestFrame, 0x200, at: 0x200) == 0)
    // Onto memory: that goes back.
    #expect(guest.add(.guestFrame, 0x200, at: 0x11) == 0)
    #expect(guest.domain.object.memory.held == 63)
    let frames = (0..<40).map { guest.place(0x14 + UInt64($0)).frame }
    #expect(guest.add(.guestFrameRange, 0x14, at: 0x300, count: 40) == 0)
    #expect((0..<40).allSatisfy { guest.place(0x300 + UInt64($0)).frame == frames[$0] })
    #expect(guest.add(.foreignFrame, 0, at: 0x400) == HypercallError.notImplemented.result)
    #expect(guest.add(.deviceMMIO, 0, at: 0x400) == HypercallError.notImplemented.result)
    #expect(guest.add(PhysmapSpace(99), 0, at: 0x400) == HypercallError.notImplemented.result)
    #expect(guest.add(.guestFrame, 0x11, at: 0x400, of: .zero) == HypercallError.notPermitted.result)
    let control = machine.makeDomain(0, isPrivileged: true)
    #expect(control.add(.guestFrame, 0x11, at: 0x9000) == HypercallError.invalidArgument.result)
    #expect(isSound(machine))
  }

  @Test(arguments: [CallWidth.bits64, .bits32]) func foreignFrames(width: CallWidth) {
    let machine = TestMachine()
    let control = machine.makeDomain(0, isPrivileged: true, width: width)
    let guest = machine.makeDomain(1, width: width)
    guest.write(UInt32(0xCAFE), at: GuestVirtualAddress(0x20_000))
    let frame = guest.place(0x20).frame
    let places = (0..<50).map { 0x9_0000 + UInt64($0) }
    let mapped = control.addForeign(Array(repeating: 0x20, count: 50), of: DomainID(1), at: places)
    #expect(mapped.result == 0)
    #expect(mapped.errors.allSatisfy { $0 == 0 })
    #expect(control.read(UInt32.self, at: GuestVirtualAddress(0x9_0000_000)) == 0xCAFE)
    #expect(machine.hypervisor.entry(frame)?.object.referenceCount == 51)
    #expect(isSound(machine))
    // The guest gives it up; the mappings keep it.
    #expect(guest.extents(.decreaseReservation, [0x20]).result == 1)
    #expect(machine.hypervisor.entry(frame)?.object.referenceCount == 50)
    for place in places.dropFirst() { #expect(control.remove(place) == 0) }
    let free = machine.freeFrames
    // Another frame in its place drops the last one.
    #expect(control.addForeign([0x21], of: DomainID(1), at: [0x9_0000]).errors == [0])
    #expect(machine.freeFrames == free + 1)
    #expect(control.remove(0x9_0000) == 0)
    #expect(isSound(machine))
  }

  @Test func foreignRefusals() {
    let machine = TestMachine()
    let control = machine.makeDomain(0, isPrivileged: true)
    let guest = machine.makeDomain(1)
    #expect(guest.addForeign([0x20], of: .zero, at: [0x800]).result == HypercallError.notPermitted.result)
    #expect(control.addForeign([0x20], of: DomainID(7), at: [0x9_0000]).result == HypercallError.noSuchDomain.result)
    #expect(control.addForeign([0x20], of: .zero, at: [0x9_0000]).result == HypercallError.invalidArgument.result)
    guest.add(.sharedInfo, 0, at: 0x30)
    let bad = control.addForeign(
      [0x500, 0x30, .max, 0x20, 0x20, 0x20], of: DomainID(1), at: [0x9_0000, 0x9_0001, 0x9_0002, 0x10, 0x900, .max])
    #expect(bad.result == 0)
    let invalid = -HypercallError.invalidArgument.rawValue
    let busy = -HypercallError.busy.rawValue
    #expect(bad.errors == [invalid, invalid, invalid, busy, busy, invalid])
    #expect(isSound(machine))
    var batch = AddToPhysmapBatch(
      spaceNumber: UInt16(PhysmapSpace.guestFrameRange.rawValue), count: 1, indexes: TestDomain.firstList,
      frames: TestDomain.secondList, errors: TestDomain.thirdList)
    #expect(guest.memoryCall(.addToPhysmapBatch, batch).result == HypercallError.notImplemented.result)
    batch.spaceNumber = UInt16(PhysmapSpace.grantTable.rawValue)
    batch.count = 3
    guest.writeList([0, 1, 99], at: TestDomain.firstList)
    guest.writeList([0x700, 0x701, 0x702], at: TestDomain.secondList)
    #expect(guest.memoryCall(.addToPhysmapBatch, batch).result == 0)
    #expect(guest.place(0x701).type == .shared)
    #expect(guest.read(Int32.self, at: TestDomain.thirdList.advanced(by: 8)) == invalid)
    batch.indexes = GuestVirtualAddress(0xFFFF_0000)
    #expect(guest.memoryCall(.addToPhysmapBatch, batch).result == HypercallError.badAddress.result)
    #expect(isSound(machine))
  }
}
