import Testing
import XenABI

@testable import Core

/// What the ABI says of ports, in the plainest form: a dictionary and a few sets for each domain.
private struct EventModel {
  enum Port: Equatable {
    case unbound(DomainID)
    case interdomain(DomainID, EventPort)
    case timer
    case ipi
  }

  struct Guest {
    var ports: [EventPort: Port] = [:]
    var pending: Set<EventPort> = []
    var masked: Set<EventPort> = []
    /// The selector's words of 64 ports.
    var selected: Set<UInt32> = []
    var upcall = false
  }

  /// By domain ID.
  private var guests: [Guest]
  let limit: UInt32 = 4096

  init(count: Int) { guests = Array(repeating: Guest(), count: count) }

  subscript(id: DomainID) -> Guest {
    get { guests[Int(id.rawValue)] }
    set { guests[Int(id.rawValue)] = newValue }
  }

  func lowestFree(_ id: DomainID) -> EventPort {
    var number: UInt32 = 1
    while self[id].ports[EventPort(number)] != nil { number += 1 }
    return EventPort(number)
  }

  mutating func deliver(_ id: DomainID, _ port: EventPort) {
    guard self[id].pending.insert(port).inserted, !self[id].masked.contains(port) else { return }
    notify(id, port)
  }

  mutating func notify(_ id: DomainID, _ port: EventPort) {
    if self[id].selected.insert(port.rawValue / 64).inserted { self[id].upcall = true }
  }

  mutating func open(_ id: DomainID, _ port: Port) -> EventPort {
    let number = lowestFree(id)
    self[id].ports[number] = port
    return number
  }

  mutating func bindInterdomain(_ id: DomainID, _ remote: DomainID, _ port: EventPort) -> EventPort? {
    guard self[remote].ports[port] == .unbound(id) else { return nil }
    let local = open(id, .interdomain(remote, port))
    self[remote].ports[port] = .interdomain(id, local)
    deliver(id, local)
    return local
  }

  mutating func close(_ id: DomainID, _ port: EventPort) -> Bool {
    guard let state = self[id].ports.removeValue(forKey: port) else { return false }
    if case .interdomain(let remote, let end) = state { self[remote].ports[end] = .unbound(id) }
    self[id].pending.remove(port)
    return true
  }

  mutating func send(_ id: DomainID, _ port: EventPort) -> Bool {
    switch self[id].ports[port] {
    case .interdomain(let remote, let end): deliver(remote, end)
    case .ipi: deliver(id, port)
    case .unbound: break
    case .timer, nil: return false
    }
    return true
  }

  mutating func unmask(_ id: DomainID, _ port: EventPort) -> Bool {
    guard self[id].ports[port] != nil else { return false }
    if self[id].masked.remove(port) != nil, self[id].pending.contains(port) { notify(id, port) }
    return true
  }
}

/// Random calls of three domains, compared with the model after each.
@Suite struct EventChannelPropertyTests {
  @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64]) func randomCallsFollowTheModel(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let machine = TestMachine()
    let guests = (0..<3).map { machine.makeDomain(UInt16($0), isPrivileged: $0 == 0) }
    var model = EventModel(count: guests.count)
    for _ in 0..<3000 {
      let guest = guests[Int(random.next() % 3)]
      let id = guest.domain.object.id
      let other = DomainID(UInt16(random.next() % 3))
      // Few ports, so that calls meet; now and then one that can't be.
      let port = EventPort(random.next() % 16 == 0 ? UInt32(random.next() % 5000) : UInt32(random.next() % 12))
      switch random.next() % 11 {
      case 0: #expect(try guest.allocateUnbound(for: other) == model.open(id, .unbound(other)))
      case 1: #expect((try? guest.bindInterdomain(other, port)) == model.bindInterdomain(id, other, port))
      case 2:
        let bound = model[id].ports.values.contains(.timer)
        #expect((try? guest.bind(.timer)) == (bound ? nil : model.open(id, .timer)))
      case 3: #expect(try guest.bindIPI() == model.open(id, .ipi))
      case 4, 5: #expect(((try? guest.close(port)) != nil) == model.close(id, port))
      case 6, 7: #expect(((try? guest.send(port)) != nil) == model.send(id, port))
      case 8: #expect(((try? guest.unmask(port)) != nil) == model.unmask(id, port))
      case 9:
        if port.rawValue < model.limit {
          guest.mask(port)
          model[id].masked.insert(port)
        }
        guest.vcpu.raise(.timer)
        if let timer = model[id].ports.first(where: { $0.value == .timer })?.key { model.deliver(id, timer) }
      default:
        // The guest serves its events.
        guest.acknowledgeUpcall()
        for port in model[id].pending { #expect(guest.consume(port)) }
        model[id].upcall = false
        model[id].selected = []
        model[id].pending = []
        if random.next() % 64 == 0 {
          _ = try guest.reset()
          for port in model[id].ports.keys.sorted() { _ = model.close(id, port) }
        }
      }
      compare(guests, model)
    }
    #expect(machine.hypervisor.auditPorts() == 0)
    for guest in guests { while !guest.domain.releasePorts() {} }
    #expect(machine.hypervisor.auditPorts() == 0)
  }

  private func compare(_ guests: [TestDomain], _ model: EventModel) {
    for guest in guests {
      let expected = model[guest.domain.object.id]
      #expect(guest.isUpcallPending == expected.upcall)
      #expect(Int(guest.domain.object.ports.usedCount) == expected.ports.count)
      for number in 1..<UInt32(24) {
        let port = EventPort(number)
        #expect(guest.isPending(port) == expected.pending.contains(port))
        let entry = guest.domain.object.ports.entry(port)?.object ?? PortEntry()
        let found: EventModel.Port? =
          switch entry.state {
          case .free, .physicalIRQ: nil
          case .unbound: .unbound(DomainID(UInt16(entry.number)))
          case .interdomain: .interdomain(entry.peer.handle?.object.id ?? .invalid, EventPort(entry.number))
          case .virtualIRQ: .timer
          case .ipi: .ipi
          }
        #expect(found == expected.ports[port])
      }
    }
  }
}
