/// What domain 0 can afford of its own memory.
///
/// The heap can't refuse: who asks it for what is not there ends the domain, and the machine with it. So whatever lasts
/// and was asked for, by a guest or at the prompt, is paid for here before it is made, and refused where it can't be.
/// What is kept back is for the rest: the pieces of work of each turn, what a guest's rings may come to hold, and for
/// taking guests apart, which must always be possible.
///
/// The service measures at the beginning of each turn; payments count until then.
final class MemoryGauge {
  /// The bytes that may still be given away.
  private var left = Int.max
  private var wasRefused = false

  /// One that affords everything, until it is measured.
  init() {}

  /// Takes note of what is free, in bytes.
  ///
  /// - Parameters:
  ///   - reserve: what is not to be given away.
  ///   - isWhole: whether what is free has room for the largest single piece that can't be refused.
  func measure(free: Int, reserve: Int, isWhole: Bool) { left = isWhole ? max(free - reserve, 0) : 0 }

  /// Whether something can be afforded that takes so many bytes; it counts as taken then.
  func pay(_ byteCount: Int) -> Bool {
    if byteCount > left {
      wasRefused = true
      return false
    }
    left -= max(byteCount, 0)
    return true
  }

  /// Whether nothing more can be afforded that need not be.
  var isShort: Bool { left <= 0 }

  /// Whether something was refused since the last time.
  func takeRefusal() -> Bool {
    defer { wasRefused = false }
    return wasRefused
  }

  /// What a person is told.
  static var refusal: String { "domain 0 is short of memory: expected fewer guests, or a larger dom0_mem=" }
}

/// What is kept back of domain 0's memory.
struct MemoryReserve {
  var domainCount: Int
  var diskCount = 0

  /// In bytes. A domain may come to hold, unpaid, a request and an answer in its store's connection, its part of the lists
  /// that are made each second, and a request of each of its disks.
  var byteCount: Int { (1536 << 10) + domainCount * (24 << 10) + diskCount * (8 << 10) }
  /// The bytes of the largest single piece: a list of all domains that grows, the terminal's output.
  var largestPiece: Int { (256 << 10) + domainCount * 256 }

  /// What building a guest costs beside what is paid for one by one: its part of the reserve, the objects that serve it,
  /// and its nodes. (For the last two a guest without disks takes 15 KiB; one that comes in another's place takes what that
  /// one left in the heap's pages, and hardly any new ones.)
  static func cost(disks: Int) -> Int { (40 << 10) + disks * (24 << 10) }
}
