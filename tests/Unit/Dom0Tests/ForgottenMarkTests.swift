import Testing

@testable import Dom0Logic

@Suite struct ForgottenMarkTests {
  private func hint(_ words: String, isKernel: Bool, _ definitions: String...) -> String? {
    ForgottenMark.hint(
      name: "guest.elf", words: words, isKernel: isKernel, definitions: definitions.map { Array($0.utf8) })
  }

  @Test func tellsOfKernelsThatNobodyNames() throws {
    let text = try #require(hint("build/guest.elf", isKernel: true, "kernel = 'other.elf'", "gues", ""))
    #expect(text.hasPrefix("guest.elf is a kernel, kept as a file"))
    #expect(text.contains("expected 'domU name=NAME mem=SIZE'"))
  }

  @Test func saysNothingOfKernelsThatADefinitionNames() {
    #expect(hint("build/guest.elf", isKernel: true, "x", "kernel = \"boot/guest.elf\"\n") == nil)
  }

  /// A file has no use for an amount of memory.
  @Test(arguments: ["guest.elf mem=32", "mem=32M name=guest.elf", "x weight=3", "x cap=1", "x vcpus=1"])
  func tellsOfWordsForAGuest(_ words: String) {
    #expect(hint(words, isKernel: false) != nil)
    #expect(hint(words, isKernel: true, "guest.elf") != nil)
  }

  @Test(arguments: ["guest.elf", "", "guest.elf name=disk readonly", "guest.elf memory=3"])
  func saysNothingOfOtherFiles(_ words: String) {
    #expect(hint(words, isKernel: false) == nil)
  }
}
