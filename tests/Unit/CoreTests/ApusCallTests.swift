import Testing
import XenABI

@testable import Core

@Suite struct ApusCallTests {
  private static let buffer = GuestVirtualAddress(0x4000)

  @Test func namesAreForOneselfAndTheControlDomain() throws {
    let machine = TestMachine()
    let control = machine.makeDomain(0, isPrivileged: true)
    let guest = machine.makeDomain(1)
    guest.domain.object.name = DomainName("web-1")
    func name(_ caller: TestDomain, _ id: DomainID) throws -> String {
      let answer = try caller.call(ApusDomainName(domain: id)) { $0.apusDomainName }
      return String(decoding: (0..<128).map { answer.name[$0] }.prefix { $0 != 0 }, as: UTF8.self)
    }
    #expect(try name(guest, .current) == "web-1")
    #expect(try name(control, DomainID(1)) == "web-1")
    #expect(guest.refusal(ApusDomainName(domain: .zero)) { $0.apusDomainName } == .notPermitted)
    #expect(control.refusal(ApusDomainName(domain: DomainID(7))) { $0.apusDomainName } == .noSuchDomain)
  }

  /// A caller has as many bytes of the name as it says, and one of version 0.1 has 32: what lies behind stays as it is.
  @Test(arguments: [(0, 32), (32, 32), (200, 32), (40, 40), (128, 128)] as [(UInt16, Int)])
  func namesEndWhereTheCallersRoomDoes(_ capacity: UInt16, _ room: Int) throws {
    let guest = TestMachine().makeDomain(1)
    var long = DomainName()
    for _ in 0..<200 { long.append(UInt8(ascii: "x")) }
    guest.domain.object.name = long
    var request = ApusDomainName(capacity: capacity)
    for index in 0..<128 { request.name[index] = 0xEE }
    let answer = try guest.call(request) { $0.apusDomainName }
    let expected =
      [UInt8](repeating: UInt8(ascii: "x"), count: room - 1) + [0] + [UInt8](repeating: 0xEE, count: 128 - room)
    #expect((0..<128).map { answer.name[$0] } == expected)
  }

  @Test(arguments: [CallWidth.bits64, .bits32]) func exitsAreCountedByReason(_ width: CallWidth) throws {
    let guest = TestMachine().makeDomain(1, width: width)
    for _ in 0..<5 { guest.vcpu.object.exits.count(.cpuid) }
    guest.vcpu.object.exits.count(.other)
    func statistics(_ count: UInt32) throws -> UInt32 {
      try guest.call(ApusExitStatistics(buffer: Self.buffer, count: count)) { $0.apusExitStatistics }.count
    }
    #expect(try statistics(0) == UInt32(ExitKind.count))
    #expect(try statistics(100) == UInt32(ExitKind.count))
    for index in 0..<ExitKind.count {
      let count = guest.read(ApusExitCount.self, at: Self.buffer.advanced(by: UInt64(index) * 16))
      #expect(count.reason == UInt32(index))
      #expect(count.count == (index == 1 ? 5 : index == ExitKind.count - 1 ? 1 : 0))
    }
    #expect(guest.read(UInt64.self, at: Self.buffer.advanced(by: UInt64(ExitKind.count) * 16)) == 0)
    #expect(guest.refusal(ApusExitStatistics(vcpu: VCPUID(3))) { $0.apusExitStatistics } == .notFound)
  }

  @Test func theRootIsTheControlDomainsToSee() throws {
    let machine = TestMachine()
    let control = machine.makeDomain(0, isPrivileged: true)
    let guest = machine.makeDomain(1)
    let own = try guest.call(ApusRingLayout()) { $0.apusRingLayout }
    #expect(own.layout == .svm && own.root == 0)
    let seen = try control.call(ApusRingLayout(domain: DomainID(1))) { $0.apusRingLayout }
    #expect(seen.root == guest.domain.object.p2m.root.address.rawValue)
    #expect(guest.refusal(ApusRingLayout(domain: .zero)) { $0.apusRingLayout } == .notPermitted)
  }

  @Test func theAuditCountsFaultsAndSaysSo() {
    let machine = TestMachine()
    let control = machine.makeDomain(0, isPrivileged: true)
    let guest = machine.makeDomain(1)
    #expect(guest.dispatch(.apus, ApusOperation.audit.word) == refused(.notPermitted))
    let (faults, pieces) = control.finish(.apus, ApusOperation.audit.word)
    #expect(faults == 0)
    #expect(pieces > 3)
    #expect(machine.services.takeConsole().contains("audit of 2 domains: 0 faults"))
    guest.domain.object.memory.held += 1
    #expect(control.finish(.apus, ApusOperation.audit.word).result == 1)
    #expect(control.dispatch(.apus, 5) == refused(.notImplemented))
  }
}
