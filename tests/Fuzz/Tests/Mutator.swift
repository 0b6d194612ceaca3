/// Inputs near the seeds, drawn from a seeded generator.
struct Mutator {
  private var random: FuzzRandom
  private let seeds: [[UInt8]]

  init(seed: UInt64, seeds: [[UInt8]]) {
    random = FuzzRandom(state: seed)
    self.seeds = seeds
  }

  /// The next input: a seed after some changes, one in sixteen times noise.
  mutating func next() -> [UInt8] {
    if random.below(16) == 0 { return (0..<random.below(256)).map { _ in random.byte } }
    var bytes = seeds.isEmpty ? [] : seeds[random.below(seeds.count)]
    for _ in 0...random.below(8) { change(&bytes) }
    return bytes
  }

  private mutating func change(_ bytes: inout [UInt8]) {
    if bytes.isEmpty {
      bytes.append(random.byte)
      return
    }
    let place = random.below(bytes.count)
    let count = min(1 + random.below(16), bytes.count - place)
    switch random.below(8) {
    case 0: bytes[place] ^= 1 << UInt8(random.below(8))
    case 1: bytes[place] = random.byte
    case 2: bytes[place] = [0, 1, 0x7F, 0x80, 0xFF][random.below(5)]
    case 3: for index in place..<place + count { bytes[index] = [0, 0xFF][random.below(2)] }
    case 4: bytes.removeSubrange(place..<place + count)
    case 5: bytes.insert(contentsOf: bytes[place..<place + count], at: random.below(bytes.count))
    case 6: bytes.removeLast(bytes.count - place)
    default:
      guard let other = seeds.isEmpty ? nil : seeds[random.below(seeds.count)], !other.isEmpty else { return }
      let start = random.below(other.count)
      bytes.replaceSubrange(place..<place + count, with: other[start..<min(start + count, other.count)])
    }
  }
}

/// SplitMix64.
struct FuzzRandom {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }

  mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
  var byte: UInt8 { mutating get { UInt8(truncatingIfNeeded: next()) } }
}
