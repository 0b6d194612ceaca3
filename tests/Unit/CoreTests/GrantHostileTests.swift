import Testing
import XenABI

@testable import Core

/// Granters and mappers that change their minds, lie, or die.
@Suite struct GrantHostileTests {
  @Test func theUseStaysWithItsFrame() {
    let rig = GrantRig()
    rig.granter.grant(1, to: rig.mapperID, frame: 0x20)
    let frame = rig.granter.place(0x20).frame
    let mapping = rig.mapper.mapGrant(1, of: rig.granterID, at: GrantRig.place)
    // The granter redirects the entry, clears the marks and gives the frame away.
    rig.granter.grant(1, to: DomainID(5), frame: 0x22, .invalid)
    #expect(rig.granter.extents(.decreaseReservation, [0x20]).result == 1)
    #expect(rig.mapper.place(GrantRig.place).frame == frame)
    #expect(rig.machine.hypervisor.entry(frame)?.object.referenceCount == 1)
    #expect(rig.isSound)
    // The same frame is used for a second mapping; another domain is refused while it is in use.
    rig.granter.grant(1, to: rig.mapperID, frame: 0x22)
    let again = rig.mapper.mapGrant(1, of: rig.granterID, at: GrantRig.place + 1)
    #expect(again.status == .okay)
    #expect(rig.mapper.place(GrantRig.place + 1).frame == frame)
    let free = rig.machine.freeFrames
    #expect(rig.mapper.unmapGrant(mapping.handle, at: GrantRig.place) == .okay)
    #expect(rig.mapper.unmapGrant(again.handle, at: GrantRig.place + 1) == .okay)
    // Only now is it free, scrubbed before anyone sees it.
    #expect(rig.machine.freeFrames == free + 1)
    #expect(rig.isSound)
  }

  @Test func aReaderDoesNotBecomeAWriterOfAnotherFrame() {
    let rig = GrantRig()
    rig.granter.grant(1, to: rig.mapperID, frame: 0x20)
    let reader = rig.mapper.mapGrant(1, of: rig.granterID, at: GrantRig.place, .hostMap.union(.readOnly))
    rig.granter.grant(1, to: rig.mapperID, frame: 0x21)
    #expect(rig.mapper.mapGrant(1, of: rig.granterID, at: GrantRig.place + 1).status == .badPage)
    rig.granter.grant(1, to: rig.mapperID, frame: 0x20, .permitAccess.union(.readOnly))
    #expect(rig.mapper.mapGrant(1, of: rig.granterID, at: GrantRig.place + 1).status == .generalError)
    #expect(rig.mapper.unmapGrant(reader.handle, at: GrantRig.place) == .okay)
    #expect(rig.isSound)
  }

  @Test func aGrantInUseIsNotForAnother() {
    let rig = GrantRig()
    let other = rig.machine.makeDomain(2)
    rig.granter.grant(1, to: rig.mapperID, frame: 0x20)
    let mapping = rig.mapper.mapGrant(1, of: rig.granterID, at: GrantRig.place)
    rig.granter.grant(1, to: DomainID(2), frame: 0x20)
    #expect(other.mapGrant(1, of: rig.granterID, at: 0x800).status == .generalError)
    #expect(rig.mapper.unmapGrant(mapping.handle, at: GrantRig.place) == .okay)
    #expect(other.mapGrant(1, of: rig.granterID, at: 0x800).status == .okay)
    #expect(rig.isSound)
  }

  @Test func aGrantOfAGrantIsNone() {
    let rig = GrantRig()
    let other = rig.machine.makeDomain(2)
    rig.granter.grant(1, to: DomainID(2), frame: 0x20)
    other.mapGrantTable()
    #expect(other.mapGrant(1, of: rig.granterID, at: 0x800).status == .okay)
    other.grant(1, to: rig.mapperID, frame: 0x800)
    #expect(rig.mapper.mapGrant(1, of: DomainID(2), at: GrantRig.place).status == .badPage)
    #expect(rig.isSound)
  }

