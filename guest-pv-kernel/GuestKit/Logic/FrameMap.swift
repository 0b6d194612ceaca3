/// Which frames of RAM are free: one bit a frame, set where it is taken, in 64-bit words of memory.
///
/// Single frames come from the lowest free place, runs of several from the highest that has room. Most of what is asked
/// for is single and stays long; so it fills the gaps at one end, and does not break up the room for runs at the other.
struct FrameMap<Memory: WordMemory> {
  private let memory: Memory
  /// The address of the first word.
  private let start: UInt64
  /// The frames that there are bits for.
  let frameCount: Int
  private(set) var freeCount = 0
  /// No word before this one has a free frame, and none from `end` on.
  private var first = 0
  private var end = 0

  /// The bytes of the words for so many frames.
  static func byteCount(frames: Int) -> Int { (frames + 63) / 64 * 8 }

  /// A map of which every frame is taken, in `byteCount` bytes from an address on.
  init(frameCount: Int, at start: UInt64, in memory: Memory) {
    self.frameCount = frameCount
    self.start = start
    self.memory = memory
    first = wordCount
    for word in 0..<wordCount { store(.max, word) }
  }

  private var wordCount: Int { (frameCount + 63) / 64 }
  private func load(_ word: Int) -> UInt64 { memory.load(start &+ UInt64(word) &* 8) }
  private func store(_ bits: UInt64, _ word: Int) { memory.store(bits, start &+ UInt64(word) &* 8) }

  /// Takes or frees the frames of a range that are not so yet; returns how many those were. What lies past the last frame
  /// is left out.
  @discardableResult
  mutating func set(_ frames: Range<Int>, taken: Bool) -> Int {
    var frame = frames.lowerBound
    let limit = min(frames.upperBound, frameCount)
    var changed = 0
    while frame < limit {
      let word = frame / 64
      let count = min(64 - frame % 64, limit - frame)
      let mask = (count == 64 ? UInt64.max : (1 << UInt64(count)) - 1) << UInt64(frame % 64)
      let old = load(word)
      changed += (taken ? mask & ~old : mask & old).nonzeroBitCount
      store(taken ? old | mask : old & ~mask, word)
      if !taken {
        first = min(first, word)
        end = max(end, word + 1)
      }
      frame += count
    }
    freeCount += taken ? -changed : changed
    return changed
  }

  /// Takes the lowest free frame; nil where there is none.
  mutating func take() -> Int? {
    while first < end {
      let bits = load(first)
      if bits != .max {
        store(bits | (bits &+ 1), first)  // the lowest zero becomes one
        freeCount -= 1
        return first * 64 + (~bits).trailingZeroBitCount
      }
      first += 1
    }
    return nil
  }

  /// Takes `count` neighbours of which the first is a multiple of `alignment`: the highest ones; nil where there are none.
  mutating func take(count: Int, alignment: Int) -> Int? {
    if count == 1 && alignment == 1 { return take() }
    while end > first, load(end - 1) == .max { end -= 1 }
    guard let found = highestRun(of: count, alignment: alignment) else { return nil }
    set(found..<found + count, taken: true)
    return found
  }

  /// Whether there are so many free neighbours.
  func hasRun(of count: Int) -> Bool { highestRun(of: count, alignment: 1) != nil }

  private func highestRun(of count: Int, alignment: Int) -> Int? {
    guard count > 0, alignment > 0, count <= freeCount else { return nil }
    let floor = first * 64
    var limit = end * 64
    while let last = highest(below: limit, taken: false, from: floor), last + 1 >= count {
      let found = (last + 1 - count) / alignment * alignment
      if found < floor { return nil }
      // Where a frame of it is taken, a run has to end below that one.
      guard let obstacle = highest(below: last, taken: true, from: found) else { return found }
      limit = obstacle
    }
    return nil
  }

  /// The highest taken, or free, frame of `floor..<limit`.
  private func highest(below limit: Int, taken: Bool, from floor: Int) -> Int? {
    if limit <= floor { return nil }
    let flip: UInt64 = taken ? 0 : .max
    var word = (limit - 1) / 64
    var bits = (load(word) ^ flip) & (.max >> UInt64(63 - (limit - 1) % 64))
    while bits == 0 {
      if word == floor / 64 { return nil }
      word -= 1
      bits = load(word) ^ flip
    }
    let found = word * 64 + 63 - bits.leadingZeroBitCount
    return found >= floor ? found : nil
  }
}
