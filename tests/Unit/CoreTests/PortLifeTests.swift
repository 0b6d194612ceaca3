import Testing
import XenABI

@testable import Core

/// Ports of domains that come and go, with resets that nobody finishes.
@Suite struct PortLifeTests {
  /// What is connected leads to a domain that is there, whatever came in between.
  @Test(arguments: [1, 2, 3, 4] as [UInt64]) func noPortOutlivesItsDomain(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let machine = TestMachine(frames: 8192)
    var guests = (0..<3).map { machine.makeDomain(UInt16($0), isPrivileged: $0 == 0) }
    var ends = 0
    for step in 0..<1000 {
      let index = Int(random.next() % 3)
      let guest = guests[index]
      let other = DomainID(UInt16(random.next() % 3))
      let port = EventPort(UInt32(random.next() % 8 == 0 ? random.next() % 900 : random.next() % 8))
      switch random.next() % 9 {
      case 0: for _ in 0..<(random.next() % 700) { _ = try? guest.allocateUnbound(for: other) }
      case 1, 2: _ = try? guest.allocateUnbound(for: other)
      case 3, 4: _ = try? guest.bindInterdomain(other, port)
      case 5: _ = try? guest.close(port)
      case 6: _ = try? guest.send(port)
      case 7:
        // A piece, which nobody need come back to.
        guest.write(EventChannelReset())
        _ = try guest.caller.eventChannelReset(TestDomain.scratch)
      default:
        guard index > 0, random.next() % 4 == 0 else { continue }
        ends += 1
        machine.destroy(guest)
        #expect(machine.hypervisor.object.domains.find(DomainID(UInt16(index))) == nil)
        guests[index] = machine.makeDomain(UInt16(index))
      }
      if step % 16 == 0 { #expect(machine.hypervisor.auditPorts() == 0) }
    }
    #expect(ends > 5)
    #expect(machine.hypervisor.audit() == 0)
  }
}