  @Test func aMappedPlaceIsEmptiedByUnmappingOnly() {
    let rig = GrantRig()
    rig.granter.grant(1, to: DomainID(1), frame: 0x20)
    // To itself: allowed, as on Xen.
    let mapping = rig.granter.mapGrant(1, of: rig.granterID, at: 0x500)
    #expect(mapping.status == .okay)
    #expect(rig.granter.remove(0x500) == HypercallError.busy.result)
    #expect(rig.granter.extents(.populatePhysmap, [0x500]).result == 0)
    #expect(rig.granter.extents(.decreaseReservation, [0x500]).result == 0)
    #expect(rig.granter.add(.sharedInfo, 0, at: 0x500) == HypercallError.busy.result)
    #expect(rig.granter.add(.guestFrame, 0x500, at: 0x501) == HypercallError.invalidArgument.result)
    #expect(rig.granter.unmapGrant(mapping.handle, at: 0x500) == .okay)
    #expect(rig.isSound)
  }

  /// The list of what to unmap lies in a page that it unmaps: the answer has nowhere to go, and goes nowhere else.
  @Test func anUnmappingUnderItsOwnFeet() {
    let rig = GrantRig()
    rig.granter.grant(1, to: rig.mapperID, frame: 0x20)
    let mapping = rig.mapper.mapGrant(1, of: rig.granterID, at: GrantRig.place)
    let list = GuestVirtualAddress(GrantRig.place << pageShift)
    let element = GrantUnmap(hostAddress: GrantRig.place << pageShift, handle: mapping.handle)
    rig.mapper.write(element, at: list)
    let before = rig.granter.read(UInt64.self, at: GuestVirtualAddress(0x20010))
    let result = rig.mapper.hypercall(.grantTable, 1, list.rawValue, 1).result
    #expect(result == HypercallError.badAddress.result)
    #expect(rig.mapper.place(GrantRig.place).type == .hole)
    #expect(rig.granter.entry(1).flags == .permitAccess)
    #expect(rig.granter.read(UInt64.self, at: GuestVirtualAddress(0x20010)) == before)
    #expect(rig.isSound)
  }

  /// Elements that cross a page's end, and lists that end where memory does.
  @Test(arguments: [CallWidth.bits64, .bits32]) func listsAcrossPages(width: CallWidth) {
    let rig = GrantRig(width: width)
    rig.granter.grant(1, to: rig.mapperID, frame: 0x20)
    for shift in stride(from: UInt64(0), through: 40, by: 2) {
      let list = GuestVirtualAddress(0x9000 - shift)
      let map = GrantMap(
        hostAddress: GrantRig.place << pageShift, flags: .hostMap, reference: GrantReference(1), domain: rig.granterID)
      let mapped = rig.mapper.grantCall(.map, [map], at: list).structures[0]
      #expect(mapped.status == .okay)
      let copy = GrantCopy(
        source: 1, sourceDomain: rig.granterID, destination: 0x30, byteCount: 64, flags: .sourceIsGrant)
      #expect(rig.mapper.grantCall(.copy, [copy], at: list).structures[0].status == .okay)
      let unmap = GrantUnmap(hostAddress: GrantRig.place << pageShift, handle: mapped.handle)
      #expect(rig.mapper.grantCall(.unmap, [unmap], at: list).structures[0].status == .okay)
    }
    // The memory ends at page 64: the first element is done, the second can't be read.
    let end = GuestVirtualAddress(0x40_000 - UInt64(GrantCopy.size(width)))
    rig.mapper.write(GrantCopy(source: 0x30, destination: 0x31, byteCount: 1), at: end)
    #expect(rig.mapper.hypercall(.grantTable, 5, end.rawValue, 2).result == HypercallError.badAddress.result)
    #expect(rig.isSound)
  }

  @Test func theMapperDies() {
    let rig = GrantRig()
    let other = rig.machine.makeDomain(2)
    for index in 0..<40 { rig.granter.grant(UInt32(index), to: DomainID(2), frame: UInt64(0x10 + index)) }
    for index in 0..<40 {
      #expect(other.mapGrant(UInt32(index), of: rig.granterID, at: UInt64(0x800 + index)).status == .okay)
    }
    rig.machine.destroy(other)
    #expect(rig.machine.hypervisor.object.domains.find(DomainID(2)) == nil)
    #expect((0..<40).allSatisfy { rig.granter.entry(UInt32($0)).flags == .permitAccess })
    #expect(rig.isSound)
  }

