import Testing

@testable import FuzzEntries

/// The fuzzer's entry on inputs of random bytes, so that `make test` runs it too.
@Suite struct BlockFuzzTests {
  @Test func survivesRandomRings() {
    var random = SplitMix64(seed: 11)
    for _ in 0..<300 {
      let count = Int(random.next() % 600)
      // Small numbers are likely: they make operations, segments and sectors that go further than the first check.
      let bytes = (0..<count).map { _ in
        random.next() % 2 == 0 ? UInt8(random.next() % 8) : UInt8(truncatingIfNeeded: random.next())
      }
      BlockFuzz.run(bytes)
    }
  }
}
