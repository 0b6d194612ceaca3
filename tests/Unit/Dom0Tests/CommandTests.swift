import Testing
import XenABI

@testable import Dom0Logic

/// Commands as they are typed, and what is said of them.
@Suite struct CommandTests {
  @Test func understandsEveryVerb() throws {
    for verb in CommandVerb.allCases {
      let line = verb.takesDomain ? "  \(verb.name)   g1 " : "\(verb.name)"
      #expect(try Command.parse(Array(line.utf8)) == Command(verb: verb, domain: verb.takesDomain ? "g1" : ""))
      #expect(Command.help.contains { $0.hasPrefix("  \(verb.name)") })
    }
    #expect(try Command.parse([]) == nil)
    #expect(try Command.parse(Array("   ".utf8)) == nil)
  }

  @Test(arguments: [
    ("frobnicate", "unknown command 'frobnicate': 'help' names those there are"),
    ("list all", "list stands alone, without 'all'"),
    ("destroy", "destroy needs a domain: its name or number, as 'list' shows them"),
    ("destroy g1 g2", "destroy takes one domain, not also 'g2'"),
    ("li", "unknown command 'li': 'help' names those there are"),
  ])
  func saysWhatWasExpected(_ line: String, _ message: String) {
    #expect(throws: Command.Misunderstanding(message: message)) { try Command.parse(Array(line.utf8)) }
  }

  @Test func fillsTheColumns() {
    var information = DomainInformation(domain: DomainID(7))
    information.frameCount = 24 * 256 + 3
    information.onlineVCPUCount = 1
    information.cpuTime = .milliseconds(12_345)
    information.flags = [.blocked, .hardwareAssisted]
    let row = DomainRow(name: "g1", information)
    #expect(DomainRow.heading == "Name                                ID    Mem  VCPUs   State    Time(s)")
    #expect(row.text == "g1                                   7     24      1   -b----      12.3")
    #expect(row.text.count == DomainRow.heading.count)
  }

  @Test func writesTheState() {
    var flags: DomainFlags = [.shutdown]
    flags.shutdownReason = .crash
    #expect(DomainState.letters(flags) == "---sc-")
    flags.shutdownReason = .powerOff
    #expect(DomainState.letters(flags.union(.dying)) == "---s-d")
    #expect(DomainState.letters([.running, .paused]) == "r-p---")
    #expect(DomainState.reason(.powerOff) == "poweroff")
    #expect(DomainState.reason(ShutdownReason(77)) == "reason 77")
  }

  @Test func writesQuantities() {
    #expect(Quantity.mebibytes(frames: 6143) == 24)
    #expect(Quantity.duration(.seconds(59)) == "00:00:59")
    #expect(Quantity.duration(.seconds(90_061)) == "1 day 01:01:01")
    #expect(Quantity.megahertz(2_000_050) == "2000.050 MHz")
  }
}
