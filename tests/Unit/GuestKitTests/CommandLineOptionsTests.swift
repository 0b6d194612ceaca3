import Testing

@testable import GuestKitLogic

@Suite struct CommandLineOptionsTests {
  @Test func findsWords() {
    let options = CommandLineOptions("  ticks=10 quiet on_end=idle ticksy=3 empty= ")
    #expect(options["ticks"] == "10")
    #expect(options["quiet"] == "")
    #expect(options["empty"] == "")
    #expect(options["tick"] == nil)
    #expect(options.has("on_end", "idle"))
    #expect(!options.has("on_end", "idl"))
    #expect(options.number("ticks") == 10)
    #expect(options.number("ticksy") == 3)
  }

  @Test func takesTheLastOfSeveral() {
    #expect(CommandLineOptions("a=1 a=2")["a"] == "2")
  }

  @Test(arguments: ["n=", "n=x", "n=1x", "n=-1", "n=18446744073709551616", "m=1", ""])
  func refusesWhatIsNoNumber(_ line: String) {
    #expect(CommandLineOptions(line).number("n") == nil)
  }

  @Test func readsTheLargestNumber() {
    #expect(CommandLineOptions("n=18446744073709551615").number("n") == UInt64.max)
  }
}
