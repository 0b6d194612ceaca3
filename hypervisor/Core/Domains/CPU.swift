#if canImport(XenABI)
  import XenABI
#endif

/// A physical CPU: which virtual CPU it runs, who waits for it, and the deadlines it has to keep.
package struct CPU: ~Copyable {
  package let number: UInt32
  package let hypervisor: Handle<Hypervisor>
  /// The virtual CPU that is being run, nil when idle.
  package var current: Handle<VCPU>?
  /// The virtual CPU whose x87, SSE and AVX registers are in the processor.
  package var vectorOwner: Handle<VCPU>?
  package var runQueue = FairQueue()
  package var deadlines = DeadlineQueue()
  /// The run queue has changed in a way that may call for another virtual CPU.
  package var mustReschedule = false
  /// When the running virtual CPU was put on the processor, or last accounted for.
  package var startedAt: Nanoseconds = .zero
  /// When its time slice ends.
  package var sliceEnd: Nanoseconds = .never

  package init(number: UInt32, hypervisor: Handle<Hypervisor>) {
    self.number = number
    self.hypervisor = hypervisor
  }
}
