import Testing
import XenABI

@testable import Dom0Logic
@testable import FuzzEntries

/// Random histories of four domains, compared with a model step by step.
@Suite struct StoreModelTests {
  private static let paths =
    ["/shared", "/shared/a", "/shared/a/x", "/shared/b", "/local/domain/1", "/local/domain/2"]
    + (1...3).flatMap { home in ["a", "a/b", "a/b/c", "a/d", "e"].map { "/local/domain/\(home)/\($0)" } }

  @Test(arguments: 0..<20 as Range<UInt64>) func doesWhatTheModelDoes(_ seed: UInt64) {
    var history = History(seed: seed)
    for _ in 0..<400 {
      history.step()
      if let trouble = history.trouble {
        Issue.record("seed \(seed): \(trouble)")
        return
      }
    }
    #expect(history.commits > 0)
    for domain in 1...3 as ClosedRange<UInt16> { history.rig.store.release(DomainID(domain)) }
    #expect(history.rig.store.brokenInvariant() == nil)
    #expect(history.rig.store.clients.isEmpty)
  }

  /// What one transaction did so far.
  private struct Open {
    var domain: UInt16
    var id: UInt32
    var done: [(request: StoreModel.Request, answer: StoreRig.Answer)] = []
    /// Paths that were changed by others since it began.
    var foreign: Set<String> = []
  }

  private struct History {
    let rig: StoreRig
    var model = StoreModel()
    var random: SplitMix64
    var open: [Open] = []
    var trouble: String?
    var commits = 0

    init(seed: UInt64) {
      var quota = StoreQuota()
      quota.nodes = 100_000
      quota.memory = 100 << 20
      quota.transactions = 1000
      rig = StoreRig(quota: quota)
      random = SplitMix64(seed: seed)
      let store = rig.store
      try? store.makeDirectory("/shared")
      try? store.setPermissions("/shared", [StorePermission(.zero, .readWrite)])
      for path in ["/", "/local", "/local/domain"] {
        model.nodes[path] = .init(permissions: [.init(domain: 0, letter: "n")])
      }
      model.nodes["/shared"] = .init(permissions: [.init(domain: 0, letter: "b")])
      for domain in 1...3 as ClosedRange<UInt16> {
        model.nodes["/local/domain/\(domain)"] = .init(permissions: [.init(domain: domain, letter: "n")])
      }
    }

    mutating func step() {
      let domain = UInt16(random.next() % 4)
      switch random.next() % 20 {
      case 0: addWatch(domain)
      case 1: endWatch(domain)
      case 2: open.append(Open(domain: domain, id: rig.start(from: domain)))
      case 3, 4: if !open.isEmpty { close(Int(random.next() % UInt64(open.count))) }
      case 5...10: if !open.isEmpty { within(Int(random.next() % UInt64(open.count))) }
      default: live(randomRequest(), domain)
      }
      if let broken = rig.store.brokenInvariant() { trouble = trouble ?? broken }
    }

    private mutating func pick<Element>(_ list: [Element]) -> Element {
      list[Int(random.next() % UInt64(list.count))]
    }

    private mutating func randomRequest() -> StoreModel.Request {
      let types = [
        StoreMessageType.read, .directory, .getPermissions, .write, .write, .makeDirectory, .remove, .setPermissions,
      ]
      let path = pick(StoreModelTests.paths)
      var request = StoreModel.Request(type: pick(types), path: path)
      if request.type == .write { request.value = "\(random.next() % 10)" }
      if request.type == .setPermissions {
        let count = Int(random.next() % 3) + 1
        let owner = model.nodes[path]?.permissions[0].domain ?? 1
        request.permissions = (0..<count).map { index in
          let domain = index == 0 && random.next() % 4 > 0 ? owner : UInt16(random.next() % 4)
          return "\(pick(["n", "r", "w", "b"]))\(domain)"
        }
      }
      return request
    }

    private func ask(_ request: StoreModel.Request, _ domain: UInt16, _ id: UInt32 = 0) -> StoreRig.Answer {
      rig.send(
        request.type, [request.path] + request.permissions, bytes: request.value, from: domain, transaction: id)
    }

    /// All events that wait, of all domains.
    private func takeEvents() -> Set<StoreModel.Told> {
      var told: Set<StoreModel.Told> = []
      for domain in 0...3 as ClosedRange<UInt16> {
        while let event = rig.client(domain).events.takeFirst() {
          let watch = StoreModel.Watch(
            domain: domain, path: event.watch.path.text, token: String(decoding: event.watch.token, as: UTF8.self))
          told.insert(.init(watch: watch, path: event.path.text))
        }
      }
      return told
    }

