import Testing
import XenABI

@testable import Core

@Suite struct VCPUControlTests {
  @Test func weightAndCap() throws {
    let maker = DomainMaker()
    let domain = maker.made()
    let id = domain.object.id
    let entity = try #require(domain.vcpu(.zero)).entity
    func get() -> [UInt16] {
      let answer = maker.call(DomainControlScheduling(.get, domain: id)).answer
      return [answer.weight, answer.cap]
    }
    #expect(get() == [256, 0])
    #expect(maker.result(DomainControlScheduling(.set, domain: id, weight: 1000, cap: 50)) == .done(0))
    #expect(get() == [1000, 50] && entity.object.weight == 1000 && entity.object.cap == 50)
    #expect(maker.result(DomainControlScheduling(.set, domain: id, weight: 0, cap: .max)) == .done(0))
    #expect(get() == [1000, 50])
    #expect(maker.result(DomainControlScheduling(.set, domain: id, cap: 0)) == .done(0))
    #expect(get() == [1000, 0])
    #expect(maker.result(DomainControlScheduling(SchedulingCommand(2), domain: id)) == refused(.invalidArgument))
    #expect(maker.result(DomainControlScheduling(SchedulingCommand(9), domain: id)) == refused(.invalidArgument))
    var other = DomainControlScheduling(.get, domain: id)
    other.scheduler = 5
    #expect(maker.result(other) == refused(.invalidArgument))
    #expect(maker.result(DomainControlScheduling(.get, domain: DomainID(99))) == refused(.noSuchDomain))
    // What is set before there is a vCPU holds for it.
    let second = maker.create().id
    #expect(maker.result(DomainControlScheduling(.set, domain: second, weight: 7)) == .done(0))
    #expect(maker.result(DomainControlVCPUCount(domain: second, count: 1)) == .done(0))
    #expect(maker.find(second)?.vcpu(.zero)?.entity.object.weight == 7)
  }

  @Test func whatAVCPUDoes() throws {
    let maker = DomainMaker()
    let id = maker.create().id
    #expect(maker.result(DomainControlVCPUInformation(domain: id)) == refused(.noSuchDomain))
    #expect(maker.result(DomainControlVCPUInformation(domain: id, vcpu: VCPUID(1))) == refused(.invalidArgument))
    #expect(maker.result(DomainControlVCPUCount(domain: id, count: 1)) == .done(0))
    func get() -> DomainControlVCPUInformation { maker.call(DomainControlVCPUInformation(domain: id)).answer }
    #expect(get().online == 0)
    #expect(maker.start(DomainMaker.kernel, of: id) == .done(0) && maker.plain(.unpause, id) == .done(0))
    maker.control.vcpu.block()
    _ = maker.machine.cpu.pickNext(at: maker.machine.now)
    maker.machine.advance(.milliseconds(3))
    #expect(get().online == 1 && get().running == 1 && get().cpuTime == .milliseconds(3) && get().cpu == 0)
    maker.find(id)?.vcpu(.zero)?.block()
    #expect(get().blocked == 1 && get().running == 0)
  }

  @Test func affinityHasToHaveTheProcessor() {
    let maker = DomainMaker()
    let id = maker.made().object.id
    let place = DomainMaker.buffer
    func set(_ bits: UInt64, _ count: UInt32, _ flags: AffinityFlags = .hard) -> HypercallOutcome {
      maker.control.write(bits, at: place)
      let request = ProcessorSet(buffer: place, bitCount: count)
      return maker.result(
        DomainControlAffinity(.setAffinity, domain: id, flags: flags, hard: request, soft: request))
    }
    func get(_ count: UInt32 = 64) -> UInt64 {
      maker.control.write(UInt64(0x5A5A), at: place)
      let request = ProcessorSet(buffer: place, bitCount: count)
      #expect(maker.result(DomainControlAffinity(.getAffinity, domain: id, hard: request)) == .done(0))
      return maker.control.read(UInt64.self, at: place)
    }
    #expect(get() == .max)
    #expect(set(0b101, 64) == .done(0))
    #expect(maker.control.read(UInt64.self, at: place) == 1)  // what has an effect
    #expect(get() == 0b101 && get(4) == 0x5A05)
    #expect(set(0b110, 64) == refused(.invalidArgument) && set(1, 0) == refused(.invalidArgument))
    #expect(get() == 0b101)
    #expect(set(0b110, 64, .soft) == .done(0))
    #expect(set(1, 64, AffinityFlags(rawValue: 0)) == refused(.invalidArgument))
    #expect(set(1, 64, AffinityFlags(rawValue: 8)) == refused(.invalidArgument))
  }

