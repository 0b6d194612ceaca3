import Testing
import XenABI

@testable import Core

/// A control domain that maps, and a guest that grants.
struct GrantRig {
  let machine = TestMachine()
  let mapper: TestDomain
  let granter: TestDomain
  /// A place of the mapper's where no RAM is, of its own or of the machine.
  static let place: UInt64 = 0x9_0000

  init(width: CallWidth = .bits64) {
    mapper = machine.makeDomain(0, isPrivileged: true, width: width, maximumFrames: 80)
    granter = machine.makeDomain(1, width: width, maximumFrames: 80)
    mapper.mapGrantTable()
    granter.mapGrantTable()
  }

  var granterID: DomainID { granter.domain.object.id }
  var mapperID: DomainID { mapper.domain.object.id }
  var isSound: Bool { machine.hypervisor.audit() == 0 }
}

@Suite struct GrantTests {
  @Test(arguments: [CallWidth.bits64, .bits32]) func aMappingShowsTheFrame(width: CallWidth) {
    let rig = GrantRig(width: width)
    rig.granter.write(UInt32(0xFEED), at: GuestVirtualAddress(0x20123 & ~3))
    rig.granter.grant(9, to: rig.mapperID, frame: 0x20)
    let mapping = rig.mapper.mapGrant(9, of: rig.granterID, at: GrantRig.place)
    #expect(mapping.status == .okay)
    #expect(rig.mapper.place(GrantRig.place).type == .grantReadWrite)
    #expect(rig.mapper.place(GrantRig.place).frame == rig.granter.place(0x20).frame)
    let seen = GuestVirtualAddress(GrantRig.place << pageShift + 0x120)
    #expect(rig.mapper.read(UInt32.self, at: seen) == 0xFEED)
    #expect(rig.granter.entry(9).flags == .permitAccess.union(.reading).union(.writing))
    #expect(rig.isSound)

    let flushes = rig.mapper.domain.object.flushCount
    #expect(rig.mapper.unmapGrant(mapping.handle, at: GrantRig.place) == .okay)
    #expect(rig.mapper.domain.object.flushCount == flushes + 1)
    #expect(rig.mapper.place(GrantRig.place).type == .hole)
    #expect(rig.granter.entry(9).flags == .permitAccess)
    #expect(rig.mapper.unmapGrant(mapping.handle, at: GrantRig.place) == .badHandle)
    #expect(rig.isSound)
  }

  @Test func readOnlyStaysReadOnly() {
    let rig = GrantRig()
    rig.granter.grant(1, to: rig.mapperID, frame: 0x20, .permitAccess.union(.readOnly))
    #expect(rig.mapper.mapGrant(1, of: rig.granterID, at: GrantRig.place).status == .generalError)
    let mapping = rig.mapper.mapGrant(1, of: rig.granterID, at: GrantRig.place, .hostMap.union(.readOnly))
    #expect(mapping.status == .okay)
    #expect(rig.mapper.place(GrantRig.place).type == .grantReadOnly)
    #expect(rig.granter.entry(1).flags == .permitAccess.union(.readOnly).union(.reading))
    #expect(rig.isSound)
  }

  @Test func refusals() {
    let rig = GrantRig()
    let other = rig.machine.makeDomain(2)
    rig.granter.grant(1, to: rig.mapperID, frame: 0x20)
    rig.granter.grant(2, to: DomainID(2), frame: 0x20)
    rig.granter.grant(3, to: rig.mapperID, frame: 0x5000)
    rig.granter.grant(4, to: rig.mapperID, frame: 0x20, .invalid)
    rig.granter.grant(5, to: rig.mapperID, frame: TestDomain.grantFrame)
    func status(
      _ reference: UInt32, _ flags: GrantMapFlags = .hostMap, of domain: DomainID? = nil, at place: UInt64? = nil
    ) -> GrantStatus {
      rig.mapper.mapGrant(reference, of: domain ?? rig.granterID, at: place ?? GrantRig.place, flags).status
    }
    #expect(status(1, GrantMapFlags(rawValue: 0)) == .badReference)
    #expect(status(1, .hostMap.union(.containsEntry)) == .generalError)
    #expect(status(1, .hostMap.union(.applicationMap)) == .generalError)
    #expect(status(1, of: DomainID(77)) == .badDomain)
    #expect(status(1, of: .current) == .badDomain)
    #expect(status(512) == .badReference)
    #expect(status(.max) == .badReference)
    #expect(status(2) == .generalError)
    #expect(status(3) == .badPage)
    #expect(status(4) == .generalError)
    #expect(status(5) == .badPage)
    // Where RAM is: the mapper's own, and the machine's, which its devices would reach by that number.
    #expect(status(1, at: 0x21) == .generalError)
    #expect(status(1, at: 0x800) == .generalError)
    #expect(status(1, at: 1 << 36) == .generalError)
    #expect(rig.granter.entry(1).flags == .permitAccess)
    // Addresses for devices are for the control domain.
    let flags = GrantMapFlags.hostMap.union(.deviceMap)
    #expect(other.mapGrant(2, of: rig.granterID, at: 0x800, flags).status == .generalError)
    #expect(other.mapGrant(2, of: rig.granterID, at: 0x800).status == .okay)
    #expect(rig.isSound)
  }

