import Testing
import XenABI

@testable import Dom0Logic

/// Commands as they are typed, and what is said of them.
@Suite struct CommandTests {
  private func parse(_ line: String) throws -> Command? { try Command.parse(Array(line.utf8)) }

  @Test func describesEveryVerb() throws {
    for verb in CommandVerb.allCases {
      let description = verb.description
      #expect(CommandVerb.named("\(verb.name)") == verb)
      #expect(Command.help.contains { $0.hasPrefix("  \(verb.name) ") })
      // The example can be typed as it stands, and is of this command.
      #expect("\(description.example)".hasPrefix("\(verb.name)"))
      #expect(try parse("\(description.example)") != nil)
      #expect(try parse("\(verb.name) --help") == .help(verb))
      #expect(description.help.allSatisfy { $0.utf8.count < 120 })
    }
    #expect(try parse("") == nil)
    #expect(try parse("   ") == nil)
  }

  @Test(
    arguments: [
      ("  list ", .list([])), ("list g1 2", .list(["g1", "2"])), ("help create", .help(.create)),
      (
        "create a.cfg name=g2 'extra=a b'",
        .create(file: "a.cfg", settings: ["name=g2", "extra=a b"], attaches: false, staysPaused: false)
      ),
      ("create -cp a.cfg", .create(file: "a.cfg", settings: [], attaches: true, staysPaused: true)),
      ("mem-set g1 24", .memSet("g1", bytes: 24 << 20)), ("mem-max g1 1G", .memMax("g1", bytes: 1 << 30)),
      ("sched", .sched(domain: nil, weight: nil, cap: nil)),
      ("sched -d g1 -w 512 -c50", .sched(domain: "g1", weight: 512, cap: 50)),
      ("shutdown g1 -w", .shutdown("g1", waits: true)), ("reboot", .rebootMachine), ("reboot g1", .reboot("g1")),
      ("xenstore-write /a \"\"", .storeWrite("/a", value: "")), ("xenstore-read -- -a", .storeRead(["-a"])),
      ("poweroff -f", .powerOff(asksGuests: false)), ("?", .help(nil)), ("top -n 3", .top(seconds: 3)),
    ] as [(String, Command)])
  func understands(_ line: String, _ command: Command) throws {
    #expect(try parse(line) == command)
  }

  @Test(arguments: [
    ("frobnicate", "unknown command 'frobnicate': 'help' names those there are"),
    (
      "quit", "unknown command 'quit': 'poweroff' ends the machine; under 'make run' Ctrl-T x leaves at any time"
    ),
    ("audit all", "audit stands alone, without 'all'"),
    ("destroy", "destroy needs a domain: its name or number, as 'list' shows them; usage: destroy DOMAIN"),
    ("destroy g1 g2", "'g2' is too much; usage: destroy DOMAIN"),
    ("li", "unknown command 'li': 'help' names those there are"),
    (
      "mem-set g1",
      "mem-set needs a size in MiB, such as 64, or with a unit, such as 64M or 1G; usage: mem-set DOMAIN SIZE"
    ),
    (
      "mem-set g1 12x",
      "mem-set: '12x' is no size: expected a size in MiB, such as 64, or with a unit, such as 64M or 1G"
    ),
    ("shutdown -x g1", "shutdown has no option '-x'; usage: shutdown [-w] DOMAIN"),
    ("sched -d", "sched -d needs a domain: its name or number, as 'list' shows them"),
    ("sched -w 5", "sched sets one domain's weight and cap: name it; usage: sched [-d DOMAIN] [-w WEIGHT] [-c CAP]"),
    (
      "create a.cfg memory",
      "'memory' is no setting: expected settings of the form KEY=VALUE, such as memory=64; usage: "
        + "create [-c] [-p] FILE [KEY=VALUE...]"
    ),
    ("console 'g1", "the quote ' is not closed"),
    ("help frob", "no command is called 'frob': 'help' names those there are"),
  ])
  func saysWhatWasExpected(_ line: String, _ message: String) {
    #expect(throws: Command.Misunderstanding(message)) { try parse(line) }
  }

  @Test(
    arguments: [
      ("64", 64 << 20), ("64m", 64 << 20), ("64M", 64 << 20), ("1g", 1 << 30), ("512k", 512 << 10), ("1T", 1 << 40),
      ("", nil), ("m", nil), ("-1", nil), ("1.5", nil), ("64x", nil), ("64mm", nil), ("99999999999999999999", nil),
      ("18446744073709551615", nil), ("16777216T", nil), ("16777215T", 16_777_215 << 40),
    ] as [(String, UInt64?)])
  func readsSizes(_ text: String, _ bytes: UInt64?) {
    #expect(MemoryAmount.bytes(text) == bytes)
  }

  @Test(arguments: [
    ("a b  c", ["a", "b", "c"]), ("'a b' c", ["a b", "c"]), ("a\\ b", ["a b"]), ("\"a 'b\" c", ["a 'b", "c"]),
    ("a'b'c", ["abc"]), ("'' x", ["", "x"]), ("\"a\\\"b\\n\"", ["a\"b\\n"]), ("'a\\'", ["a\\"]),
  ])
  func splitsWords(_ line: String, _ words: [String]) throws {
    #expect(try ShellWords.split(Array(line.utf8)) == words)
  }

  @Test(arguments: 0..<300 as Range<UInt64>) func typesBackWhatItSplits(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let alphabet = Array("ab '\"\\=/".utf8)
    let words = (0..<(1 + random.next() % 4)).map { _ in
      PlainText.of((0..<(1 + random.next() % 6)).map { _ in alphabet[Int(random.next() % UInt64(alphabet.count))] })
    }
    let line = words.map { ShellWords.typed($0, within: 0) }.joined(separator: [0x20])
    #expect(try ShellWords.split(Array(line)) == words)
    // Any bytes at all are split or refused, never more.
    let noise = (0..<40).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    _ = try? Command.parse(noise)
    _ = Completion(of: noise) { _, _ in ["x"] }
  }
}