  @Test func theGranterDies() {
    let rig = GrantRig()
    let free = rig.machine.freeFrames
    let other = rig.machine.makeDomain(2)
    other.mapGrantTable()
    other.write(UInt64(0xABCD), at: GuestVirtualAddress(0x20000))
    other.grant(3, to: rig.mapperID, frame: 0x20)
    other.grant(4, to: rig.mapperID, frame: 0x21)
    let mapping = rig.mapper.mapGrant(3, of: DomainID(2), at: GrantRig.place)
    rig.machine.destroy(other)
    // Dead, but not forgotten: the frame is still what the mapper sees.
    #expect(other.domain.object.life.state == .dead)
    #expect(other.domain.object.memory.held == 1)
    #expect(rig.mapper.read(UInt64.self, at: GuestVirtualAddress(GrantRig.place << pageShift)) == 0xABCD)
    #expect(rig.isSound)
    // Nothing new of it.
    #expect(rig.mapper.mapGrant(4, of: DomainID(2), at: GrantRig.place + 1).status == .badDomain)
    #expect(!rig.machine.hypervisor.reapOne())
    #expect(rig.mapper.unmapGrant(mapping.handle, at: GrantRig.place) == .okay)
    #expect(rig.machine.hypervisor.reapOne())
    #expect(rig.machine.hypervisor.object.domains.find(DomainID(2)) == nil)
    // All but the first page of the mapper's handles and one table in its map.
    #expect(free - rig.machine.freeFrames <= 3)
    #expect(rig.isSound)
  }

  /// Random grants, uses, copies and deaths: no pin, reference or frame is ever lost.
  @Test(arguments: 1...6) func nothingIsLost(seed: UInt64) {
    let machine = TestMachine()
    var random = SplitMix64(seed: seed)
    func pick(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }
    var domains = (0..<3).map { machine.makeDomain(UInt16($0), isPrivileged: $0 == 0) }
    for domain in domains { domain.mapGrantTable() }
    var mappings: [(mapper: Int, handle: GrantHandle, place: UInt64, device: UInt64)] = []
    for step in 0..<1200 {
      let mapper = pick(3)
      let granter = pick(3)
      switch pick(10) {
      case 0...2:
        let kinds: [GrantEntryFlags] = [.permitAccess, .permitAccess.union(.readOnly), .invalid]
        domains[granter].grant(
          UInt32(pick(6)), to: DomainID(UInt16(pick(3))), frame: UInt64(8 + pick(60)), kinds[pick(3)])
      case 3...5:
        let place = GrantRig.place + UInt64(pick(400))
        var flags = GrantMapFlags(rawValue: UInt32(pick(8)))
        if mapper != 0 { flags.subtract(.deviceMap) }
        let result = domains[mapper].mapGrant(UInt32(pick(7)), of: DomainID(UInt16(granter)), at: place, flags)
        if result.status == .okay {
          mappings.append(
            (
              mapper, result.handle, flags.contains(.hostMap) ? place : 0,
              flags.contains(.deviceMap) ? result.deviceAddress : 0
            ))
        }
      case 6, 7:
        guard !mappings.isEmpty else { continue }
        let mapping = mappings.remove(at: pick(mappings.count))
        let status = domains[mapping.mapper].unmapGrant(mapping.handle, at: mapping.place, device: mapping.device)
        #expect(status == .okay)
      case 8:
        _ = domains[mapper].grantCall(
          .copy,
          [
            GrantCopy(
              source: UInt64(pick(70)), sourceDomain: DomainID(UInt16(granter)), sourceOffset: UInt16(pick(5000)),
              destination: UInt64(pick(70)), destinationDomain: DomainID(UInt16(pick(3))),
              byteCount: UInt16(pick(2000)),
              flags: GrantCopyFlags(rawValue: UInt16(pick(4))))
          ])
      default:
        let frame = UInt64(8 + pick(56))
        if pick(2) == 0 {
          domains[granter].extents(.decreaseReservation, [frame])
        } else {
          domains[granter].extents(.populatePhysmap, [frame])
        }
        if pick(12) == 0, mapper != 0 {
          // The domain dies and another takes its number, when nobody holds anything of it any more.
          while !domains[mapper].domain.relinquish() {}
          for mapping in mappings.filter({ $0.mapper != mapper }) {
            _ = domains[mapping.mapper].unmapGrant(mapping.handle, at: mapping.place, device: mapping.device)
          }
          mappings.removeAll()
          #expect(machine.hypervisor.reap(domains[mapper].domain))
          domains[mapper] = machine.makeDomain(UInt16(mapper))
          domains[mapper].mapGrantTable()
        }
      }
      if step % 50 == 0 { #expect(machine.hypervisor.audit() == 0) }
    }
    #expect(machine.hypervisor.audit() == 0)
  }
}
