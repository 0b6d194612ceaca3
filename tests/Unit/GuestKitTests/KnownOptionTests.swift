import Testing

@testable import GuestKitLogic

@Suite struct KnownOptionTests {
  private let known = [
    KnownOption("on_end", .oneOf(["destroy", "preserve"])), KnownOption("ticks", .number(or: ["forever"])),
    KnownOption("count", .number()), KnownOption("dump", .text("DISK")),
  ]

  @Test(arguments: [
    "", "  on_end=destroy  ticks=10 ", "on_end=preserve ticks=forever count=0 dump=vda", "dump=a=b", "count=1 count=2",
  ])
  func acceptsWhatIsKnown(_ line: String) {
    #expect(CommandLineOptions(line).faults(knowing: known) == [])
  }

  @Test(arguments: [
    ("frob=1", "unknown option 'frob=1': expected on_end=, ticks=, count=, dump="),
    ("frob", "unknown option 'frob': expected on_end=, ticks=, count=, dump="),
    ("on_en=destroy", "unknown option 'on_en=destroy': expected on_end=, ticks=, count=, dump="),
    ("on_end=destroyed", "bad value 'on_end=destroyed': expected on_end=destroy or on_end=preserve"),
    ("on_end", "bad value 'on_end': expected on_end=destroy or on_end=preserve"),
    ("ticks=ever", "bad value 'ticks=ever': expected ticks=N or ticks=forever"),
    ("count=forever", "bad value 'count=forever': expected count=N"),
    ("count=18446744073709551616", "bad value 'count=18446744073709551616': expected count=N"),
    ("dump=", "bad value 'dump=': expected dump=DISK"),
  ])
  func saysWhatIsNot(_ line: String, _ fault: String) {
    #expect(CommandLineOptions(line).faults(knowing: known) == [fault])
  }

  @Test func looksAtEachWord() {
    #expect(CommandLineOptions("a on_end=destroy on_end=x on_end=destroy b").faults(knowing: known).count == 3)
  }
}
