#if canImport(XenABI)
  import XenABI
#endif

/// Something that has to happen at a time: a member of the object it belongs to, waiting in a CPU's `DeadlineQueue`.
package struct Timer: ~Copyable, HeapNode {
  /// What is to be done when the time has come.
  package enum Kind: UInt8, BitwiseCopyable {
    /// VCPUOP_set_singleshot_timer and set_timer_op: VIRQ_TIMER, once.
    case singleshot
    /// VCPUOP_set_periodic_timer: VIRQ_TIMER, and again.
    case periodic
    /// The local APIC's timer.
    case localAPIC
    /// The end of a SCHEDOP_poll.
    case poll
  }

  package var place = HeapPlace<Timer>()
  package let kind: Kind
  /// The virtual CPU that is concerned; set once it has its place in memory.
  package var owner: Handle<VCPU>?

  package init(_ kind: Kind) { self.kind = kind }

  /// Whether the timer is running.
  @inline(__always) package var isPending: Bool { place.isQueued }
  /// The time it is or was last set to, in system time.
  @inline(__always) package var deadline: Nanoseconds { Nanoseconds(place.key) }
}

/// The deadlines that one CPU has to keep, earliest first.
package struct DeadlineQueue: BitwiseCopyable {
  private var heap = PairingHeap<Timer>()

  package init() {}

  /// The time at which `popExpired` has something next; never where nothing waits.
  @inline(__always)
  package var nextDeadline: Nanoseconds { heap.first?.object.deadline ?? .never }

  /// Starts a timer, or sets a running one to another time. Times from 2^63 on, 292 years away, count as never and
  /// stop it.
  /// - Returns: whether `nextDeadline` is another now, so that the hardware's timer has to be set again.
  @inline(__always) @discardableResult
  package mutating func insert(_ timer: Handle<Timer>, at deadline: Nanoseconds) -> Bool {
    guard deadline.rawValue <= UInt64(Int64.max) else { return remove(timer) }
    let before = nextDeadline
    if timer.object.isPending {
      heap.move(timer, key: deadline.rawValue)
    } else {
      heap.insert(timer, key: deadline.rawValue)
    }
    return nextDeadline != before
  }

  /// Stops a timer; one that isn't running stays as it is.
  /// - Returns: whether `nextDeadline` is another now.
  @inline(__always) @discardableResult
  package mutating func remove(_ timer: Handle<Timer>) -> Bool {
    guard timer.object.isPending else { return false }
    let before = nextDeadline
    heap.remove(timer)
    return nextDeadline != before
  }

  /// Takes out the earliest timer if its time has come; to be called until it gives nil.
  @inline(__always)
  package mutating func popExpired(at now: Nanoseconds) -> Handle<Timer>? {
    guard let first = heap.first, first.object.deadline <= now else { return nil }
    heap.remove(first)
    return first
  }
}
