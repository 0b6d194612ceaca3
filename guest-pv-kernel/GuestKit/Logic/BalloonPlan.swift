#if canImport(XenABI)
  import XenABI
#endif

/// What a balloon does next, to bring the frames that its domain holds to a target.
struct BalloonPlan: Equatable {
  /// One piece of the way.
  enum Step: Equatable {
    /// The domain holds what it should.
    case rest
    /// Give so many frames back to the hypervisor.
    case give(Int)
    /// Take so many frames again that were given back before.
    case take(Int)
    /// There is a way to go, but none can be gone now: the guest's own memory is down to the reserve.
    case wait
  }

  /// The most frames of one step, so that no step is long.
  static var batch: Int { 256 }

  /// The frames that the domain should hold.
  var target: UInt64
  /// The free frames that are the guest's whatever the target.
  let reserve: Int

  /// - Parameters:
  ///   - held: the frames that the domain holds, as the hypervisor counts them.
  ///   - free: the guest's free frames.
  ///   - given: the frames that are given back; only those have a place to come again.
  func step(held: UInt64, free: Int, given: Int) -> Step {
    if held > target {
      let excess = Int(clamping: held - target)
      let spare = free - reserve
      return spare > 0 ? .give(min(excess, spare, Self.batch)) : .wait
    }
    let lack = Int(clamping: target - held)
    let count = min(lack, given, Self.batch)
    return count > 0 ? .take(count) : .rest
  }

  /// The frames that a value of `memory/target` stands for: KiB in decimal. Nil where it is no such number.
  static func frames(kibibytes text: String) -> UInt64? {
    guard let value = UInt64(decimal: text.utf8) else { return nil }
    return value / (pageSize / 1024)
  }
}