  @Test func countersCountAndStartAnew() throws {
    let maker = DomainMaker()
    let control = maker.control
    func counters(_ command: CounterCommand = .query) throws -> [String: UInt32] {
      let request = SystemControlCounters(command, descriptions: DomainMaker.buffer, values: TestDomain.firstList)
      let answer = try control.call(request) { $0.systemControlCounters }
      var values: [String: UInt32] = [:]
      for index in 0..<UInt64(answer.counterCount) {
        let name = control.text(80, at: DomainMaker.buffer.advanced(by: index * 84))
        values[name] = control.read(UInt32.self, at: TestDomain.firstList.advanced(by: index * 4))
      }
      #expect(answer.counterCount == 26 && answer.valueCount == 26 && values.count == 26)
      return values
    }
    control.vcpu.object.exits.count(.cpuid)
    let domain = maker.made()
    domain.vcpu(.zero)?.object.exits.count(.cpuid)
    let port = try control.allocateUnbound(for: .zero)
    control.domain.deliver(port)
    var seen = try counters()
    #expect(seen["exits: CPUID"] == 2 && seen["exits: HLT"] == 0 && seen["events delivered"] == 1)
    #expect(seen["domains made"] == 2 && seen["domains forgotten"] == 0)
    // They outlive the domain.
    #expect(maker.plain(.destroy, domain.object.id) == .done(0))
    seen = try counters()
    #expect(seen["exits: CPUID"] == 2 && seen["domains forgotten"] == 1)
    _ = try control.call(SystemControlCounters(.reset)) { $0.systemControlCounters }
    control.vcpu.object.exits.count(.cpuid)
    seen = try counters()
    #expect(seen["exits: CPUID"] == 1 && seen["domains made"] == 0)
    #expect(control.refusal(SystemControlCounters(CounterCommand(3))) { $0.systemControlCounters } == .invalidArgument)
  }

  @Test func idleTimeIsThatOfNobody() throws {
    let maker = DomainMaker()
    let machine = maker.machine
    func idle() throws -> UInt64 {
      let request = SystemControlProcessors(maximumCount: 4, buffer: DomainMaker.buffer)
      #expect(try maker.control.call(request) { $0.systemControlProcessors }.count == 1)
      return maker.control.read(UInt64.self, at: DomainMaker.buffer)
    }
    _ = machine.cpu.pickNext(at: machine.now)
    machine.advance(.milliseconds(2))
    maker.control.vcpu.block()
    #expect(machine.cpu.pickNext(at: machine.now) == nil)
    machine.advance(.milliseconds(5))
    maker.control.vcpu.wake()
    _ = machine.cpu.pickNext(at: machine.now)
    machine.advance(.milliseconds(1))
    #expect(try idle() == 5_000_000)
    #expect(try maker.control.call(SystemControlScheduler()) { $0.systemControlScheduler }.scheduler == 6)
  }
}

@Suite struct CPUPolicyTests {
  private func leaves(_ maker: DomainMaker, _ id: DomainID) -> [CPUIDLeafEntry] {
    let (outcome, answer) = maker.call(
      DomainControlCPUPolicy(.getCPUPolicy, domain: id, leafCount: 200, leaves: DomainMaker.buffer))
    #expect(outcome == .done(0) && answer.registerCount == 0)
    return (0..<UInt64(answer.leafCount)).map {
      maker.control.read(CPUIDLeafEntry.self, at: DomainMaker.buffer.advanced(by: $0 * 24))
    }
  }

  private func set(
    _ maker: DomainMaker, _ id: DomainID, _ leaves: [CPUIDLeafEntry]
  ) -> (outcome: HypercallOutcome, leaf: UInt32, subleaf: UInt32) {
    for (index, leaf) in leaves.enumerated() {
      maker.control.write(leaf, at: DomainMaker.buffer.advanced(by: UInt64(index) * 24))
    }
    let (outcome, answer) = maker.call(
      DomainControlCPUPolicy(
        .setCPUPolicy, domain: id, leafCount: UInt32(leaves.count), leaves: DomainMaker.buffer))
    return (outcome, answer.refusedLeaf, answer.refusedSubleaf)
  }

  @Test func thePolicyOfANewDomainIsAccepted() throws {
    let maker = DomainMaker()
    let id = maker.made().object.id
    let all = leaves(maker, id)
    #expect(all.count > 30 && all.first?.leaf == 0 && all.contains { $0.leaf == 7 && $0.subleaf == 1 })
    #expect(set(maker, id, all).outcome == .done(0))
    #expect(leaves(maker, id) == all)
    let small = DomainControlCPUPolicy(.getCPUPolicy, domain: id, leafCount: 3, leaves: DomainMaker.buffer)
    #expect(maker.result(small) == refused(.noBuffers))
    let (_, answer) = maker.call(DomainControlCPUPolicy(.getCPUPolicy, domain: id))
    #expect(answer.leafCount >= UInt32(all.count))
  }

