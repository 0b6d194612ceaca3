import Testing

@testable import Dom0Logic

/// What Tab offers.
@Suite struct CompletionTests {
  private func complete(_ line: String) -> Completion {
    Completion(of: Array(line.utf8)) { kind, prefix in
      switch kind {
      case .guest: ["guest", "g two"]
      case .domain: ["dom0", "guest"]
      case .configuration: ["guest.cfg", "guest-big.cfg"]
      case .setting: ["memory=", "maxmem=", "name="]
      case .storePath: prefix.hasPrefix("/local/") ? ["/local/domain/"] : ["/local/", "/tool", "/vm/"]
      default: []
      }
    }
  }

  @Test(arguments: [
    ("uns", ""), ("cons", "ole "), ("unp", "ause "), ("xenstore-r", ""), ("xen", "store-"), ("help vcp", "u-list "),
    ("console gu", "est "), ("console g\\ ", "two "), ("console 'g t", "wo' "), ("destroy ", "g"), ("list gue", "st "),
    ("list guest d", "om0 "), ("destroy guest g", ""), ("create g", "uest"), ("create guest.", "cfg "),
    ("create guest.cfg m", ""), ("create guest.cfg me", "mory="), ("create guest.cfg me=1 n", "ame="),
    ("xenstore-ls /l", "ocal/"), ("xenstore-ls /local/", "domain/"), ("xenstore-ls /t", "ool "),
    ("sched -d g", "uest "),
    ("sched -d guest -", ""), ("shutdown -", "w "), ("frob g", ""), ("audit g", ""),
  ])
  func completes(_ line: String, _ insertion: String) {
    #expect(String(decoding: complete(line).insertion, as: UTF8.self) == insertion)
  }

  @Test func namesSeveralCandidates() {
    #expect(complete("xenstore-r").candidates == ["xenstore-read", "xenstore-rm"])
    #expect(complete("create guest").candidates == ["guest-big.cfg", "guest.cfg"])
    #expect(complete("sched -").candidates == ["-c", "-d", "-w"])
    #expect(complete("cons").candidates.isEmpty)
  }

  @Test func fillsTheTerminal() {
    #expect(Completion.lines(["a", "bb", "ccc"], width: 10) == ["a    bb", "ccc"])
    #expect(Completion.lines([String(repeating: "x", count: 100)], width: 79).count == 1)
    let many = (0..<1000).map { "n\($0)" }
    let lines = Completion.lines(many, width: 79)
    #expect(lines.last == "... and 880 more")
    #expect(lines.allSatisfy { $0.utf8.count <= 79 })
  }
}
