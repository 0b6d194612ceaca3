#if canImport(XenABI)
  import XenABI
#endif

/// What the scheduler keeps of a virtual CPU; a member of it.
package struct SchedulingEntity: ~Copyable, HeapNode {
  /// Where a virtual CPU is for the scheduler.
  package enum State: UInt8, BitwiseCopyable {
    /// Not runnable: waits for an event, is paused or new.
    case blocked
    /// Waits for the CPU.
    case waiting
    /// Has the CPU.
    case running
    /// Runnable, but has used up what its cap gives it of this period.
    case parked
  }

  package var place = HeapPlace<SchedulingEntity>()
  /// The virtual CPU; set once it has its place in memory.
  package var owner: Handle<VCPU>?
  package internal(set) var state = State.blocked
  /// Has not had the CPU since it last woke.
  var hasWoken = false
  /// The share, in proportion to the others' (public header `domctl.h`, the credit scheduler's weight).
  package internal(set) var weight: UInt32 = SchedulingEntity.defaultWeight
  /// The most it may use, in percent of a CPU; 0 for no limit.
  package internal(set) var cap: UInt32 = 0
  /// The processor time it has had, divided by its weight: `VirtualTime` units.
  var virtualRuntime: UInt64 = 0
  /// The processor time it has had in all.
  package internal(set) var runtime: Nanoseconds = .zero
  /// What it has used of its cap since the start of accounting period `period`, with what it overdrew before.
  var used: UInt64 = 0
  /// The number of the accounting period that `used` is of.
  var period: UInt64 = 0

  package init() {}

  /// The weight of a domain nobody gave another one.
  package static var defaultWeight: UInt32 { 256 }
  /// The weights that the ABI allows are 1 to this.
  package static var maximumWeight: UInt32 { 65535 }

  /// Whether it would use the CPU if it had it.
  package var isRunnable: Bool { state != .blocked }

  /// The virtual time that `duration` on the CPU costs this entity, rounded up so that short turns are not free.
  @inline(__always)
  func cost(_ duration: Nanoseconds) -> UInt64 {
    // 2^47 ns are 39 hours; nobody has the CPU for that long without a look at the clock.
    let nanoseconds = min(duration.rawValue, 1 << 47)
    return (nanoseconds &<< 16 &+ UInt64(weight &- 1)) / UInt64(weight)
  }

  /// How long this entity has to be on the CPU to pay that much, rounded up; for costs of a few turns.
  @inline(__always)
  func duration(_ cost: UInt64) -> Nanoseconds { Nanoseconds((cost &* UInt64(weight)) &>> 16 &+ 1) }
}

extension SchedulingEntity {
  /// Whether a cap limits it. A full CPU is no limit on one.
  @inline(__always) var isCapped: Bool { cap > 0 && cap < 100 }

  /// The processor time that the cap gives in one period.
  var allowance: UInt64 { FairQueue.period.rawValue / 100 &* UInt64(cap) }

  /// Takes what the periods that have passed gave off what was used.
  mutating func enterPeriod(at now: Nanoseconds) {
    let current = now.rawValue / FairQueue.period.rawValue
    guard current > period else { return }
    let (given, overflow) = (current &- period).multipliedReportingOverflow(by: allowance)
    used = overflow || given >= used ? 0 : used &- given
    period = current
  }

  /// Whether the cap leaves nothing of this period.
  var isExhausted: Bool { isCapped && used >= allowance }

  /// When an exhausted entity may run again: at the start of the first period that its overdraft leaves something of.
  var release: Nanoseconds {
    let periods = used / max(allowance, 1)
    let (start, overflow) = (period &+ max(periods, 1)).multipliedReportingOverflow(by: FairQueue.period.rawValue)
    return overflow ? .never : Nanoseconds(start)
  }
}
