import Testing
import XenABI

@testable import Dom0Logic
@testable import FuzzEntries

/// No domain takes more than its share of the store, whatever it asks for.
@Suite struct StoreQuotaTests {
  private static let quota: StoreQuota = {
    var quota = StoreQuota()
    quota.nodes = 10
    quota.watches = 5
    quota.transactions = 3
    quota.transactionNodes = 8
    quota.memory = 16 << 10
    quota.events = 16
    quota.eventBytes = 1024
    return quota
  }()
  private let rig = StoreRig(quota: StoreQuotaTests.quota)

  @Test func boundsNodes() {
    // Its home is one of them.
    for index in 1..<10 { #expect(rig.send(.makeDirectory, ["n\(index)"]) == .done) }
    #expect(rig.send(.makeDirectory, ["n10"]) == .refused(.noSpace))
    #expect(rig.send(.write, ["a/b"]) == .refused(.noSpace))
    #expect(rig.send(.write, ["n1"], bytes: "x") == .done)
    #expect(rig.send(.makeDirectory, ["x"], from: 2) == .done)
    #expect(rig.send(.remove, ["n1"]) == .done)
    #expect(rig.send(.makeDirectory, ["n10"]) == .done)
    // Domain 0 is not bounded by it.
    #expect(rig.send(.makeDirectory, ["/local/domain/1/tools"], from: 0) == .done)
    #expect(rig.store.brokenInvariant() == nil)
  }

  @Test func boundsNodesOfATransaction() {
    for index in 1..<8 { #expect(rig.send(.makeDirectory, ["n\(index)"]) == .done) }
    let id = rig.start()
    for name in ["x", "y"] { #expect(rig.send(.makeDirectory, [name], transaction: id) == .done) }
    #expect(rig.send(.makeDirectory, ["z"], transaction: id) == .refused(.noSpace))
    let other = rig.start()
    #expect(rig.send(.makeDirectory, ["n1/u"], transaction: other) == .done)
    #expect(rig.send(.transactionEnd, ["T"], transaction: id) == .done)
    #expect(rig.send(.transactionEnd, ["T"], transaction: other) == .refused(.noSpace))
    for index in 0..<8 { _ = rig.send(.read, ["absent\(index)"], transaction: rig.start()) }
    #expect(rig.client(1).transactions.count == 3)
    let third = rig.client(1).transactions[0].id
    for index in 0..<20 { _ = rig.send(.read, ["absent\(index)"], transaction: third) }
    #expect(rig.client(1).transactions[0].entries.count == 8)
    #expect(rig.send(.read, ["one-more"], transaction: third) == .refused(.noSpace))
    #expect(rig.send(.transactionEnd, ["F"], transaction: third) == .done)
    #expect(rig.store.brokenInvariant() == nil)
  }

  @Test func boundsValuesDepthAndPermissions() {
    #expect(rig.send(.write, ["v"], bytes: String(repeating: "x", count: 2048)) == .done)
    #expect(rig.send(.write, ["v"], bytes: String(repeating: "x", count: 2049)) == .refused(.noSpace))
    let deep = (0..<30).map { _ in "d" }.joined(separator: "/")
    #expect(rig.send(.write, [deep]) == .refused(.noSpace))
    #expect(rig.send(.setPermissions, ["v", "n1", "r2", "r3", "r4", "r5"]) == .done)
    #expect(rig.send(.setPermissions, ["v", "n1", "r2", "r3", "r4", "r5", "r6"]) == .refused(.noSpace))
  }

  @Test func boundsWatchesAndTransactions() {
    for index in 0..<5 { #expect(rig.send(.watch, ["a", "\(index)"]) == .done) }
    #expect(rig.send(.watch, ["a", "5"]) == .refused(.tooBig))
    #expect(rig.send(.watch, ["a", "5"], from: 2) == .done)
    for _ in 0..<3 { #expect(rig.start() != 0) }
    #expect(rig.send(.transactionStart, [""]) == .refused(.noSpace))
    #expect(rig.start(from: 2) != 0)
  }

  @Test func boundsMemory() {
    let value = String(repeating: "x", count: 2000)
    var written = 0
    for index in 0..<9 where rig.send(.write, ["v\(index)"], bytes: value).isDone { written += 1 }
    #expect(written >= 5 && written < 9)
    #expect(rig.send(.write, ["small"], bytes: value) == .refused(.noSpace))
    #expect(rig.client(1).memory <= Self.quota.memory)
    #expect(rig.send(.write, ["v0"], bytes: "") == .done)
    #expect(rig.send(.write, ["small"], bytes: "x") == .done)
    #expect(rig.store.brokenInvariant() == nil)
  }

  /// A domain that does not read its events is told one thing for each watch.
  @Test func boundsEvents() {
    for path in ["/local/domain/2", "/local/domain/2/n1"] { #expect(rig.send(.watch, [path, "t"], from: 2) == .done) }
    for round in 0..<50 {
      for index in 0..<8 {
        _ = rig.send(.write, ["n\(index)"], bytes: "\(round)", from: 2)
        if round % 2 == 1 { _ = rig.send(.remove, ["n\(index)"], from: 2) }
      }
      for index in 0..<20 { _ = rig.send(.write, ["long-name-number-\(round)-\(index)"], from: 2) }
      _ = (0..<20).map { rig.send(.remove, ["long-name-number-\(round)-\($0)"], from: 2) }
      #expect(rig.client(2).events.count <= Self.quota.events)
    }
    let events = rig.events(of: 2)
    #expect(events.contains("/local/domain/2 t") && events.contains("/local/domain/2/n1 t"))
    // What waits is not added again.
    for _ in 0..<100 { _ = rig.send(.write, ["n1"], from: 2) }
    #expect(rig.events(of: 2) == ["/local/domain/2/n1 t", "/local/domain/2/n1 t"])
  }

  /// Random requests of three domains, with small quotas: nothing is miscounted, and a release gives all back.
  @Test(arguments: 0..<12 as Range<UInt64>) func countsRight(_ seed: UInt64) {
    let rig = StoreRig(quota: Self.quota)
    var random = SplitMix64(seed: seed)
    var ids: [UInt32] = [0]
    for _ in 0..<500 {
      let domain = UInt16(random.next() % 3) + 1
      let names = (0..<Int(random.next() % 4) + 1).map { _ in ["a", "b", "c"][Int(random.next() % 3)] }
      let home = random.next() % 4 == 0 ? "/local/domain/\(random.next() % 3 + 1)/" : ""
      let path = home + names.joined(separator: "/")
      let value = String(repeating: "x", count: Int(random.next() % 1500))
      let id = random.next() % 2 == 0 ? 0 : ids[Int(random.next() % UInt64(ids.count))]
      switch random.next() % 9 {
      case 0, 1, 2: _ = rig.send(.write, [path], bytes: value, from: domain, transaction: id)
      case 3: _ = rig.send(.remove, [path], from: domain, transaction: id)
      case 4:
        _ = rig.send(.setPermissions, [path, "b\(domain)", "r\(random.next() % 4)"], from: domain, transaction: id)
      case 5: _ = rig.send(.watch, [path, value.prefix(20).description], from: domain)
      case 6: ids.append(rig.start(from: domain))
      case 7: _ = rig.send(.transactionEnd, [random.next() % 3 == 0 ? "F" : "T"], from: domain, transaction: id)
      default: _ = rig.send(.directory, [path], from: domain, transaction: id)
      }
      if let broken = rig.store.brokenInvariant() {
        Issue.record("seed \(seed): \(broken)")
        return
      }
    }
    let kept = Array(rig.store.clients)
    for domain in 1...3 as ClosedRange<UInt16> { rig.store.release(DomainID(domain)) }
    #expect(rig.store.brokenInvariant() == nil)
    #expect(kept.allSatisfy { $0.memory == 0 && $0.nodeCount == 0 && $0.watches.isEmpty && $0.events.isEmpty })
    #expect(rig.store.tree.count == 3 && rig.store.watches.isEmpty)
  }
}
