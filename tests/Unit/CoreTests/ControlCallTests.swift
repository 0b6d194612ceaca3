import Testing
import XenABI

@testable import Core

@Suite struct ControlCallTests {
  private static let place = TestDomain.scratch.rawValue
  private static let buffer = GuestVirtualAddress(0x4000)

  @Test func takesPrivilegeAndTheRightVersion() {
    let machine = TestMachine()
    let control = machine.makeDomain(0, isPrivileged: true)
    let guest = machine.makeDomain(1)
    guest.write(SystemControlListDomains())
    #expect(guest.dispatch(.systemControl, Self.place) == refused(.notPermitted))
    #expect(guest.dispatch(.domainControl, Self.place) == refused(.notPermitted))
    control.write(SystemControlHeader(version: 0x14))
    #expect(control.dispatch(.systemControl, Self.place) == refused(.accessDenied))
    control.write(DomainControlHeader(version: 0x16))
    #expect(control.dispatch(.domainControl, Self.place) == refused(.accessDenied))
    control.write(SystemControlHeader(operation: SystemControlOperation(99)))
    #expect(control.dispatch(.systemControl, Self.place) == refused(.notImplemented))
    control.write(DomainControlHeader(operation: DomainControlOperation(6)))
    #expect(control.dispatch(.domainControl, Self.place) == refused(.notImplemented))
    #expect(control.dispatch(.systemControl, 1 << 30) == refused(.badAddress))
  }

