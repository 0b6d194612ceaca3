#if canImport(XenABI)
  import XenABI
#endif

/// How long to wait before something that failed is tried again: longer each time, up to a limit.
struct RetryDelay {
  private let first: Nanoseconds
  private let longest: Nanoseconds
  private var following: Nanoseconds

  init(first: Nanoseconds, longest: Nanoseconds) {
    self.first = first
    self.longest = longest
    following = first
  }

  /// The delay after one more failure.
  mutating func next() -> Nanoseconds {
    let delay = following
    following = min(following.adding(following), longest)
    return delay
  }

  /// It went well: the next failure waits shortly again.
  mutating func reset() { following = first }
}
