/// SplitMix64: a sequence that a seed repeats.
struct FuzzRandom {
  private var state: UInt64

  /// The sequence of one call of a run, whatever came before it: so a run can begin anywhere.
  init(seed: UInt64, call: UInt64) {
    state = seed &* 0xD134_2543_DE82_EF95 &+ call &* 0x2545_F491_4F6C_DD1D
    _ = next()
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }

  /// A number below `limit`, which is not 0.
  mutating func below(_ limit: UInt64) -> UInt64 { next() % limit }
  mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }

  /// True so many times of a hundred.
  mutating func chance(_ percent: UInt64) -> Bool { below(100) < percent }
}