  @Test func askingForLessTakesEffect() throws {
    let maker = DomainMaker()
    let domain = maker.made()
    var one = try #require(leaves(maker, domain.object.id).first { $0.leaf == 1 })
    #expect(one.ecx & CPUIDLeaf1ECX.aes.rawValue != 0)
    one.ecx &= ~(CPUIDLeaf1ECX.aes.rawValue | CPUIDLeaf1ECX.xsave.rawValue)
    #expect(set(maker, domain.object.id, [one]).outcome == .done(0))
    let guest = TestGuest()
    let seen = domain.cpuid.result(leaf: 1, subleaf: 0, for: guest)
    #expect(seen.ecx & CPUIDLeaf1ECX.aes.rawValue == 0)
    #expect(domain.cpuid.object.supportedStates.rawValue == 0)
    #expect(domain.cpuid.result(leaf: 0xD, subleaf: 0, for: guest) == .zero)
    // A lower highest leaf empties those past it.
    var zero = try #require(leaves(maker, domain.object.id).first { $0.leaf == 0 })
    zero.eax = 5
    #expect(set(maker, domain.object.id, [zero]).outcome == .done(0))
    #expect(domain.cpuid.result(leaf: 7, subleaf: 0, for: guest) == .zero)
    #expect(leaves(maker, domain.object.id).allSatisfy { $0.leaf <= 5 || $0.leaf >= 0x8000_0000 })
    // It can be had back, but for what the list does not name.
    zero.eax = 7
    #expect(set(maker, domain.object.id, [zero]).outcome == .done(0))
    #expect(domain.cpuid.result(leaf: 1, subleaf: 0, for: guest).ecx & CPUIDLeaf1ECX.aes.rawValue == 0)
  }

  /// What CPUID no longer offers is no longer a guest's to switch on either.
  @Test func askingForLessIsEnforced() throws {
    let maker = DomainMaker()
    let domain = maker.made()
    var seven = try #require(leaves(maker, domain.object.id).first { $0.leaf == 7 && $0.subleaf == 0 })
    #expect(domain.cpuid.object.offeredControlRegister4.contains(.supervisorExecutionPrevention))
    seven.ebx &= ~CPUIDLeaf7EBX.supervisorExecutionPrevention.rawValue
    #expect(set(maker, domain.object.id, [seven]).outcome == .done(0))
    #expect(!domain.cpuid.object.offeredControlRegister4.contains(.supervisorExecutionPrevention))
    let vcpu = try #require(domain.object.vcpus[0])
    #expect(FakeServices.current.policiesTaken == [vcpu.rawAddress])
  }

  @Test func askingForMoreNamesTheLeaf() throws {
    let maker = DomainMaker()
    let domain = maker.made()
    let id = domain.object.id
    let before = leaves(maker, id)
    func change(_ leaf: UInt32, _ body: (inout CPUIDLeafEntry) -> Void) throws -> CPUIDLeafEntry {
      var entry = try #require(before.first { $0.leaf == leaf })
      body(&entry)
      return entry
    }
    let less = try change(1) { $0.ecx = 0 }
    let vmx = try change(1) { $0.ecx |= 1 << 5 }
    #expect(set(maker, id, [less, vmx]) == (refused(.invalidArgument), 1, .max))
    #expect(leaves(maker, id) == before)
    let vendor = try change(0) { $0.ebx ^= 1 }
    #expect(set(maker, id, [vendor]) == (refused(.invalidArgument), 0, .max))
    let highest = try change(0x8000_0000) { $0.eax = 0x8000_0028 }
    #expect(set(maker, id, [highest]) == (refused(.invalidArgument), 0x8000_0000, .max))
    var keys = try change(7) { $0.ecx |= 1 << 3 }
    #expect(set(maker, id, [keys]) == (refused(.invalidArgument), 7, 0))
    keys.subleaf = 2
    #expect(set(maker, id, [keys]) == (refused(.outOfRange), 7, 2))
    let states = CPUIDLeafEntry(leaf: 0xD, subleaf: 0, eax: 0b101)
    #expect(set(maker, id, [states]) == (refused(.invalidArgument), 0xD, 0))
    #expect(set(maker, id, [CPUIDLeafEntry(leaf: 0x20)]) == (refused(.outOfRange), 0x20, .max))
    #expect(set(maker, id, [CPUIDLeafEntry(leaf: 0x9000_0000)]).outcome == refused(.outOfRange))
    #expect(leaves(maker, id) == before)
  }

  @Test func registersCanOnlyBeZero() {
    let maker = DomainMaker()
    let id = maker.made().object.id
    func set(_ entry: MSREntry) -> (HypercallOutcome, UInt32) {
      maker.control.write(entry, at: DomainMaker.buffer)
      let (outcome, answer) = maker.call(
        DomainControlCPUPolicy(.setCPUPolicy, domain: id, registerCount: 1, registers: DomainMaker.buffer))
      return (outcome, answer.refusedRegister)
    }
    #expect(set(MSREntry(number: 0x10A)) == (.done(0), .max))
    #expect(set(MSREntry(number: 0x10A, value: 1)) == (refused(.invalidArgument), 0x10A))
    #expect(set(MSREntry(number: 0x1234)) == (refused(.outOfRange), 0x1234))
  }

  @Test func notOnceItRuns() {
    let maker = DomainMaker()
    let id = maker.made().object.id
    #expect(maker.result(DomainControlCPUPolicy(.setCPUPolicy, domain: .zero)) == refused(.invalidArgument))
    #expect(maker.result(DomainControlCPUPolicy(.setCPUPolicy, domain: id, leafCount: 257)) == refused(.tooBig))
    #expect(maker.plain(.unpause, id) == .done(0))
    #expect(maker.result(DomainControlCPUPolicy(.setCPUPolicy, domain: id)) == refused(.alreadyExists))
  }
}
