import Testing
import XenABI

@testable import Core

@Suite struct GrantCopyTests {
  private func fill(_ domain: TestDomain, _ frame: UInt64, _ seed: UInt8) {
    for offset in stride(from: UInt64(0), to: pageSize, by: 8) {
      domain.write(
        UInt64(seed) &* 0x0101_0101_0101_0101 &+ offset, at: GuestVirtualAddress(frame << pageShift + offset))
    }
  }

  private func word(_ domain: TestDomain, _ frame: UInt64, _ offset: UInt64) -> UInt64 {
    domain.read(UInt64.self, at: GuestVirtualAddress(frame << pageShift + offset))
  }

  @Test(arguments: [CallWidth.bits64, .bits32]) func copiesInBothDirections(width: CallWidth) {
    let rig = GrantRig(width: width)
    fill(rig.granter, 0x20, 3)
    rig.granter.grant(1, to: rig.mapperID, frame: 0x20, .permitAccess.union(.readOnly))
    rig.granter.grant(2, to: rig.mapperID, frame: 0x21)
    let copies = [
      GrantCopy(
        source: 1, sourceDomain: rig.granterID, sourceOffset: 16, destination: 0x30, destinationOffset: 8,
        byteCount: 4000, flags: .sourceIsGrant),
      GrantCopy(
        source: 0x30, destination: 2, destinationDomain: rig.granterID, byteCount: 4096, flags: .destinationIsGrant),
      GrantCopy(
        source: 1, sourceDomain: rig.granterID, destination: 2, destinationDomain: rig.granterID, byteCount: 0,
        flags: .sourceIsGrant.union(.destinationIsGrant)),
    ]
    let outcome = rig.mapper.grantCall(.copy, copies)
    #expect(outcome.result == 0)
    #expect(outcome.structures.allSatisfy { $0.status == .okay })
    #expect(word(rig.mapper, 0x30, 8) == word(rig.granter, 0x20, 16))
    #expect(word(rig.mapper, 0x30, 4000) == word(rig.granter, 0x20, 4008))
    #expect(word(rig.mapper, 0x30, 0) == 0)
    #expect(word(rig.granter, 0x21, 4000) == word(rig.granter, 0x20, 4008))
    // Nothing of the structure but the status is touched.
    #expect(outcome.structures[0].source == 1)
    #expect(rig.granter.entry(1).flags == .permitAccess.union(.readOnly))
    #expect(rig.granter.entry(2).flags == .permitAccess)
    #expect(rig.isSound)
  }

  @Test func refusals() {
    let rig = GrantRig()
    rig.granter.grant(1, to: rig.mapperID, frame: 0x20, .permitAccess.union(.readOnly))
    rig.granter.grant(2, to: rig.mapperID, frame: 0x21)
    rig.granter.grant(3, to: rig.mapperID, frame: 0x7777)
    func status(_ copy: GrantCopy) -> GrantStatus { rig.mapper.grantCall(.copy, [copy]).structures[0].status }
    func reading(_ reference: UInt64, offset: UInt16 = 0, count: UInt16 = 8, into frame: UInt64 = 0x30) -> GrantCopy {
      GrantCopy(
        source: reference, sourceDomain: rig.granterID, sourceOffset: offset, destination: frame, byteCount: count,
        flags: .sourceIsGrant)
    }
    #expect(status(reading(1, offset: 4090)) == .badCopyArgument)
    #expect(status(reading(1, offset: 4088)) == .okay)
    #expect(status(reading(1, offset: .max, count: .max)) == .badCopyArgument)
    #expect(status(reading(3)) == .badPage)
    #expect(status(reading(600)) == .badReference)
    #expect(status(reading(4)) == .generalError)
    #expect(status(reading(1, into: 0x9999)) == .badPage)
    #expect(status(reading(1, into: TestDomain.grantFrame)) == .badPage)
    #expect(status(reading(1, into: .max)) == .badPage)
    // Only one's own frames without a grant.
    #expect(
      status(GrantCopy(source: 0x20, sourceDomain: rig.granterID, destination: 0x30, byteCount: 8))
        == .permissionDenied)
    #expect(
      status(
        GrantCopy(
          source: 1, sourceDomain: DomainID(50), destination: 0x30, byteCount: 8, flags: .sourceIsGrant))
        == .badDomain)
    // The destination is refused after the source was pinned: the pin is given back.
    #expect(
      status(
        GrantCopy(
          source: 2, sourceDomain: rig.granterID, destination: 1, destinationDomain: rig.granterID, byteCount: 8,
          flags: .sourceIsGrant.union(.destinationIsGrant))) == .generalError)
    #expect(rig.granter.entry(2).flags == .permitAccess)
    #expect(rig.isSound)
  }

  @Test func longListsGoOnWhereTheyStopped() {
    let rig = GrantRig()
    rig.granter.grant(1, to: rig.mapperID, frame: 0x20)
    let copies = (0..<70).map { _ in
      GrantCopy(source: 1, sourceDomain: rig.granterID, destination: 0x30, byteCount: 4096, flags: .sourceIsGrant)
    }
    let outcome = rig.mapper.grantCall(.copy, copies, at: GuestVirtualAddress(0x8000))
    #expect(outcome.pieces == 5)
    #expect(outcome.structures.allSatisfy { $0.status == .okay })
  }

  @Test func aPageOntoItself() {
    let rig = GrantRig()
    fill(rig.mapper, 0x30, 5)
    let expected = (0..<100).map { word(rig.mapper, 0x30, UInt64($0) * 8) }
    let copy = GrantCopy(source: 0x30, destination: 0x30, destinationOffset: 80, byteCount: 800)
    #expect(rig.mapper.grantCall(.copy, [copy]).structures[0].status == .okay)
    #expect((0..<100).allSatisfy { word(rig.mapper, 0x30, 80 + UInt64($0) * 8) == expected[$0] })
  }
}