  @Test(arguments: [CallWidth.bits64, .bits32]) func listsDomains(_ width: CallWidth) throws {
    let machine = TestMachine()
    let control = machine.makeDomain(0, isPrivileged: true, width: width)
    _ = machine.makeDomain(3, frames: 17)
    _ = machine.makeDomain(5)
    func list(from first: UInt16, _ limit: UInt32) throws -> [DomainInformation] {
      let answer = try control.call(
        SystemControlListDomains(firstDomain: DomainID(first), maximumCount: limit, buffer: Self.buffer)
      ) { $0.systemControlListDomains }
      return (0..<UInt64(answer.count)).map {
        control.read(DomainInformation.self, at: Self.buffer.advanced(by: $0 * 112))
      }
    }
    #expect(try list(from: 0, 8).map(\.domain.rawValue) == [0, 3, 5])
    #expect(try list(from: 0, 2).map(\.domain.rawValue) == [0, 3])
    #expect(try list(from: 1, 8).map(\.domain.rawValue) == [3, 5])
    #expect(try list(from: 6, 8).isEmpty)
    let third = try list(from: 3, 1)[0]
    #expect(third.frameCount == 17 && third.maximumFrameCount == 17)
    #expect(third.onlineVCPUCount == 1 && third.maximumVCPUID == 0 && third.addressBits == 40)
    #expect(third.flags.contains(.hardwareAssisted) && third.flags.contains(.nestedPaging))
    #expect(third.sharedInfoFrame == GuestFrame(.max))
    #expect(
      control.refusal(
        SystemControlListDomains(maximumCount: 1, buffer: GuestVirtualAddress(1 << 30))
      ) { $0.systemControlListDomains } == .badAddress)
  }

  @Test func flagsTellWhatADomainDoes() throws {
    let machine = TestMachine()
    let control = machine.makeDomain(0, isPrivileged: true)
    let guest = machine.makeDomain(2)
    func flags() throws -> DomainFlags {
      let header = DomainControlHeader(operation: .getInformation, domain: DomainID(2))
      control.write(DomainControlGetInformation(header: header))
      #expect(control.dispatch(.domainControl, Self.place) == .done(0))
      return control.read(DomainControlGetInformation.self).information.flags
    }
    #expect(try flags().isDisjoint(with: .blocked.union(.paused).union(.shutdown).union(.dying)))
    guest.vcpu.block()
    #expect(try flags().contains(.blocked))
    try guest.domain.pause()
    #expect(try flags().contains(.paused))
    guest.domain.shutDown(.crash)
    #expect(try flags().contains(.shutdown))
    #expect(try flags().shutdownReason == .crash)
  }

  @Test func informationGoesOnToTheNextDomain() {
    let machine = TestMachine()
    let control = machine.makeDomain(0, isPrivileged: true)
    _ = machine.makeDomain(4)
    control.write(DomainControlGetInformation(header: DomainControlHeader(domain: DomainID(2))))
    #expect(control.dispatch(.domainControl, Self.place) == .done(0))
    let answer = control.read(DomainControlGetInformation.self)
    #expect(answer.header.domain == DomainID(4) && answer.information.domain == DomainID(4))
    control.write(DomainControlGetInformation(header: DomainControlHeader(domain: DomainID(5))))
    #expect(control.dispatch(.domainControl, Self.place) == refused(.noSuchDomain))
  }

  @Test func pausesAddUp() {
    let machine = TestMachine()
    let control = machine.makeDomain(0, isPrivileged: true)
    let guest = machine.makeDomain(1)
    func make(_ operation: DomainControlOperation, _ id: DomainID = DomainID(1)) -> HypercallOutcome {
      control.write(DomainControl(header: DomainControlHeader(operation: operation, domain: id)))
      return control.dispatch(.domainControl, Self.place)
    }
    #expect(make(.unpause) == refused(.invalidArgument))
    #expect(make(.pause) == .done(0) && make(.pause) == .done(0))
    #expect(make(.unpause) == .done(0) && !guest.vcpu.canRun)
    #expect(make(.unpause) == .done(0) && guest.vcpu.canRun)
    for operation in [DomainControlOperation.pause, .unpause, .destroy] {
      #expect(make(operation, .zero) == refused(.invalidArgument))
      #expect(make(operation, .current) == refused(.invalidArgument))
      #expect(make(operation, DomainID(9)) == refused(.noSuchDomain))
    }
  }

  @Test func theMostMemoryCanBeChanged() {
    let machine = TestMachine()
    let control = machine.makeDomain(0, isPrivileged: true)
    let guest = machine.makeDomain(1)
    control.write(
      DomainControlMaximumMemory(
        header: DomainControlHeader(operation: .setMaximumMemory, domain: DomainID(1)), kibibytes: 1027))
    #expect(control.dispatch(.domainControl, Self.place) == .done(0))
    #expect(guest.domain.object.memory.maximum == 256)
  }

  @Test func tellsOfTheMachine() throws {
    let machine = TestMachine(frames: 2048)
    let control = machine.makeDomain(0, isPrivileged: true)
    let answer = try control.call(SystemControlPhysicalInformation()) { $0.systemControlPhysicalInformation }
    #expect(answer.processorCount == 1 && answer.kilohertz == 1_000_000)
    #expect(answer.totalFrameCount == machine.hypervisor.object.allocator.managedCount)
    #expect(answer.freeFrameCount == machine.hypervisor.object.allocator.freeCount)
    #expect(answer.unscrubbedFrameCount <= answer.freeFrameCount)
    #expect(answer.highestFrame == MachineFrame(2047))
  }

  @Test func readsTheLogByPieces() throws {
    let machine = TestMachine()
    let control = machine.makeDomain(0, isPrivileged: true)
    machine.hypervisor.log(.info, "first")
    machine.hypervisor.log(.info, "second")
    func read(_ count: UInt32, from index: UInt32?, clear: Bool = false) throws -> (text: String, next: UInt32) {
      var request = SystemControlReadConsole(buffer: Self.buffer, count: count, index: index)
      request.clear = clear ? 1 : 0
      let answer = try control.call(request) { $0.systemControlReadConsole }
      return (control.text(Int(answer.count), at: Self.buffer), answer.index)
    }
    let whole = "(apus) first\r\n(apus) second\r\n"
    #expect(try read(4096, from: nil) == (whole, 29))
    let start = try read(9, from: nil)
    let rest = try read(4096, from: start.next)
    #expect(start.text + rest.text == whole)
    #expect(try read(4096, from: rest.next).text == "")
    #expect(try read(4096, from: nil, clear: true).text == whole)
    #expect(try read(4096, from: nil).text == "")
    machine.hypervisor.log(.info, "third")
    #expect(try read(4096, from: rest.next).text == "(apus) third\r\n")
  }

  @Test func theLogKeepsItsLastBytes() throws {
    let machine = TestMachine()
    let control = machine.makeDomain(0, isPrivileged: true)
    for number in 0..<UInt32(2000) { machine.hypervisor.log(.info, "line \(number)") }
    var request = SystemControlReadConsole(buffer: Self.buffer, count: 20_000)
    request = try control.call(request) { $0.systemControlReadConsole }
    #expect(request.count == 16384)
    #expect(control.text(16384, at: Self.buffer).hasSuffix("(apus) line 1999\r\n"))
    // An index that has been written over long ago.
    request = try control.call(SystemControlReadConsole(buffer: Self.buffer, count: 100, index: 5)) {
      $0.systemControlReadConsole
    }
    #expect(request.count == 100)
    #expect(UInt64(request.index) == machine.hypervisor.object.log.oldest + 100)
  }
}
