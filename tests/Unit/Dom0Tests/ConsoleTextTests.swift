import Testing
import XenABI

@testable import Dom0Logic

/// What becomes of a guest's bytes before they are shown.
@Suite struct ConsoleTextTests {
  private func lines(_ bytes: some Sequence<UInt8>, flush: Bool = true) -> [String] {
    var assembler = LineAssembler()
    var lines: [String] = []
    for byte in bytes {
      if let line = assembler.accept(byte) { lines.append(String(decoding: line, as: UTF8.self)) }
    }
    if flush, let line = assembler.flush() { lines.append(String(decoding: line, as: UTF8.self)) }
    return lines
  }

  /// What a guest writes; its description shows controls as escapes, so that they don't reach the tester's terminal.
  struct Written: ExpressibleByStringLiteral, CustomTestStringConvertible, Sendable {
    let text: String
    init(stringLiteral text: String) { self.text = text }
    var testDescription: String { text.unicodeScalars.map { $0.escaped(asASCII: true) }.joined() }
  }

  @Test(
    arguments: [
      ("plain\n", ["plain"]),
      ("one\r\ntwo\n\nthree", ["one", "two", "", "three"]),
      ("10 %\r20 %\r100 %\r\n", ["100 %"]),
      ("a\tb\n", ["a       b"]),
      ("oops\u{8}\u{8}k\n", ["ook"]),
      ("\u{1B}[31mred\u{1B}[0m\n", ["red"]),
      ("\u{1B}]0;a title\u{7}shown\n", ["shown"]),
      ("\u{1B}]0;a title\u{1B}\\shown\n", ["shown"]),
      ("\u{1B}(Bshown\n", ["shown"]),
      ("\u{1B}P$q\u{1B}\\shown\n", ["shown"]),
      ("\u{1B}[31\nnext\n", ["", "next"]),
      ("\u{1}\u{2}\n", ["??"]),
      ("Mauersegler: Apus \u{2013} \u{1F426}\n", ["Mauersegler: Apus \u{2013} \u{1F426}"]),
      ("\u{202E}turned\n", ["?turned"]),
      ("\u{9B}31m\n", ["?31m"]),
    ] as [(Written, [String])])
  func cleans(_ written: Written, _ shown: [String]) {
    #expect(lines(written.text.utf8) == shown)
  }

  @Test(
    arguments: [
      ([0xFF, 0x41], "?A"), ([0xC3, 0x41], "?A"), ([0xE2, 0x82], "?"), ([0x80], "?"), ([0xC0, 0xAF], "??"),
      ([0xED, 0xA0, 0x80], "??"), ([0xF4, 0x90, 0x80, 0x80], "???"),
    ] as [([UInt8], String)])
  func replacesWhatIsNoUTF8(_ bytes: [UInt8], _ shown: String) {
    #expect(lines(bytes) == [shown])
  }

  /// Nothing that a terminal would obey comes through, whatever is written.
  @Test(arguments: 0..<100 as Range<UInt64>) func letsNoControlThrough(_ seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let favourites: [UInt8] = [0x1B, 0x5B, 0x5D, 0x50, 0x5C, 0x07, 0x9B, 0xC2, 0xE2, 0x80, 0xAE, 0x0D, 0x0A, 0x41]
    let bytes = (0..<4000).map { _ in
      random.next() % 2 == 0
        ? favourites[Int(random.next() % UInt64(favourites.count))] : UInt8(truncatingIfNeeded: random.next())
    }
    var assembler = LineAssembler()
    for byte in bytes {
      guard let line = assembler.accept(byte) else { continue }
      #expect(line.count <= LineAssembler.longestLine + 8)
      guard let text = String(validating: line, as: UTF8.self) else {
        Issue.record("not UTF-8: \(line)")
        continue
      }
      #expect(text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
    }
  }

  @Test func breaksLongLines() {
    let written = [UInt8](repeating: 0x78, count: 1200)
    #expect(lines(written).map(\.count) == [500, 500, 200])
  }

  /// A control sequence that never ends does not silence the guest for good.
  @Test func endsEndlessSequences() {
    let written = Array("\u{1B}]".utf8) + [UInt8](repeating: 0x78, count: 400)
    #expect(lines(written).count == 1)
  }

  @Test func logsTheLastLines() {
    var log = LineLog(capacity: 64)
    for number in 0..<100 { log.append(Array("line \(number)".utf8)) }
    var kept: [String] = []
    log.forEachLine { kept.append(String(decoding: $0, as: UTF8.self)) }
    #expect(kept == (92..<100).map { "line \($0)" })
    log.append([UInt8](repeating: 0x78, count: 1000))
    kept = []
    log.forEachLine { kept.append(String(decoding: $0, as: UTF8.self)) }
    #expect(kept.map(\.count) == [63])
  }

  @Test func holdsFloodersBack() {
    var budget = DrainBudget(burst: 1000, rate: 500, now: .zero)
    #expect(budget.remaining(at: .zero) == 1000)
    budget.spend(1000)
    #expect(budget.remaining(at: .zero) == 0)
    #expect(budget.remaining(at: .milliseconds(100)) == 50)
    #expect(budget.remaining(at: .seconds(1)) == 500)
    #expect(budget.remaining(at: .seconds(60)) == 1000)
    // A clock that seems to go back earns nothing.
    #expect(budget.remaining(at: .seconds(2)) == 1000)
    // Small steps add up.
    budget.spend(1000)
    for step in 0..<1000 as Range<UInt64> { _ = budget.remaining(at: .milliseconds(60_000 + step)) }
    #expect(budget.remaining(at: .seconds(61)) == 500)
  }
}
