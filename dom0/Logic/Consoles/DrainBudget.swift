#if canImport(XenABI)
  import XenABI
#endif

/// How much of a guest's output may be shown: a burst, and then so much a second. A guest that writes more waits, since
/// its ring stays full; nobody else does.
struct DrainBudget {
  /// The bytes that may come at once.
  let burst: Int
  /// The bytes a second that may come for ever.
  let rate: Int
  private var available: Int
  private var filled: Nanoseconds

  init(burst: Int = 32 << 10, rate: Int = 32 << 10, now: Nanoseconds) {
    self.burst = burst
    self.rate = rate
    available = burst
    filled = now
  }

  /// The bytes that may be taken now.
  mutating func remaining(at now: Nanoseconds) -> Int {
    let elapsed = min(now.since(filled).rawValue, 1_000_000_000)
    let earned = Int(elapsed) * rate / 1_000_000_000
    if earned > 0 {
      available = min(available + earned, burst)
      filled = now
    }
    return available
  }

  /// Counts bytes that were taken.
  mutating func spend(_ count: Int) { available = max(available - count, 0) }

  /// Lets more be taken again, up to a burst.
  mutating func refund(_ count: Int) { available = min(available + count, burst) }
}
