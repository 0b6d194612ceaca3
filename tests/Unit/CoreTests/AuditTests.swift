import Testing
import XenABI

@testable import Core

/// An audit in pieces, with and without others at work between them.
@Suite struct AuditTests {
  private let machine = TestMachine()
  private let control: TestDomain
  private let guest: TestDomain

  init() {
    control = machine.makeDomain(0, isPrivileged: true)
    guest = machine.makeDomain(1)
    _ = machine.services.takeConsole()
  }

  /// Does pieces until the audit is done, with something else after each.
  private func audit(
    budget: Int, after: (Int) throws -> Void = { _ in }
  ) throws -> (faults: AuditFaults, pieces: Int) {
    var pieces = 0
    while true {
      pieces += 1
      if let faults = try machine.hypervisor.auditSome(budget: budget) { return (faults, pieces) }
      try after(pieces)
    }
  }

  @Test(arguments: [1, 50, 1000, 50_000])
  func piecesFindWhatTheWholeFinds(budget: Int) throws {
    #expect(try audit(budget: budget).faults == AuditFaults())
    guest.domain.object.memory.held += 1
    guest.domain.object.ports.pollers = 1
    #expect(machine.hypervisor.audit() == 2)
    let (faults, _) = try audit(budget: budget)
    #expect(faults.frames == 1)
    #expect(faults.ports == 1)
    #expect(faults.grants == 0)
  }

  /// A piece is cut off at its budget.
  @Test func smallerPiecesAreMore() throws {
    let few = try audit(budget: 50_000).pieces
    let many = try audit(budget: 5000).pieces
    #expect(few > 4)
    #expect(many > 8 * few)
  }

  @Test func namesTheFrameAndWhoseItIs() throws {
    let entry = guest.domain.object.p2m.lookup(GuestFrame(7))
    let frame = try #require(machine.hypervisor.entry(entry.frame))
    let isTaken = frame.object.takeReference()
    #expect(isTaken)
    #expect(machine.hypervisor.audit() == 1)
    let text = machine.services.takeConsole()
    let number = String(entry.frame.rawValue, radix: 16)
    #expect(text.contains("audit: references to frame 0x\(number) of d1: found 0x2, expected 0x1"))
    machine.hypervisor.dropReference(entry.frame)
    #expect(machine.hypervisor.audit() == 0)
  }

  /// Many faults do not fill the log.
  @Test func namesTheFirstFewAlone() throws {
    for place in 10..<60 as Range<UInt64> {
      let entry = guest.domain.object.p2m.lookup(GuestFrame(place))
      let isTaken = machine.hypervisor.entry(entry.frame)?.object.takeReference()
      #expect(isTaken == true)
    }
    #expect(machine.hypervisor.audit() == 50)
    #expect(machine.services.takeConsole().split(separator: "\r\n").count == 8)
  }

  /// Frames that come and go between two pieces are no faults: what was counted before is counted anew.
  @Test func beginsAnewWhenOthersChangeTheBooks() throws {
    let undisturbed = try audit(budget: 5000).pieces
    var isThere = true
    let (faults, pieces) = try audit(budget: 5000) { piece in
      guard piece % (undisturbed / 2) == 0, piece < 4 * undisturbed else { return }
      if isThere {
        try guest.domain.empty(GuestFrame(20), count: 1)
      } else {
        try guest.domain.populate(GuestFrame(20), .page)
      }
      isThere.toggle()
    }
    #expect(faults == AuditFaults())
    #expect(pieces > 4 * undisturbed)
  }

  @Test func givesUpWhereItWouldNeverEnd() throws {
    #expect(throws: HypercallError.tryAgain) {
      _ = try audit(budget: 5000) { _ in machine.hypervisor.object.allocator.noteChange() }
    }
    #expect(try audit(budget: 5000).faults == AuditFaults())
  }

  /// Ports and grants are part of the books.
  @Test func portsThatComeAndGoAreNoFaults() throws {
    var port: EventPort?
    let (faults, _) = try audit(budget: 2000) { piece in
      guard piece % 20 == 0, piece < 400 else { return }
      if let open = port {
        try guest.domain.close(open)
        port = nil
      } else {
        port = try guest.domain.openPort(for: .zero)
      }
    }
    #expect(faults == AuditFaults())
  }
}
