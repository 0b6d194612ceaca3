import Testing
import XenABI

@testable import Dom0Logic
@testable import FuzzEntries

/// Nothing that a guest or a person asks of domain 0 takes memory that it does not have.
@Suite struct MemoryGaugeTests {
  private let gauge = MemoryGauge()

  private func leave(_ bytes: Int) { gauge.measure(free: 1000 + bytes, reserve: 1000, isWhole: true) }

  @Test func affordsWhatIsAboveTheReserve() {
    #expect(gauge.pay(.max / 2) && !gauge.takeRefusal())
    leave(100)
    #expect(gauge.pay(60) && !gauge.pay(41) && gauge.pay(40) && !gauge.pay(1) && gauge.pay(0))
    #expect(gauge.isShort && gauge.takeRefusal() && !gauge.takeRefusal())
    leave(10)
    #expect(!gauge.isShort && gauge.pay(10))
    // Free memory in pieces that are too small is none.
    gauge.measure(free: 1 << 30, reserve: 1000, isWhole: false)
    #expect(gauge.isShort && !gauge.pay(1))
    gauge.measure(free: 10, reserve: 1000, isWhole: true)
    #expect(gauge.isShort)
    let reserve = MemoryReserve(domainCount: 10, diskCount: 2)
    #expect(reserve.byteCount > MemoryReserve(domainCount: 9, diskCount: 2).byteCount)
  }

  @Test func refusesWhatWouldLast() throws {
    let rig = StoreRig(gauge: gauge)
    #expect(rig.send(.write, ["old"], bytes: "value") == .done)
    let id = rig.start()
    #expect(rig.send(.write, ["old"], bytes: "other", transaction: id) == .done)
    leave(0)
    let memory = rig.client(1).memory
    #expect(rig.send(.write, ["new"], bytes: "value") == .refused(.noSpace))
    #expect(rig.send(.write, ["old"], bytes: "a longer value") == .refused(.noSpace))
    #expect(rig.send(.makeDirectory, ["a/b"]) == .refused(.noSpace))
    #expect(rig.send(.setPermissions, ["old", "n1", "r2"]) == .refused(.noSpace))
    #expect(rig.send(.watch, ["old", "token"]) == .refused(.noSpace))
    #expect(rig.send(.transactionStart, [""]) == .refused(.noSpace))
    #expect(rig.send(.read, ["new"], transaction: id) == .refused(.noSpace))
    #expect(rig.client(1).memory == memory)
    // What is committed is made before the transaction is given back.
    #expect(rig.send(.transactionEnd, ["T"], transaction: id) == .refused(.noSpace))
    #expect(rig.send(.read, ["old"]) == .ok("value"))
    #expect(rig.send(.write, ["old"], bytes: "small") == .done)
    #expect(rig.send(.directory, [""].map { _ in "/local/domain/1" }) == .ok("old\0"))
    // Domain 0 can still ask a guest to end, and makes nothing new.
    try rig.store.write("/local/domain/1/old", "poweroff")
    #expect(throws: StoreError.noSpace) { try rig.store.write("/local/domain/1/other", "") }
    #expect(throws: StoreError.noSpace) { try rig.store.watch("/local") { _ in } }
    #expect(rig.store.brokenInvariant() == nil)
    // Whatever is taken away can be.
    #expect(rig.send(.remove, ["old"]) == .done)
    rig.store.release(DomainID(1))
    try rig.store.remove("/local")
    #expect(rig.store.tree.count == 1 && rig.store.brokenInvariant() == nil)
    #expect(gauge.takeRefusal())
  }

  @Test func paysForEachByte() {
    let rig = StoreRig(gauge: gauge)
    leave(100_000)
    var written = 0
    for index in 0..<1000 where rig.send(.write, ["n\(index)"], bytes: String(repeating: "x", count: 1000)).isDone {
      written += 1
    }
    #expect(written > 60 && written < 100)
    leave(100_000)
    #expect(rig.send(.write, ["n999"], bytes: "x").isDone)
    #expect(rig.store.brokenInvariant() == nil)
  }

  /// Events can't be refused: what there is no room for becomes one for each watch.
  @Test func boundsEventsByTheWatches() throws {
    let rig = StoreRig(gauge: gauge)
    for index in 0..<10 { #expect(rig.send(.watch, ["data", "\(index)"]) == .done) }
    for index in 0..<50 { try rig.store.write("/local/domain/1/data/n\(index)", "") }
    _ = rig.events()
    leave(0)
    for index in 0..<50 { try rig.store.write("/local/domain/1/data/n\(index)", "x") }
    let events = rig.events()
    #expect(events == (0..<10).map { "data \($0)" })
  }

  /// Guests come and go all the same among many: what it takes does not grow with the others' number.
  @Test func takesGuestsOutOneLikeTheOther() throws {
    func time(_ count: Int) throws -> Duration {
      let store = Store()
      let domains = (1...UInt16(count)).map { DomainID($0) }
      func uuid(_ domain: DomainID) -> GuestUUID { GuestUUID { UInt64(domain.rawValue) } }
      for domain in domains {
        let nodes = GuestNodes(
          domain: domain, name: "g\(domain.rawValue)", uuid: uuid(domain), targetKibibytes: 4096,
          maximumKibibytes: 4096, consoleFrame: GuestFrame(1), consolePort: EventPort(1), storeFrame: GuestFrame(2),
          storePort: EventPort(2))
        try nodes.create(in: store)
        store.introduce(domain)
      }
      let clock = ContinuousClock()
      return clock.measure {
        for domain in domains {
          GuestNodes.remove(domain, uuid(domain), from: store)
          store.release(domain)
        }
      }
    }
    let few = try (0..<3).map { _ in try time(200) }.min() ?? .zero
    let many = try (0..<3).map { _ in try time(1600) }.min() ?? .zero
    #expect(many < few * 28, "8 times as many took \(many / few) times as long")
  }

  @Test func logsGrowAsTheyAreUsed() {
    var log = LineLog()
    var asked: [Int] = []
    for index in 0..<1000 {
      log.append(Array("line \(index) of many more to come".utf8)) { size in
        asked.append(size)
        return true
      }
    }
    #expect(asked == [512, 1024, 2048, 4096, 8192, 16384])
    var small = LineLog()
    for index in 0..<1000 { small.append(Array("line \(index) of many more to come".utf8)) { _ in false } }
    #expect(small.count <= 256)
    var lines: [String] = []
    small.forEachLine { lines.append(String(decoding: $0, as: UTF8.self)) }
    #expect(lines.last == "line 999 of many more to come" && lines.count > 5)
    small.append([UInt8](repeating: 0x61, count: 1000)) { _ in false }
    #expect(small.count == 256)
  }

  @Test func findsByDomain() {
    var list: [DomainInformation] = []
    var random = SplitMix64(seed: 5)
    for domain in (0..<100 as Range<UInt16>).shuffled(using: &random) {
      list.insertSorted(DomainInformation(domain: DomainID(domain * 3)))
    }
    #expect(list.map { $0.domain.rawValue } == (0..<100).map { $0 * 3 })
    for domain in 0..<310 as Range<UInt16> {
      #expect((list.find(DomainID(domain)) != nil) == (domain % 3 == 0 && domain < 300))
    }
    list.remove(DomainID(3))
    list.remove(DomainID(4))
    #expect(list.count == 99 && list.find(DomainID(3)) == nil)
  }
}