  @Test func theAddressForDevicesIsTheMachines() {
    let rig = GrantRig()
    rig.granter.grant(1, to: rig.mapperID, frame: 0x20)
    let mapping = rig.mapper.mapGrant(1, of: rig.granterID, at: GrantRig.place, .hostMap.union(.deviceMap))
    let address = rig.granter.place(0x20).frame.address.rawValue
    #expect(mapping.deviceAddress == address)
    #expect(rig.mapper.unmapGrant(mapping.handle, at: 0, device: address + pageSize) == .generalError)
    // One half after the other: the grant is used until both are gone.
    #expect(rig.mapper.unmapGrant(mapping.handle, at: GrantRig.place) == .okay)
    #expect(rig.granter.entry(1).flags.contains(.writing))
    #expect(rig.isSound)
    #expect(rig.mapper.unmapGrant(mapping.handle, at: 0, device: address) == .okay)
    #expect(rig.granter.entry(1).flags == .permitAccess)
    #expect(rig.isSound)
  }

  @Test func anUnmappingNamesTheRightPlace() {
    let rig = GrantRig()
    rig.granter.grant(1, to: rig.mapperID, frame: 0x20)
    rig.granter.grant(2, to: rig.mapperID, frame: 0x21)
    let first = rig.mapper.mapGrant(1, of: rig.granterID, at: GrantRig.place)
    let second = rig.mapper.mapGrant(2, of: rig.granterID, at: GrantRig.place + 1)
    #expect(rig.mapper.unmapGrant(first.handle, at: GrantRig.place + 1) == .generalError)
    #expect(rig.mapper.unmapGrant(GrantHandle(5000), at: GrantRig.place) == .badHandle)
    #expect(rig.mapper.unmapGrant(second.handle, at: GrantRig.place + 1) == .okay)
    #expect(rig.mapper.unmapGrant(first.handle, at: GrantRig.place) == .okay)
    #expect(rig.isSound)
  }

  @Test func readersAndWritersAreCountedApart() {
    let rig = GrantRig()
    rig.granter.grant(1, to: rig.mapperID, frame: 0x20)
    let reader = rig.mapper.mapGrant(1, of: rig.granterID, at: GrantRig.place, .hostMap.union(.readOnly))
    #expect(rig.granter.entry(1).flags == .permitAccess.union(.reading))
    let writer = rig.mapper.mapGrant(1, of: rig.granterID, at: GrantRig.place + 1)
    #expect(rig.granter.entry(1).flags == .permitAccess.union(.reading).union(.writing))
    #expect(rig.isSound)
    #expect(rig.mapper.unmapGrant(writer.handle, at: GrantRig.place + 1) == .okay)
    #expect(rig.granter.entry(1).flags == .permitAccess.union(.reading))
    #expect(rig.mapper.unmapGrant(reader.handle, at: GrantRig.place) == .okay)
    #expect(rig.granter.entry(1).flags == .permitAccess)
  }

  @Test(arguments: [CallWidth.bits64, .bits32]) func longListsGoOnWhereTheyStopped(width: CallWidth) {
    let rig = GrantRig(width: width)
    rig.granter.grant(1, to: rig.mapperID, frame: 0x20)
    let list = GuestVirtualAddress(0x8000)
    let requests = (0..<100).map { index in
      GrantMap(
        hostAddress: (GrantRig.place + UInt64(index)) << pageShift, flags: .hostMap, reference: GrantReference(1),
        domain: rig.granterID)
    }
    let mapped = rig.mapper.grantCall(.map, requests, at: list)
    #expect(mapped.result == 0)
    #expect(mapped.pieces == 4)
    #expect(mapped.structures.allSatisfy { $0.status == .okay })
    #expect(Set(mapped.structures.map(\.handle.rawValue)).count == 100)
    #expect(rig.isSound)
    let unmapped = rig.mapper.grantCall(
      .unmap, mapped.structures.map { GrantUnmap(hostAddress: $0.hostAddress, handle: $0.handle) }, at: list)
    #expect(unmapped.pieces == 4)
    #expect(unmapped.structures.allSatisfy { $0.status == .okay })
    #expect(rig.granter.entry(1).flags == .permitAccess)
    #expect(rig.isSound)
  }

