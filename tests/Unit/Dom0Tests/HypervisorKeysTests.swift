import Testing

@testable import Dom0Logic

@Suite struct HypervisorKeysTests {
  /// What of a text is domain 0's, and whether it has the keys in the end.
  private func use(_ text: String, _ keys: inout HypervisorKeys) -> String {
    String(decoding: text.utf8.filter { keys.accept($0) }, as: UTF8.self)
  }

  @Test func threeControlAGiveTheKeysAway() {
    var keys = HypervisorKeys()
    #expect(use("a\u{1}\u{1}b\u{1}\u{1}", &keys) == "a\u{1}\u{1}b\u{1}\u{1}")
    #expect(!keys.areAway)
    #expect(use("\u{1}", &keys) == "")
    #expect(keys.areAway)
  }

  /// The Ctrl-A that brings them back counts for nothing, as with the hypervisor.
  @Test func theNextByteBringsThemBack() {
    var keys = HypervisorKeys()
    #expect(use("\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}x", &keys) == "\u{1}\u{1}\u{1}\u{1}x")
    #expect(!keys.areAway)
    #expect(use("\u{1}\u{1}\u{1}y", &keys) == "\u{1}\u{1}y")
    #expect(!keys.areAway)
  }

  @Test func aLossBringsThemBack() {
    var keys = HypervisorKeys()
    #expect(use("\u{1}\u{1}\u{1}", &keys) == "\u{1}\u{1}")
    keys.noteLoss()
    #expect(!keys.areAway)
  }
}
