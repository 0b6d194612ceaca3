import Builder
import Testing
import XenABI

@testable import Core

@Suite struct DomainMakingTests {
  @Test func numbersAreChosenOrTaken() {
    let maker = DomainMaker()
    #expect(maker.create().id == DomainID(1) && maker.create().id == DomainID(2))
    #expect(maker.create(7).id == DomainID(7))
    #expect(maker.create(7).outcome == refused(.alreadyExists))
    // A number is not used again as long as others were not used at all.
    #expect(maker.plain(.destroy, DomainID(2)) == .done(0))
    #expect(maker.create().id == DomainID(3))
    #expect(maker.create(DomainID.invalid.rawValue).id == DomainID(4))
  }

  @Test(arguments: [CallWidth.bits64, .bits32]) func aNewDomainIsPausedAndEmpty(_ width: CallWidth) throws {
    let maker = DomainMaker(width: width)
    let (outcome, id) = maker.create { request in
      for index in 0..<16 { request.handle[index] = UInt8(index + 1) }
    }
    #expect(outcome == .done(0))
    let domain = try #require(maker.find(id))
    let information = domain.information
    #expect(information.flags.contains(.paused) && !information.flags.contains(.running))
    #expect(information.frameCount == 0 && information.maximumFrameCount == 0 && information.onlineVCPUCount == 0)
    #expect(information.handle[0] == 1 && information.handle[15] == 16)
    #expect(domain.object.name == DomainName(of: id) && domain.object.isPrivileged == false)
    #expect(maker.machine.hypervisor.audit() == 0)
  }

  @Test func refusesWhatIsNotOffered() {
    let maker = DomainMaker()
    let free = maker.machine.freeFrames
    func refusal(_ change: (inout DomainControlCreate) -> Void) -> HypercallOutcome { maker.create(0, change).outcome }
    #expect(refusal { $0.flags = .hardwareAssisted } == refused(.invalidArgument))
    #expect(refusal { $0.flags = DomainCreationFlags(rawValue: 0) } == refused(.invalidArgument))
    #expect(refusal { $0.flags.rawValue |= 1 << 5 } == refused(.invalidArgument))
    #expect(refusal { $0.emulationFlags = EmulationFlags(rawValue: 0) } == refused(.notSupported))
    #expect(refusal { $0.emulationFlags = .known } == refused(.notSupported))
    #expect(refusal { $0.emulationFlags = EmulationFlags(rawValue: 1 << 20 | 1) } == refused(.invalidArgument))
    #expect(refusal { $0.maximumVCPUs = 0 } == refused(.invalidArgument))
    #expect(refusal { $0.maximumVCPUs = 2 } == refused(.invalidArgument))
    #expect(refusal { $0.grantOptions = 2 } == refused(.invalidArgument))
    #expect(refusal { $0.maximumGrantFrames = 0 } == refused(.invalidArgument))
    #expect(refusal { $0.maximumGrantFrames = 65 } == refused(.invalidArgument))
    #expect(refusal { $0.cpuPool = 1 } == refused(.invalidArgument))
    #expect(refusal { $0.miscellaneousFlags = 1 } == refused(.invalidArgument))
    #expect(maker.machine.freeFrames == free)
    #expect(maker.machine.services.takeConsole().contains("max_vcpus 0x2: expected one vCPU"))
    maker.control.write(DomainControlHeader(operation: .create, version: 0x14))
    #expect(maker.control.dispatch(.domainControl, TestDomain.scratch.rawValue) == refused(.accessDenied))
  }

