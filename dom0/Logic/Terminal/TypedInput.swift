/// What was typed, until it is used: `capacity` bytes at most. What comes beyond them is lost, and so is what the line
/// has lost before; the places are kept, so that nothing is made of what is left as if it were whole.
struct TypedInput {
  /// What comes next.
  enum Element: Equatable {
    case byte(UInt8)
    /// Bytes are missing here.
    case loss
  }

  private var bytes: [UInt8] = []
  /// How many of the bytes have been used.
  private var used = 0
  /// The indices of bytes that others are missing before, ascending.
  private var losses: [Int] = []

  /// The bytes that wait at most.
  static var capacity: Int { 64 << 10 }

  /// The bytes that wait.
  var count: Int { bytes.count - used }
  /// Whether nothing waits, not even the news of a loss.
  var isEmpty: Bool { count == 0 && losses.isEmpty }

  /// Keeps a byte, or that there was no room for it.
  ///
  /// - Parameter pay: whether so many bytes of memory can be afforded, asked where more is needed.
  mutating func append(_ byte: UInt8, affording pay: (Int) -> Bool = { _ in true }) {
    if count == Self.capacity || (bytes.count == bytes.capacity && !pay(2 * bytes.capacity + 64)) { return noteLoss() }
    bytes.append(byte)
  }

  /// Bytes are missing behind those that are there.
  mutating func noteLoss() {
    if losses.last != bytes.count { losses.append(bytes.count) }
  }

  /// Takes the oldest out.
  mutating func next() -> Element? {
    if losses.first == used {
      losses.removeFirst()
      return .loss
    }
    if used == bytes.count { return nil }
    let byte = bytes[used]
    used += 1
    // Moving what is left costs less than what was taken since the last time.
    if used >= 4096 || used == bytes.count { forgetUsed() }
    return .byte(byte)
  }

  /// Takes the oldest bytes, at most so many, for one that takes as many of them as it likes and returns how many.
  mutating func send(to receiver: (ArraySlice<UInt8>) -> Int) {
    used += receiver(bytes[used...])
    forgetUsed()
  }

  /// Forgets everything.
  mutating func clear() { self = TypedInput() }

  private mutating func forgetUsed() {
    bytes.removeFirst(used)
    for index in losses.indices { losses[index] -= used }
    used = 0
  }
}
