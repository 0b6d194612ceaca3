import Testing
import XenABI

@testable import Dom0Logic
@testable import FuzzEntries

@Suite struct StoreTransactionTests {
  private let rig = StoreRig()

  @Test func hidesChangesUntilTheEnd() {
    let id = rig.start()
    _ = rig.send(.watch, ["a", "t"])
    _ = rig.events()
    #expect(rig.send(.write, ["a/b"], bytes: "1", transaction: id) == .done)
    #expect(rig.send(.read, ["a/b"], transaction: id) == .ok("1"))
    #expect(rig.send(.directory, ["a"], transaction: id) == .ok("b\0"))
    #expect(rig.send(.read, ["a/b"]) == .refused(.notFound))
    #expect(rig.events() == [])
    #expect(rig.send(.transactionEnd, ["T"], transaction: id) == .done)
    #expect(rig.send(.read, ["a/b"]) == .ok("1"))
    #expect(rig.events() == ["a/b t"])
    #expect(rig.send(.read, ["a/b"], transaction: id) == .refused(.notFound))
  }

  @Test func dropsChanges() {
    _ = rig.send(.write, ["a"], bytes: "0")
    let id = rig.start()
    _ = rig.send(.remove, ["a"], transaction: id)
    #expect(rig.send(.read, ["a"], transaction: id) == .refused(.notFound))
    #expect(rig.send(.transactionEnd, ["F"], transaction: id) == .done)
    #expect(rig.send(.read, ["a"]) == .ok("0"))
    #expect(rig.store.brokenInvariant() == nil)
  }

  /// What the transaction has looked at must be as it was.
  @Test(arguments: ["write", "remove", "setPermissions", "child"]) func noticesConflicts(_ change: String) {
    _ = rig.send(.write, ["a"], bytes: "0")
    let id = rig.start()
    _ = rig.send(.read, ["a"], transaction: id)
    _ = rig.send(.write, ["b"], bytes: "1", transaction: id)
    switch change {
    case "write": _ = rig.send(.write, ["a"], bytes: "0")
    case "remove": _ = rig.send(.remove, ["a"])
    case "child": _ = rig.send(.write, ["a/c"])
    default: _ = rig.send(.setPermissions, ["a", "r1"])
    }
    #expect(rig.send(.transactionEnd, ["T"], transaction: id) == .refused(.tryAgain))
    #expect(rig.send(.read, ["b"]) == .refused(.notFound))
  }

  @Test func bearsWhatItDoesNotTouch() {
    _ = rig.send(.write, ["a"], bytes: "0")
    _ = rig.send(.write, ["other/x"], bytes: "0")
    let id = rig.start()
    _ = rig.send(.write, ["a"], bytes: "1", transaction: id)
    _ = rig.send(.write, ["other/x"], bytes: "2")
    _ = rig.send(.write, ["x"], from: 2)
    #expect(rig.send(.transactionEnd, ["T"], transaction: id) == .done)
    #expect(rig.send(.read, ["a"]) == .ok("1"))
    #expect(rig.send(.read, ["other/x"]) == .ok("2"))
  }

  /// Something that was absent when it was looked at has come, or went and came again.
  @Test func noticesWhatComes() {
    let id = rig.start()
    _ = rig.send(.read, ["a"], transaction: id)
    _ = rig.send(.write, ["a"])
    #expect(rig.send(.transactionEnd, ["T"], transaction: id) == .refused(.tryAgain))
    let second = rig.start()
    _ = rig.send(.read, ["a"], transaction: second)
    _ = rig.send(.remove, ["a"])
    _ = rig.send(.write, ["a"])
    #expect(rig.send(.transactionEnd, ["T"], transaction: second) == .refused(.tryAgain))
  }

  @Test func replacesTrees() {
    _ = rig.send(.write, ["a/b/c"], bytes: "1")
    let id = rig.start()
    _ = rig.send(.remove, ["a"], transaction: id)
    #expect(rig.send(.read, ["a/b/c"], transaction: id) == .refused(.notFound))
    _ = rig.send(.write, ["a/b/d"], bytes: "2", transaction: id)
    #expect(rig.send(.directory, ["a/b"], transaction: id) == .ok("d\0"))
    #expect(rig.send(.transactionEnd, ["T"], transaction: id) == .done)
    #expect(rig.send(.directory, ["a/b"]) == .ok("d\0"))
    #expect(rig.store.brokenInvariant() == nil)
  }

  @Test func belongsToOneDomain() {
    let id = rig.start()
    #expect(rig.send(.read, ["a"], from: 2, transaction: id) == .refused(.notFound))
    #expect(rig.send(.transactionEnd, ["T"], from: 2, transaction: id) == .refused(.notFound))
    #expect(rig.send(.transactionStart, [""], transaction: id) == .refused(.busy))
    #expect(rig.send(.transactionEnd, ["T"]) == .refused(.notFound))
  }
}