  @Test func handlesAndPinsHaveAnEnd() {
    let rig = GrantRig()
    rig.granter.grant(1, to: rig.mapperID, frame: 0x20)
    var handles: [GrantHandle] = []
    for index in 0..<255 {
      let mapping = rig.mapper.mapGrant(1, of: rig.granterID, at: GrantRig.place + UInt64(index))
      if mapping.status == .okay { handles.append(mapping.handle) }
    }
    #expect(handles.count == 255)
    #expect(rig.mapper.mapGrant(1, of: rig.granterID, at: GrantRig.place + 300).status == .generalError)
    #expect(rig.isSound)
    for (index, handle) in handles.enumerated() {
      _ = rig.mapper.unmapGrant(handle, at: GrantRig.place + UInt64(index))
    }
    #expect(rig.isSound)
  }

  // MARK: The table

  @Test(arguments: [CallWidth.bits64, .bits32]) func theTableGrowsAndSaysWhereItIs(width: CallWidth) {
    let rig = GrantRig(width: width)
    var query = rig.granter.grantCall(.querySize, [GrantQuerySize()]).structures[0]
    #expect(query.frameCount == 1)
    #expect(query.maximumFrameCount == 32)
    let list = GuestVirtualAddress(0x9000)
    let setup = rig.granter.grantCall(.setupTable, [GrantSetupTable(frameCount: 3, frames: list)])
    #expect(setup.structures[0].status == .okay)
    query = rig.granter.grantCall(.querySize, [GrantQuerySize()]).structures[0]
    #expect(query.frameCount == 3)
    if width == .bits64 {
      #expect(rig.granter.read(UInt64.self, at: list) == TestDomain.grantFrame)
      #expect(rig.granter.read(UInt64.self, at: list.advanced(by: 8)) == .max)
    } else {
      #expect(rig.granter.read(UInt32.self, at: list) == UInt32(TestDomain.grantFrame))
      #expect(rig.granter.read(UInt32.self, at: list.advanced(by: 4)) == .max)
    }
    let tooLong = rig.granter.grantCall(.setupTable, [GrantSetupTable(frameCount: 33, frames: list)])
    #expect(tooLong.structures[0].status == .generalError)
    let notMine = rig.granter.grantCall(.setupTable, [GrantSetupTable(domain: .zero, frameCount: 1, frames: list)])
    #expect(notMine.structures[0].status == .permissionDenied)
    let nobodys = rig.mapper.grantCall(.querySize, [GrantQuerySize(domain: DomainID(9))])
    #expect(nobodys.structures[0].status == .badDomain)
    let two = rig.granter.grantCall(.setupTable, [GrantSetupTable(), GrantSetupTable()])
    #expect(two.result == HypercallError.invalidArgument.result)
    #expect(rig.isSound)
  }

  @Test func versions() {
    let rig = GrantRig()
    #expect(rig.granter.grantCall(.setVersion, [GrantSetVersion(version: 1)]).result == 0)
    let second = rig.granter.grantCall(.setVersion, [GrantSetVersion(version: 2)])
    #expect(second.result == HypercallError.notImplemented.result)
    #expect(second.structures[0].version == 1)
    let third = rig.granter.grantCall(.setVersion, [GrantSetVersion(version: 3)])
    #expect(third.result == HypercallError.invalidArgument.result)
    #expect(rig.granter.grantCall(.getVersion, [GrantGetVersion()]).structures[0].version == 1)
    let others = rig.granter.grantCall(.getVersion, [GrantGetVersion(domain: .zero)])
    #expect(others.result == HypercallError.notPermitted.result)
    #expect(rig.granter.grantCall(.transfer, [GrantQuerySize()]).result == HypercallError.notImplemented.result)
    #expect(
      rig.granter.hypercall(.grantTable, 7, 0x2000, 1).result == HypercallError.notImplemented.result)
    #expect(
      rig.granter.hypercall(.grantTable, 0, 0x2000, 1 << 31).result == HypercallError.invalidArgument.result)
    #expect(rig.granter.hypercall(.grantTable, 0, 0xFFFF_0000, 0).result == 0)
    #expect(rig.granter.hypercall(.grantTable, 0, 0xFFFF_0000, 1).result == HypercallError.badAddress.result)
  }
}
