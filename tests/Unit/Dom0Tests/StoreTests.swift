import Testing
import XenABI

@testable import Dom0Logic
@testable import FuzzEntries

/// What each request of the protocol does (xenstore.txt).
@Suite struct StoreTests {
  private let rig = StoreRig()

  @Test func readsWhatWasWritten() {
    #expect(rig.send(.write, ["data/x"], bytes: "one\0two") == .done)
    #expect(rig.send(.read, ["data/x"]) == .ok("one\0two"))
    #expect(rig.send(.read, ["/local/domain/1/data/x"]) == .ok("one\0two"))
    #expect(rig.send(.read, ["data"]) == .ok(""))
    #expect(rig.send(.directory, ["data"]) == .ok("x\0"))
    #expect(rig.send(.write, ["data/x"]) == .done)
    #expect(rig.send(.read, ["data/x"]) == .ok(""))
    #expect(rig.send(.getPermissions, ["data/x"]) == .ok("n1\0"))
  }

  @Test func listsChildrenInOrder() {
    for name in ["c", "a", "b-2", "b"] { #expect(rig.send(.makeDirectory, ["d/\(name)"]) == .done) }
    #expect(rig.send(.directory, ["d"]) == .ok("a\0b\0b-2\0c\0"))
    #expect(rig.send(.remove, ["d/b"]) == .done)
    #expect(rig.send(.directory, ["d"]) == .ok("a\0b-2\0c\0"))
    #expect(rig.send(.directory, ["d/a"]) == .ok(""))
    #expect(rig.send(.makeDirectory, ["d/a"]) == .done)
  }

  @Test func removesWholeTrees() {
    _ = rig.send(.write, ["a/b/c"], bytes: "1")
    #expect(rig.send(.remove, ["a"]) == .done)
    #expect(rig.send(.read, ["a/b/c"]) == .refused(.notFound))
    #expect(rig.send(.remove, ["a"]) == .done)
    #expect(rig.send(.remove, ["a/b"]) == .refused(.notFound))
    #expect(rig.send(.remove, ["/"]) == .refused(.invalidArgument))
    #expect(rig.store.brokenInvariant() == nil)
  }

  @Test(
    arguments: [
      "", "a/", "/a/", "a//b", "//", "a b", "a\u{7F}", "ä", "@event", String(repeating: "a", count: 2049),
      "/" + String(repeating: "a", count: 3072),
    ])
  func refusesWhatIsNoPath(_ path: String) {
    for type in [StoreMessageType.read, .write, .makeDirectory, .remove, .directory] {
      #expect(rig.send(type, [path]) == .refused(.invalidArgument))
    }
  }

  @Test func acceptsTheLongestPaths() {
    #expect(rig.send(.read, [String(repeating: "a", count: 2048)]) == .refused(.notFound))
    #expect(rig.send(.read, ["/local/domain/1/" + String(repeating: "a", count: 3056)]) == .refused(.notFound))
  }

  /// Payloads that end too soon, or too late.
  @Test func refusesMalformedMessages() {
    let path = Array("a".utf8)
    for type in [0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 17, 18, 19, 22] as [UInt32] {
      let isPrivileged = [0, 8, 9, 18, 19].contains(type)
      let expected = StoreRig.Answer.refused(isPrivileged ? .accessDenied : .invalidArgument)
      #expect(rig.send(raw: path, type) == expected)
      #expect(rig.send(raw: [], type) == expected)
    }
    #expect(rig.send(.read, ["a", "b"]) == .refused(.invalidArgument))
    #expect(rig.send(.watch, ["a", "t", "x"]) == .refused(.invalidArgument))
    #expect(rig.send(.watch, ["a", String(repeating: "t", count: 1023)]) == .refused(.invalidArgument))
    #expect(rig.send(.transactionEnd, ["Q"]) == .refused(.invalidArgument))
    #expect(rig.send(.setPermissions, ["a"]) == .refused(.invalidArgument))
    for type in [15, 20, 23, 24, 1000, UInt32.max] as [UInt32] {
      #expect(rig.send(raw: path + [0], type) == .refused(.notImplemented))
    }
  }

  @Test func tellsOfDomains() {
    #expect(rig.send(.getDomainPath, ["7"]) == .ok("/local/domain/7\0"))
    #expect(rig.send(.isDomainIntroduced, ["2"]) == .ok("T\0"))
    #expect(rig.send(.isDomainIntroduced, ["0"]) == .ok("T\0"))
    #expect(rig.send(.isDomainIntroduced, ["9"]) == .ok("F\0"))
    for word in ["", "-1", "x", "32752", "65536", "99999999999999999999"] {
      #expect(rig.send(.getDomainPath, [word]) == .refused(.invalidArgument))
    }
  }

  /// Only domain 0 introduces, releases, resumes and sets targets; nor does a guest command the server.
  @Test func keepsGuestsFromTheControlDomainsRequests() {
    for type in [StoreMessageType.introduce, .release, .resume, .setTarget, .control] {
      #expect(rig.send(type, ["2", "3", "4"]) == .refused(.accessDenied))
    }
  }

  @Test func servesTheControlDomain() {
    #expect(rig.send(.isDomainIntroduced, ["9"], from: 0) == .ok("F\0"))
    #expect(rig.send(.introduce, ["9", "17", "3"], from: 0) == .done)
    #expect(rig.send(.isDomainIntroduced, ["9"], from: 0) == .ok("T\0"))
    #expect(rig.send(.introduce, ["9", "17"], from: 0) == .refused(.invalidArgument))
    #expect(rig.send(.introduce, ["0", "17", "3"], from: 0) == .refused(.invalidArgument))
    #expect(rig.send(.resume, ["9"], from: 0) == .done)
    #expect(rig.send(.setTarget, ["9", "1"], from: 0) == .done)
    #expect(rig.send(.read, ["/local/domain/1"], from: 9) == .ok(""))
    #expect(rig.send(.release, ["9"], from: 0) == .done)
    #expect(rig.send(.release, ["9"], from: 0) == .refused(.notFound))
    #expect(rig.send(.control, ["help"], from: 0).isDone)
    #expect(rig.send(.control, ["check"], from: 0).text.hasPrefix("nodes 6 "))
    #expect(rig.send(.control, ["explode"], from: 0) == .refused(.invalidArgument))
  }

  /// A list that is too long for a message comes in parts.
  @Test func listsInParts() {
    var names: Set<String> = []
    for index in 0..<300 {
      names.insert("a-rather-long-name-\(index)")
      #expect(rig.send(.makeDirectory, ["many/a-rather-long-name-\(index)"]) == .done)
    }
    #expect(rig.send(.directory, ["many"]) == .refused(.tooBig))
    var found: [Substring] = []
    var offset = 0
    var generation = ""
    while true {
      let answer = rig.send(.directoryPart, ["many", "\(offset)"]).text
      #expect(answer.utf8.count <= 4096)
      let words = answer.split(separator: "\0", omittingEmptySubsequences: false)
      generation = generation.isEmpty ? String(words[0]) : generation
      #expect(words[0] == generation)
      let part = words.dropFirst().dropLast()
      found += part.filter { !$0.isEmpty }
      if part.last == "" { break }
      offset += part.reduce(0) { $0 + $1.utf8.count + 1 }
    }
    #expect(found.count == 300 && Set(found.map { String($0) }) == names)
    #expect(rig.send(.directoryPart, ["many", "999999"]) == .ok("\(generation)\0\0"))
    _ = rig.send(.write, ["many/one-more"])
    #expect(!rig.send(.directoryPart, ["many", "0"]).text.hasPrefix("\(generation)\0"))
  }
}

/// Who may do what.
@Suite struct StorePermissionTests {
  private let rig = StoreRig()

