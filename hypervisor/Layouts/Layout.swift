#if canImport(XenABI)
  import XenABI
#endif
#if canImport(Core)
  import Core
#endif

/// A way to run a domain's code in other rings than the hypervisor's, and to get the processor back.
///
/// The run loop is generic over the layout and specialised for each. A layout translates between the processor's
/// control block and what Core understands; it decides nothing.
package protocol Layout {
  /// The layout's name for people.
  static var kind: RingLayout { get }

  /// Fills the control block of a new vCPU with everything but its registers.
  static func prepare(_ vcpu: Handle<VCPU>)
  /// Has the hardware refuse what the domain's CPUID answers no longer offer.
  static func takePolicy(_ vcpu: Handle<VCPU>)
  /// Takes a vCPU out of what is kept for its CPU: its control block is about to be freed.
  static func release(_ vcpu: Handle<VCPU>)
  /// Takes the registers of a vCPU that does not run.
  static func readState(_ vcpu: Handle<VCPU>) -> HVMProcessorState
  /// Gives a vCPU that does not run its registers.
  static func writeState(_ vcpu: Handle<VCPU>, _ state: HVMProcessorState)
  /// Checks the control block as the processor does at an entry.
  static func checkState(_ vcpu: Handle<VCPU>) throws(RuleViolation)

  /// Why the guest left off. Also has what the exit interrupted (an event in delivery) delivered again.
  static func decode(_ vcpu: Handle<VCPU>) -> ExitReason
  /// The event whose delivery the exit interrupted, if it did.
  static func interruptedEvent(_ vcpu: Handle<VCPU>) -> InterruptedEvent?
  /// Has no event delivered at the next entry.
  static func dropEvent(_ vcpu: Handle<VCPU>)

  /// Brings instruction pointer, stack pointer and flags from the control block into the vCPU's registers.
  static func readPointers(_ vcpu: Handle<VCPU>)
  /// Takes them from the vCPU's registers into the control block.
  static func writePointers(_ vcpu: Handle<VCPU>)
  /// Renews what `paging` of the vCPU gives: how the guest's own pointers are translated.
  static func readPaging(_ vcpu: Handle<VCPU>)
  /// Moves past the instruction that exited, and out of its interrupt shadow; a single step traps.
  static func skipInstruction(_ vcpu: Handle<VCPU>)
  /// Lifts the interrupt shadow, where the guest goes on at the instruction that exited.
  static func endShadow(_ vcpu: Handle<VCPU>)
  /// What comes with the end of an instruction that was emulated, its pointers written already: a shadow is over, a
  /// single step traps.
  static func endInstruction(_ vcpu: Handle<VCPU>)
  /// The current privilege level.
  static func privilegeLevel(_ vcpu: Handle<VCPU>) -> UInt8
  /// Whether 64-bit code runs at privilege level 0.
  static func isLongModeKernel(_ vcpu: Handle<VCPU>) -> Bool
  /// CR4 as the guest sees it.
  static func controlRegister4(_ vcpu: Handle<VCPU>) -> ControlRegister4
  /// Moves past VMCALL or VMMCALL: `skipInstruction` for the most frequent one.
  static func skipHypercall(_ vcpu: Handle<VCPU>)
  /// Lets in the interrupts that wait for the hypervisor.
  static func letInterruptsIn()
  /// Has the host's handler take an NMI that came while the guest ran, as if it had come an instruction later.
  static func takeNMI()
  /// Waits for an interrupt.
  static func waitForInterrupt()
  /// The width of the running code segment, for hypercalls and for decoding.
  static func codeSize(_ vcpu: Handle<VCPU>) -> CodeSize
  /// The bytes at the instruction pointer that the processor delivered with the exit, if it did.
  static func deliveredInstruction(_ vcpu: Handle<VCPU>) -> DeliveredInstruction
  /// A segment's base.
  static func segmentBase(_ vcpu: Handle<VCPU>, _ segment: AddressSegment) -> UInt64

  /// Whether an external interrupt could be delivered now: RFLAGS.IF, no shadow, nothing else in delivery.
  static func canTakeInterrupt(_ vcpu: Handle<VCPU>) -> Bool
  /// Whether RFLAGS.IF is set, whatever else holds an interrupt back.
  static func interruptsEnabled(_ vcpu: Handle<VCPU>) -> Bool
  /// Has an external interrupt delivered at the next entry.
  static func injectInterrupt(_ vcpu: Handle<VCPU>, vector: UInt8)
  /// Has an exception or an NMI delivered at the next entry. False where something else is in delivery.
  static func injectException(_ vcpu: Handle<VCPU>, _ exception: PendingException) -> Bool
  /// Asks for an exit as soon as an interrupt could be delivered, or takes the request back.
  static func requestInterruptWindow(_ vcpu: Handle<VCPU>, _ wanted: Bool)

  /// The guest's value of a model-specific register that the layout keeps.
  static func readMSR(_ vcpu: Handle<VCPU>, _ register: GuestMSR) -> UInt64
  static func writeMSR(_ vcpu: Handle<VCPU>, _ register: GuestMSR, _ value: UInt64)
  /// The bits of DEBUGCTL that are switched between guests.
  static func debugControl(_ cpu: Handle<CPU>) -> DebugControl
  /// Has the guest's time-stamp counter be the machine's plus the vCPU's `tscOffset`.
  static func setTimeStampOffset(_ vcpu: Handle<VCPU>)

  /// Takes the processor's registers that entries and exits do not switch from one vCPU to the next.
  static func switchOut(_ vcpu: Handle<VCPU>)
  static func switchIn(_ vcpu: Handle<VCPU>)
  /// Drops the hardware's stale translations of the vCPU's domain before the next entry.
  static func flush(_ vcpu: Handle<VCPU>)
  /// Sets when the guest must be left at the latest, where the layout has a timer for it.
  static func setDeadline(_ vcpu: Handle<VCPU>, _ deadline: TSCTicks)
  /// The last thing before an entry, once for each.
  static func beforeEntry(_ vcpu: Handle<VCPU>)
  /// MOV to CR0, CR3 or CR4 that exits. False: the value is one that raises #GP.
  static func writeControlRegister(_ vcpu: Handle<VCPU>, _ access: ControlRegisterAccess) -> Bool
  /// Makes a task switch that exited, or raises what keeps it from being made.
  static func switchTask(_ vcpu: Handle<VCPU>, _ request: TaskSwitchRequest)
  /// Gives the guest the debug registers, after an access to them exited; the access is made again.
  static func takeDebugRegisters(_ vcpu: Handle<VCPU>)

  /// Writes a line on each rule that the guest's state breaks, after the processor refused it.
  static func explainEntryFailure(_ vcpu: Handle<VCPU>)
  /// The layout's own registers for the debug keys and for crash reports.
  static func describe(_ vcpu: Handle<VCPU>)
}

/// An event that was being delivered to the guest as it exited.
package struct InterruptedEvent: BitwiseCopyable {
  package let vector: UInt8
  /// What it makes together with an exception that comes up meanwhile.
  package let weight: ExceptionClass

  /// An exception of the processor's own, not one of a software interrupt, where `isException` is true.
  package init(vector: UInt8, isException: Bool) {
    self.vector = vector
    weight = isException ? ExceptionClass(vector: vector) : .benign
  }
}

/// Up to fifteen instruction bytes that came with an exit (decode assists); a count of 0 means none.
package struct DeliveredInstruction: BitwiseCopyable {
  package var bytes = InlineArray<15, UInt8>(repeating: 0)
  package var count = 0

  package init() {}
}