  @Test func allOfItTakesPrivilege() {
    let maker = DomainMaker()
    let guest = maker.machine.makeDomain(9)
    let victim = maker.made().object.id
    for operation in [
      DomainControlOperation.create, .setVCPUCount, .getContext, .setContext, .getCPUPolicy, .setCPUPolicy,
      .setAffinity,
      .getAffinity, .getVCPUInformation, .scheduling, .setMaximumMemory,
    ] {
      guest.write(DomainControlHeader(operation: operation, domain: victim))
      #expect(guest.dispatch(.domainControl, TestDomain.scratch.rawValue) == refused(.notPermitted))
    }
    for operation in [SystemControlOperation.scheduler, .counters, .processors] {
      guest.write(SystemControlHeader(operation: operation))
      #expect(guest.dispatch(.systemControl, TestDomain.scratch.rawValue) == refused(.notPermitted))
    }
    guest.write(ApusDomainName(domain: victim))
    #expect(
      guest.dispatch(.apus, ApusOperation.setDomainName.word, TestDomain.scratch.rawValue) == refused(.notPermitted))
    guest.write(ForeignMemoryMap(domain: victim))
    #expect(
      guest.dispatch(.memory, MemoryOperation.setMemoryMap.word, TestDomain.scratch.rawValue)
        == refused(.notPermitted))
  }

  @Test func limitsAreKept() throws {
    let maker = DomainMaker()
    let id = maker.create { request in
      request.maximumPort = 2
      request.maximumGrantFrames = 3
      request.maximumMaptrackFrames = 1
    }.id
    let domain = try #require(maker.find(id))
    #expect(domain.object.grants.maximumFrameCount == 3)
    #expect(try domain.openPort(for: .zero) == EventPort(1))
    #expect(try domain.openPort(for: .zero) == EventPort(2))
    #expect(throws: HypercallError.noSpace) { try domain.openPort(for: .zero) }
  }

  @Test func vcpusAreThoseThatWereAnnounced() throws {
    let maker = DomainMaker()
    let id = maker.create().id
    #expect(maker.result(DomainControlVCPUCount(domain: id, count: 2)) == refused(.invalidArgument))
    #expect(maker.result(DomainControlVCPUCount(domain: id, count: 1)) == .done(0))
    #expect(maker.result(DomainControlVCPUCount(domain: id, count: 1)) == .done(0))
    #expect(maker.result(DomainControlVCPUCount(domain: .zero, count: 1)) == refused(.invalidArgument))
    #expect(maker.result(DomainControlVCPUCount(domain: DomainID(99), count: 1)) == refused(.noSuchDomain))
    let domain = try #require(maker.find(id))
    #expect(domain.object.vcpuCount == 1 && domain.vcpu(.zero)?.object.isOnline == false)
  }

  @Test func itRunsOnceItHasRegistersAndIsUnpaused() throws {
    let maker = DomainMaker()
    let domain = maker.made()
    let vcpu = try #require(domain.vcpu(.zero))
    #expect(maker.plain(.unpause, domain.object.id) == .done(0) && !vcpu.canRun)
    #expect(maker.plain(.pause, domain.object.id) == .done(0))
    #expect(maker.start(DomainMaker.kernel, of: domain.object.id) == .done(0))
    #expect(vcpu.object.isOnline && !vcpu.canRun)
    #expect(maker.plain(.unpause, domain.object.id) == .done(0) && vcpu.canRun)
    #expect(maker.machine.services.states[vcpu.rawAddress]?.general.rip == 0x10_0000)
  }

  @Test func whatADomainTakesComesBack() throws {
    let maker = DomainMaker()
    // The first port takes the control domain's frame for them, if any.
    let free = maker.machine.freeFrames
    for _ in 0..<20 {
      let domain = maker.made()
      let id = domain.object.id
      #expect(maker.control.extents(.populatePhysmap, Array(0..<40), of: id).result == 40)
      #expect(maker.start(DomainMaker.kernel, of: id) == .done(0))
      _ = try maker.control.allocateUnbound(for: .zero, of: id)
      #expect(maker.plain(.unpause, id) == .done(0))
      maker.machine.advance(.milliseconds(3))
      _ = maker.machine.cpu.pickNext(at: maker.machine.now)
      while maker.plain(.destroy, id) != .done(0) {}
      #expect(maker.find(id) == nil && maker.machine.freeFrames == free)
    }
    #expect(maker.machine.hypervisor.audit() == 0)
  }

  @Test func namesAreGivenAndOwn() throws {
    let maker = DomainMaker()
    let first = maker.create().id
    let second = maker.create().id
    func name(_ text: String, _ id: DomainID) -> HypercallOutcome {
      var request = ApusDomainName(domain: id)
      for (index, byte) in text.utf8.enumerated() { request.name[index] = byte }
      maker.control.write(request)
      return maker.control.dispatch(
        .apus, ApusOperation.setDomainName.word, TestDomain.scratch.rawValue)
    }
    #expect(name("web", first) == .done(0) && name("web", first) == .done(0))
    #expect(name("web", second) == refused(.alreadyExists))
    #expect(name("", second) == refused(.invalidArgument))
    #expect(name("a b", second) == refused(.invalidArgument))
    #expect(name("a\u{1B}[", second) == refused(.invalidArgument))
    let longest = String(repeating: "x", count: ApusDomainName.nameLimit)
    #expect(name(longest, second) == .done(0))
    #expect(try maker.control.call(ApusDomainName(domain: second)) { $0.apusDomainName }.name[126] == UInt8(ascii: "x"))
    #expect(name(longest + "x", second) == refused(.invalidArgument))
    #expect(name("web", DomainID(99)) == refused(.noSuchDomain))
    let answer = try maker.control.call(ApusDomainName(domain: first)) { $0.apusDomainName }
    #expect((0..<4).map { answer.name[$0] } == Array("web\0".utf8))
    #expect(maker.plain(.destroy, first) == .done(0) && name("web", second) == .done(0))
  }
}