  @Test func keepsDomainsApart() {
    _ = rig.send(.write, ["mine"], bytes: "1")
    for type in [StoreMessageType.read, .directory, .getPermissions, .remove, .makeDirectory, .write] {
      #expect(rig.send(type, ["/local/domain/1/mine"], from: 2) == .refused(.accessDenied))
      #expect(rig.send(type, ["/local/domain/1/absent"], from: 2) == .refused(.accessDenied))
      #expect(rig.send(type, ["/elsewhere/x"], from: 2) == .refused(.accessDenied))
    }
    #expect(rig.send(.setPermissions, ["/local/domain/1/mine", "n2"], from: 2) == .refused(.accessDenied))
    #expect(rig.send(.read, ["/local/domain/1/mine"], from: 0) == .ok("1"))
  }

  @Test(arguments: ["n", "r", "w", "b"]) func obeysTheLetters(_ letter: String) {
    _ = rig.send(.write, ["x"], bytes: "1")
    #expect(rig.send(.setPermissions, ["x", "n1", "\(letter)2"]) == .done)
    let mayRead = letter == "r" || letter == "b"
    let mayWrite = letter == "w" || letter == "b"
    let path = "/local/domain/1/x"
    #expect(rig.send(.read, [path], from: 2) == (mayRead ? .ok("1") : .refused(.accessDenied)))
    #expect(rig.send(.read, ["\(path)/y"], from: 2) == .refused(mayRead ? .notFound : .accessDenied))
    #expect(rig.send(.write, [path], bytes: "2", from: 2) == (mayWrite ? .done : .refused(.accessDenied)))
    #expect(rig.send(.read, [path], from: 3) == .refused(.accessDenied))
    // What a guest makes in another's node is its own.
    #expect(rig.send(.write, ["\(path)/y"], from: 2) == (mayWrite ? .done : .refused(.accessDenied)))
    if mayWrite { #expect(rig.send(.getPermissions, ["\(path)/y"], from: 0).text.dropFirst().first == "2") }
    #expect(rig.send(.setPermissions, [path, "n2"], from: 2) == .refused(.accessDenied))
  }

  @Test func takesTheFirstLetterForAllOthers() {
    _ = rig.send(.write, ["x"], bytes: "1")
    #expect(rig.send(.setPermissions, ["x", "r1", "n3"]) == .done)
    #expect(rig.send(.getPermissions, ["x"]) == .ok("r1\0n3\0"))
    #expect(rig.send(.read, ["/local/domain/1/x"], from: 2) == .ok("1"))
    #expect(rig.send(.read, ["/local/domain/1/x"], from: 3) == .refused(.accessDenied))
    #expect(rig.send(.write, ["/local/domain/1/x"], from: 2) == .refused(.accessDenied))
  }

  @Test func givesNodesAwayForDomainZeroOnly() {
    _ = rig.send(.write, ["x"])
    #expect(rig.send(.setPermissions, ["x", "n2"]) == .refused(.notPermitted))
    #expect(rig.send(.setPermissions, ["x", "n2"], from: 0) == .refused(.notFound))
    #expect(rig.send(.setPermissions, ["/local/domain/1/x", "n2"], from: 0) == .done)
    #expect(rig.send(.read, ["x"]) == .refused(.accessDenied))
    #expect(rig.client(2).nodeCount == 2)
  }

  @Test(arguments: ["x1", "r", "r-1", "r99999", "", "1"]) func refusesWhatIsNoPermission(_ word: String) {
    _ = rig.send(.write, ["x"])
    #expect(rig.send(.setPermissions, ["x", word]) == .refused(.invalidArgument))
  }

  /// A domain's entries end with it: the next of its number is not meant.
  @Test func forgetsWhoIsGone() {
    _ = rig.send(.write, ["x"], bytes: "1")
    _ = rig.send(.setPermissions, ["x", "n1", "b2"])
    rig.store.release(DomainID(2))
    #expect(!rig.store.exists("/local/domain/2"))
    rig.store.introduce(DomainID(2))
    #expect(rig.send(.read, ["/local/domain/1/x"], from: 2) == .refused(.accessDenied))
    #expect(rig.send(.getPermissions, ["x"]) == .ok("n1\0"))
    #expect(rig.client(2).memory == 0)
    #expect(rig.store.brokenInvariant() == nil)
  }
}
