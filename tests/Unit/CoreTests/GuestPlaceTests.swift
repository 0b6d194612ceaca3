import Testing
import XenABI

@testable import Core

/// The quick way from a guest's pointer to its memory must give up wherever the general one would say no.
@Suite struct GuestPlaceTests {
  private let machine = TestMachine(frames: 8192)
  private let guest: TestDomain
  /// A page of the guest's third 2 MiB, mapped by a large page.
  private let address = GuestVirtualAddress(0x40_5008)

  /// Four levels of tables in the first 2 MiB of memory that is all backed by large pages, the linear addresses below
  /// 8 MiB being physical ones.
  init() throws {
    guest = machine.makeDomain(1, frames: 0, maximumFrames: 2048)
    try guest.domain.populate(from: GuestFrame(0), count: 2048)
    let flags = EntryBits.p | EntryBits.rw | EntryBits.a | EntryBits.d
    guest.write(0x2000 | flags, at: GuestVirtualAddress(0x1000))
    guest.write(0x3000 | flags, at: GuestVirtualAddress(0x2000))
    for number: UInt64 in 0..<4 {
      guest.write(number << 21 | EntryBits.ps | flags, at: GuestVirtualAddress(0x3000 + number * 8))
    }
    guest.vcpu.object.storedPaging = PagingState(
      cr0: .protectionEnable.union(.paging).union(.writeProtect), cr3: 0x1000, cr4: .physicalAddressExtension,
      efer: .longModeEnable.union(.longModeActive).union(.noExecuteEnable), privilegeLevel: 0, alignmentCheck: false)
    guest.vcpu.object.pagingIsCurrent = true
    guest.write(UInt32(0x1234_5678), at: address)
  }

  private func quickRead() throws -> UInt32 { try guest.memory.readAligned32(address) }
  private func write() throws { try guest.memory.write(UInt32(0), at: address) }

  @Test func theRegionsAreKnownAfterTheFirstLook() throws {
    #expect(try quickRead() == 0x1234_5678)
    #expect(guest.domain.object.p2m.readable.pointer(GuestPhysicalAddress(0x40_5008)) != nil)
    #expect(guest.domain.object.p2m.writable.pointer(GuestPhysicalAddress(0x40_5008)) != nil)
    #expect(try guest.memory.read(UInt64.self, at: address.advanced(by: 1)) == 0x12_3456)
  }

  @Test func whatIsUnmappedIsNotReached() throws {
    _ = try quickRead()
    guest.map(GuestFrame(0x405), to: MachineFrame(0), .hole)
    #expect(throws: HypercallError.badAddress) { try quickRead() }
    #expect(throws: HypercallError.badAddress) { try write() }
    // Its neighbours are still there.
    #expect(try guest.memory.read(UInt32.self, at: GuestVirtualAddress(0x40_4000)) == 0)
  }

  @Test func aRegionThatIsUnmappedAsAWholeIsNotReached() throws {
    _ = try quickRead()
    guest.map(GuestFrame(0x400), to: MachineFrame(0), .hole, .superpage2M)
    #expect(throws: HypercallError.badAddress) { try quickRead() }
  }

  @Test func readOnlyMemoryIsNotWritten() throws {
    try write()
    let frame = guest.domain.object.p2m.lookup(GuestFrame(0x400)).frame
    guest.map(GuestFrame(0x400), to: frame, .ramReadOnly, .superpage2M)
    #expect(try quickRead() == 0)
    #expect(throws: HypercallError.badAddress) { try write() }
    #expect(try quickRead() == 0)
  }

  @Test func aLargeLeafThatIsReplacedIsForgotten() throws {
    let region = GuestFrame(1 << 18)
    guest.map(region, to: MachineFrame(0), .ram, .superpage1G)
    let physical = GuestPhysicalAddress(1 << 30 | 0x30_0000)
    let memory = DomainMemory(guest.domain)
    #expect(memory.place(physical, forWriting: true) != nil)
    #expect(guest.domain.object.p2m.writable.pointer(physical) != nil)
    guest.map(region, to: MachineFrame(0), .hole, .superpage1G)
    #expect(memory.place(physical, forWriting: false) == nil)
  }

  @Test func theGuestsOwnTablesAreAskedEachTime() throws {
    _ = try quickRead()
    guest.write(UInt64(0), at: GuestVirtualAddress(0x3010))
    #expect(throws: HypercallError.badAddress) { try quickRead() }
    // Read-only, then without the accessed bit, which is set by the look.
    guest.write(0x40_0000 | EntryBits.ps | EntryBits.p | EntryBits.a | EntryBits.d, at: GuestVirtualAddress(0x3010))
    #expect(throws: HypercallError.badAddress) { try write() }
    guest.write(0x40_0000 | EntryBits.ps | EntryBits.p | EntryBits.rw, at: GuestVirtualAddress(0x3010))
    #expect(try quickRead() == 0x1234_5678)
    #expect(guest.read(UInt64.self, at: GuestVirtualAddress(0x3010)) & (EntryBits.a | EntryBits.d) == EntryBits.a)
    try write()
    #expect(guest.read(UInt64.self, at: GuestVirtualAddress(0x3010)) & EntryBits.d != 0)
  }

  @Test func otherModesTakeTheGeneralWay() throws {
    guest.vcpu.object.storedPaging.cr4.formUnion(.supervisorAccessPrevention)
    #expect(try quickRead() == 0x1234_5678)
    guest.write(0x40_0000 | UInt64(0xE7), at: GuestVirtualAddress(0x3010))
    guest.write(0x3000 | UInt64(0x67), at: GuestVirtualAddress(0x2000))
    guest.write(0x2000 | UInt64(0x67), at: GuestVirtualAddress(0x1000))
    // Now it is a user's page, which SMAP keeps from the kernel unless AC is set.
    #expect(throws: HypercallError.badAddress) { try quickRead() }
    guest.vcpu.object.storedPaging.alignmentCheck = true
    #expect(try quickRead() == 0x1234_5678)
  }

  @Test func upperHalfAddressesAreCanonicalToo() throws {
    guest.write(0x2000 | EntryBits.p | EntryBits.rw | EntryBits.a, at: GuestVirtualAddress(0x1800))
    #expect(try guest.memory.readAligned32(GuestVirtualAddress(0xFFFF_8000_0040_5008)) == 0x1234_5678)
    for address: UInt64 in [0x0000_8000_0040_5008, 0x7FFF_8000_0040_5008, 0xFFFE_8000_0040_5008] {
      #expect(throws: HypercallError.badAddress) {
        try guest.memory.readAligned32(GuestVirtualAddress(address))
      }
    }
  }
}
