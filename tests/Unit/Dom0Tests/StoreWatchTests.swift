import Testing
import XenABI

@testable import Dom0Logic
@testable import FuzzEntries

/// Who is told of what.
@Suite struct StoreWatchTests {
  private let rig = StoreRig()

  @Test func firesOnceAtFirst() {
    #expect(rig.send(.watch, ["a", "t"]) == .done)
    #expect(rig.events() == ["a t"])
    #expect(rig.send(.watch, ["a", "t"]) == .refused(.alreadyExists))
    #expect(rig.send(.watch, ["/local/domain/1/a", "u"]) == .done)
    #expect(rig.events() == ["/local/domain/1/a u"])
  }

  @Test func tellsOfWhatIsBelow() {
    _ = rig.send(.watch, ["a", "t"])
    _ = rig.events()
    for (type, path) in [
      (StoreMessageType.write, "a"), (.write, "a/b/c"), (.makeDirectory, "a/d"), (.remove, "a/b"),
    ] {
      #expect(rig.send(type, [path]) == .done)
      #expect(rig.events() == ["\(path) t"])
    }
    _ = rig.send(.setPermissions, ["a/d", "r1"])
    #expect(rig.events() == ["a/d t"])
    for path in ["ab", "b", "c/a"] {
      _ = rig.send(.write, [path])
      #expect(rig.events() == [])
    }
  }

  /// One event for a removed tree, and one for each watch of a node in it.
  @Test func tellsOfRemovedTrees() {
    _ = rig.send(.write, ["a/b/c"])
    _ = rig.send(.write, ["a/b/d"])
    for (path, token) in [("a", "1"), ("a/b/c", "2"), ("a/b/x", "3")] { _ = rig.send(.watch, [path, token]) }
    _ = rig.events()
    _ = rig.send(.remove, ["a/b"])
    #expect(Set(rig.events()) == ["a/b 1", "a/b/c 2"])
  }

  @Test func tellsOnlyWhoMayRead() {
    _ = rig.send(.write, ["x"])
    _ = rig.send(.watch, ["/local/domain/1/x", "t"], from: 2)
    #expect(rig.events(of: 2) == ["/local/domain/1/x t"])
    _ = rig.send(.write, ["x"], bytes: "secret")
    #expect(rig.events(of: 2) == [])
    _ = rig.send(.setPermissions, ["x", "n1", "r2"])
    #expect(rig.events(of: 2) == ["/local/domain/1/x t"])
    _ = rig.send(.setPermissions, ["x", "n1"])
    #expect(rig.events(of: 2) == ["/local/domain/1/x t"])
    _ = rig.send(.remove, ["x"])
    #expect(rig.events(of: 2) == [])
  }

  @Test func endsWatches() {
    _ = rig.send(.watch, ["a", "t"])
    _ = rig.send(.watch, ["a", "u"])
    #expect(rig.send(.unwatch, ["a", "t"]) == .done)
    #expect(rig.events() == ["a u"])
    #expect(rig.send(.unwatch, ["a", "t"]) == .refused(.notFound))
    let transaction = rig.start()
    #expect(rig.send(.resetWatches, [""]) == .done)
    #expect(rig.send(.unwatch, ["a", "u"]) == .refused(.notFound))
    #expect(rig.send(.read, ["a"], transaction: transaction) == .refused(.notFound))
    #expect(rig.client(1).watches.isEmpty && rig.client(1).transactions.isEmpty)
  }

  /// Domain 0 is told of domains that come and go; a guest is not, unless it was allowed to.
  @Test func tellsOfDomains() throws {
    var told: [String] = []
    for path in ["@introduceDomain", "@releaseDomain"] { _ = try rig.store.watch(path) { told.append($0) } }
    _ = rig.send(.watch, ["@releaseDomain", "t"])
    rig.store.deliver()
    #expect(told == ["@introduceDomain", "@releaseDomain"])
    #expect(rig.events() == ["@releaseDomain t"])
    rig.store.introduce(DomainID(9))
    rig.store.introduce(DomainID(9))
    rig.store.release(DomainID(9))
    rig.store.deliver()
    #expect(told.suffix(2) == ["@introduceDomain", "@releaseDomain"] && told.count == 4)
    #expect(rig.events() == [])
    #expect(rig.send(.setPermissions, ["@releaseDomain", "n0", "r1"]) == .refused(.accessDenied))
    #expect(rig.send(.setPermissions, ["@releaseDomain", "n0", "r1"], from: 0) == .done)
    rig.store.noteShutdown(of: DomainID(2))
    rig.store.noteShutdown(of: DomainID(2))
    #expect(rig.events() == ["@releaseDomain t"])
  }

  /// Handlers run in `deliver` only, see the store as it is then, and may use it.
  @Test func callsHandlersLater() throws {
    var seen: [String] = []
    let store = rig.store
    let watch = try store.watch("/tool") { path in
      seen.append("\(path)=\((try? store.read(path)) ?? "absent")")
      if seen.count == 2 { try? store.write("/tool/echo", "2") }
    }
    #expect(seen.isEmpty && store.hasDeliveries)
    store.deliver()
    try store.write("/tool/a", "1")
    try store.write("/tool/a", "2")
    store.deliver()
    #expect(seen == ["/tool=absent", "/tool/a=2"])
    store.deliver()
    #expect(seen.last == "/tool/echo=2")
    try store.remove("/tool")
    watch.cancel()
    #expect(!store.hasDeliveries)
    store.deliver()
    #expect(seen.count == 3)
    watch.cancel()
    #expect(store.brokenInvariant() == nil)
  }
}
