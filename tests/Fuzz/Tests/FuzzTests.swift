import Testing

@testable import FuzzEntries

/// A little fuzzing in every run of the tests, the same inputs each time. `make fuzz` does more.
@Suite struct FuzzTests {
  @Test(arguments: FuzzTarget.allCases) func survivesMutations(of target: FuzzTarget) {
    var mutator = Mutator(seed: 0xF022, seeds: target.seeds)
    for _ in 0..<5_000 { target.run(mutator.next()) }
  }

  /// The seeds are what a target accepts, so that what is near them reaches its depths; cut anywhere, they are refused.
  @Test(arguments: FuzzTarget.allCases) func survivesTruncation(of target: FuzzTarget) {
    for seed in target.seeds {
      target.run(seed)
      for count in stride(from: 0, to: seed.count, by: max(1, seed.count / 200)) {
        target.run(Array(seed.prefix(count)))
      }
    }
  }
}
