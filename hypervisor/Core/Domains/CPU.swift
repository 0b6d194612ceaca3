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
  /// The run queue has changed in a way that may call for another virtual CPU.
  package var mustReschedule = false
  /// The timer has fired: deadlines may have passed.
  package var deadlineArrived = false
  /// What the timer is set to, in system time; it may be earlier than what is needed, never later.
  package var programmed: Nanoseconds = .never

  package init(number: UInt32, hypervisor: Handle<Hypervisor>) {
    self.number = number
    self.hypervisor = hypervisor
  }

  /// When the hypervisor has to have the CPU at the latest: a timer's time, or the end of a turn.
  @inline(__always)
  package var nextDeadline: Nanoseconds { min(deadlines.nextDeadline, runQueue.nextDecision) }
}