/// What the control domain does to another's memory, parameters and ports.
@Suite struct OnBehalfTests {
  @Test(arguments: [CallWidth.bits64, .bits32]) func memoryOfAnother(_ width: CallWidth) throws {
    let maker = DomainMaker(width: width)
    let domain = maker.made()
    let id = domain.object.id
    let control = maker.control
    #expect(control.extents(.populatePhysmap, [0, 1, 2, 0x800], of: id).result == 4)
    #expect(domain.object.memory.held == 4 && domain.object.p2m.lookup(GuestFrame(0x800)).type == .ram)
    #expect(control.extents(.populatePhysmap, Array(10..<80), of: id).result == 60)  // 64 frames are its most
    #expect(control.extents(.decreaseReservation, [1], of: id).result == 1)
    #expect(domain.object.p2m.lookup(GuestFrame(1)).type == .hole)
    #expect(control.extents(.increaseReservation, [0], of: id).result == 1)
    #expect(control.memoryCall(.currentReservation, MemoryDomain(domain: id)).result == 63)
    #expect(control.memoryCall(.maximumReservation, MemoryDomain(domain: id)).result == 64)
    #expect(control.add(.sharedInfo, 0, at: 0x900, of: id) == 0)
    #expect(domain.object.sharedInfoPlace == GuestFrame(0x900))
    #expect(control.add(.grantTable, 0, at: 0x901, of: id) == 0)
    #expect(
      control.memoryCall(.removeFromPhysmap, RemoveFromPhysmap(domain: id, frame: GuestFrame(2))).result == 0)
    #expect(domain.object.memory.held == 62)
    #expect(maker.machine.hypervisor.audit() == 0)
  }

  @Test func aGuestReachesNobodyElse() {
    let maker = DomainMaker()
    let id = maker.made().object.id
    let guest = maker.machine.makeDomain(9)
    let refusal = HypercallError.notPermitted.result
    for operation in [MemoryOperation.populatePhysmap, .decreaseReservation, .increaseReservation] {
      #expect(guest.extents(operation, [0], of: id).result == refusal)
    }
    for operation in [MemoryOperation.currentReservation, .maximumReservation] {
      #expect(guest.memoryCall(operation, MemoryDomain(domain: id)).result == refusal)
    }
    #expect(guest.add(.sharedInfo, 0, at: 0x900, of: id) == refusal)
    #expect(
      guest.memoryCall(.removeFromPhysmap, RemoveFromPhysmap(domain: id, frame: GuestFrame(0))).result == refusal)
    #expect(guest.refusal(HVMParameterValue(domain: id, index: .storeFrame)) { $0.hvmGetParameter } == .notPermitted)
    #expect(
      guest.refusal(HVMParameterValue(domain: id, index: .storeFrame, value: 1)) { $0.hvmSetParameter }
        == .notPermitted)
    #expect(
      guest.refusal(EventChannelAllocateUnbound(domain: id, remoteDomain: .zero)) { $0.eventChannelAllocateUnbound }
        == .notPermitted)
  }

  @Test func parametersAndPortsOfAnother() throws {
    let maker = DomainMaker()
    let domain = maker.made()
    let id = domain.object.id
    let port = try maker.control.allocateUnbound(for: .zero, of: id)
    for (parameter, value) in [
      (HVMParameter.storeFrame, UInt64(0xFEFFC)), (.storePort, UInt64(port.rawValue)), (.consoleFrame, 0xFEFFD),
      (.consolePort, 3),
    ] {
      _ = try maker.control.call(HVMParameterValue(domain: id, index: parameter, value: value)) { $0.hvmSetParameter }
      let answer = try maker.control.call(HVMParameterValue(domain: id, index: parameter)) { $0.hvmGetParameter }
      #expect(answer.value == value)
    }
    let local = try maker.control.bindInterdomain(id, port)
    try maker.control.send(local)
    #expect(domain.object.sharedInfo.isPending(port))
  }

  @Test(arguments: [CallWidth.bits64, .bits32]) func theMemoryMapOfAnother(_ width: CallWidth) throws {
    let maker = DomainMaker(width: width)
    let domain = maker.made()
    func set(_ entries: [MemoryMapEntry], count: UInt32? = nil) -> Int64 {
      for (index, entry) in entries.enumerated() {
        maker.control.write(entry, at: DomainMaker.buffer.advanced(by: UInt64(index) * 20))
      }
      let map = MemoryMapRequest(entryCount: count ?? UInt32(entries.count), buffer: DomainMaker.buffer)
      return maker.control.memoryCall(.setMemoryMap, ForeignMemoryMap(domain: domain.object.id, map: map)).result
    }
    #expect(
      set([
        MemoryMapEntry(address: 0, byteCount: 0x10_0000, kind: .ram),
        MemoryMapEntry(address: 0xFC00_0000, byteCount: 4096, kind: .acpi),
      ]) == 0)
    let kept = domain.object.memoryMap
    let map = try #require(kept)
    #expect(map.object.count == 2 && map.object[1].type == .acpi && map.object[0].byteCount == 0x10_0000)
    let bad = HypercallError.invalidArgument.result
    #expect(set([MemoryMapEntry(address: 0, byteCount: 1, kind: MemoryKind(0))]) == bad)
    #expect(set([MemoryMapEntry(address: 0, byteCount: 1, kind: MemoryKind(6))]) == bad)
    #expect(set([MemoryMapEntry(address: .max, byteCount: 2, kind: .ram)]) == bad)
    #expect(set([], count: 65) == bad)
    #expect(map.object.count == 2)
    #expect(set([]) == 0 && map.object.count == 0)
  }
}
