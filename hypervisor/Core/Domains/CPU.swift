#if canImport(XenABI)
  import XenABI
#endif

/// A physical CPU: which virtual CPU it runs, who waits for it, and the deadlines it has to keep.
package struct CPU: ~Copyable {
  package let number: UInt32
  package let hypervisor: Handle<Hypervisor>
  /// The frame of what the ring layout keeps for the CPU.
  package var layoutState = MachineAddress(0)
  /// The virtual CPU that is being run, nil when idle.
  package var current: Handle<VCPU>?
  /// The virtual CPU whose x87, SSE and AVX registers are in the processor.
  package var vectorOwner: Handle<VCPU>?
  package var runQueue = FairQueue()
  package var deadlines = DeadlineQueue()
  /// What has to be looked at before any vCPU is entered. Empty on nearly every exit.
  package var attention = CPUAttention()
  /// What the timer is set to, in system time; it may be earlier than what is needed, never later.
  package var programmed: Nanoseconds = .never

  /// The longest that a timer's interrupt was seen to wait for interrupts to be let in: how long the hypervisor is at
  /// work in one piece, as far as timers happened to show it.
  package private(set) var longestWait: Nanoseconds = .zero

  /// The NMIs that came, and those of them that the log has been told of.
  private var nmiCount: UInt32 = 0
  private var toldNMICount: UInt32 = 0

  /// How often another virtual CPU got the CPU, and how many timers have expired on it.
  package internal(set) var switchCount: UInt64 = 0
  package internal(set) var timerCount: UInt64 = 0
  /// How long it had nothing to run, and since when it has not.
  package internal(set) var idleTime: Nanoseconds = .zero
  var idleSince: Nanoseconds?

  package init(number: UInt32, hypervisor: Handle<Hypervisor>) {
    self.number = number
    self.hypervisor = hypervisor
  }

  /// The run queue has changed in a way that may call for another virtual CPU.
  package var mustReschedule: Bool {
    @inline(__always) get { attention.contains(.reschedule) }
    @inline(__always) set { attention.set(.reschedule, newValue) }
  }
  /// The last exit says nothing of the host's interrupts: they may wait.
  package var mustLetInterruptsIn: Bool {
    @inline(__always) get { attention.contains(.interrupts) }
    @inline(__always) set { attention.set(.interrupts, newValue) }
  }
  /// The timer has fired: deadlines may have passed.
  package var deadlineArrived: Bool {
    @inline(__always) get { attention.contains(.deadline) }
    @inline(__always) set { attention.set(.deadline, newValue) }
  }

  /// Starts a timer, or sets a running one to another time.
  @inline(__always)
  package mutating func start(_ timer: Handle<Timer>, at deadline: Nanoseconds) {
    if deadlines.insert(timer, at: deadline), deadline < programmed { attention.set(.timer, true) }
  }

  /// Stops a timer. The hardware's may still fire for it, once, to no effect.
  @inline(__always)
  package mutating func stop(_ timer: Handle<Timer>) { deadlines.remove(timer) }

  /// Has the timer set again where a decision of the run queue is due before it fires.
  @inline(__always)
  package mutating func runQueueChanged() {
    if runQueue.nextDecision < programmed { attention.set(.timer, true) }
  }

  /// The timer has fired.
  package mutating func timerFired(at now: Nanoseconds) {
    deadlineArrived = true
    if now.since(programmed) > longestWait { longestWait = now.since(programmed) }
  }

  /// An NMI has come, at any point of whatever the CPU was at: nothing else is touched. Should the mark in `attention`
  /// be lost to a change of it that was interrupted, the next look at the deadlines finds the count.
  package mutating func noteNMI() {
    nmiCount &+= 1
    deadlineArrived = true
  }

  /// The NMIs that came since this was asked last.
  mutating func takeNMIs() -> UInt32 {
    let count = nmiCount &- toldNMICount
    toldNMICount &+= count
    return count
  }

  /// When the hypervisor has to have the CPU at the latest: a timer's time, or the end of a turn.
  @inline(__always)
  package var nextDeadline: Nanoseconds { min(deadlines.nextDeadline, runQueue.nextDecision) }
}

/// What a CPU has to look at before it enters a guest.
package struct CPUAttention: OptionSet, BitwiseCopyable {
  package private(set) var rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }
  package init() { rawValue = 0 }

  /// Another virtual CPU may have to run.
  package static var reschedule: Self { Self(rawValue: 1 << 0) }
  /// The timer has fired.
  package static var deadline: Self { Self(rawValue: 1 << 1) }
  /// The timer has to be set to an earlier time.
  package static var timer: Self { Self(rawValue: 1 << 2) }
  /// The host's interrupts have to be let in, and the clock looked at.
  package static var interrupts: Self { Self(rawValue: 1 << 3) }

  @inline(__always)
  mutating func set(_ bit: Self, _ wanted: Bool) {
    rawValue = wanted ? rawValue | bit.rawValue : rawValue & ~bit.rawValue
  }
}