    private mutating func live(_ request: StoreModel.Request, _ domain: UInt16) {
      let before = model.nodes
      let answer = ask(request, domain)
      let (expected, told) = model.perform(request, by: domain)
      if answer != expected { trouble = "\(domain): \(request) gives \(answer), not \(expected)" }
      let events = takeEvents()
      if events != told { trouble = "\(domain): \(request) tells \(events), not \(told)" }
      noteChanges(since: before)
    }

    /// Which nodes are others now, or have other children.
    private mutating func noteChanges(since before: [String: StoreModel.Node]) {
      var changed: Set<String> = []
      for path in Set(before.keys).union(model.nodes.keys) {
        let isAnother = (before[path] == nil) != (model.nodes[path] == nil)
        if isAnother { changed.insert(StoreModel.parent(path)) }
        if isAnother || before[path] != model.nodes[path] { changed.insert(path) }
      }
      for index in open.indices { open[index].foreign.formUnion(changed) }
    }

    private mutating func within(_ index: Int) {
      let request = randomRequest()
      let answer = ask(request, open[index].domain, open[index].id)
      open[index].done.append((request, answer))
      if !takeEvents().isEmpty { trouble = "a transaction told of something" }
    }

    private mutating func close(_ index: Int) {
      let transaction = open.remove(at: index)
      let commits = random.next() % 4 > 0
      let before = model
      let answer = rig.send(
        .transactionEnd, [commits ? "T" : "F"], from: transaction.domain, transaction: transaction.id)
      let events = takeEvents()
      if !commits || answer == .refused(.tryAgain) {
        if !events.isEmpty { trouble = "a dropped transaction told \(events)" }
        if commits && transaction.foreign.isEmpty { trouble = "a conflict with nobody" }
        return
      }
      if answer != .done { trouble = "the end gives \(answer)" }
      self.commits += 1
      // It is as if all of it had happened now.
      var told: Set<StoreModel.Told> = []
      for (request, answer) in transaction.done where answer.isDone {
        let (expected, some) = model.perform(request, by: transaction.domain)
        told.formUnion(some)
        if answer != expected {
          trouble = "in a transaction of \(transaction.domain): \(request) gave \(answer), not \(expected)"
        }
      }
      if !events.isSubset(of: told) { trouble = "a transaction tells \(events.subtracting(told))" }
      checkState()
      checkEvents(events, before)
      noteChanges(since: before.nodes)
    }

    /// Domain 0 sees in the store what the model has.
    private mutating func checkState() {
      for path in Set(StoreModelTests.paths) {
        let value = try? rig.store.read(path)
        if value != model.nodes[path]?.value { trouble = "\(path) is \(value ?? "absent")" }
      }
      if rig.store.tree.count != model.nodes.count { trouble = "\(rig.store.tree.count) nodes" }
    }

    /// Each watch of a node that is another now is told, if its domain can read the node.
    private mutating func checkEvents(_ events: Set<StoreModel.Told>, _ before: StoreModel) {
      for path in Set(before.nodes.keys).union(model.nodes.keys) where before.nodes[path] != model.nodes[path] {
        for watch in model.watches where watch.path == path {
          let states = [before.nodes[path], model.nodes[path]].compactMap { $0 }
          if !states.contains(where: { model.mayRead(watch.domain, $0) }) { continue }
          // A node that was only passed through on the way to another is told of by that one.
          let isTold = events.contains { $0.watch == watch && StoreModel.isAtOrBelow($0.path, path) }
          let isDetour = before.nodes[path] == nil && model.nodes[path]?.value == ""
          if !isTold && !isDetour { trouble = "\(watch) is not told of \(path)" }
        }
      }
    }

    private mutating func addWatch(_ domain: UInt16) {
      let path = pick(StoreModelTests.paths)
      let watch = StoreModel.Watch(domain: domain, path: path, token: "t\(random.next() % 3)")
      let answer = rig.send(.watch, [watch.path, watch.token], from: domain)
      if model.watches.contains(watch) {
        if answer != .refused(.alreadyExists) { trouble = "a second \(watch) gives \(answer)" }
      } else {
        model.watches.append(watch)
        if answer != .done { trouble = "\(watch) gives \(answer)" }
        if takeEvents() != [.init(watch: watch, path: path)] { trouble = "\(watch) does not fire at first" }
      }
    }

    private mutating func endWatch(_ domain: UInt16) {
      guard let watch = model.watches.filter({ $0.domain == domain }).randomElement(using: &random) else { return }
      model.watches.removeAll { $0 == watch }
      if rig.send(.unwatch, [watch.path, watch.token], from: domain) != .done { trouble = "\(watch) does not end" }
    }
  }
}
