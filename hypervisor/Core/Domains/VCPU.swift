#if canImport(XenABI)
  import XenABI
#endif

/// A virtual CPU.
///
/// The exit stubs know the place of the first two members: the registers at 0 and the control block at 144.
package struct VCPU: ~Copyable {
  package var registers = GeneralRegisters()
  /// The VMCB (SVM) or the VMCS (VMX).
  package var controlBlock: MachineAddress
  /// The control block's linear address.
  package let controlPointer: UInt
  package let id: VCPUID
  package let domain: Handle<Domain>
  package let cpu: Handle<CPU>
  /// Two words that are the layout's own, near at hand on each exit.
  package var layoutFlags: UInt32 = 0
  package var layoutMask: UInt32 = 0
  /// The frame of the layout's own state.
  package let layoutState: MachineAddress
  /// The extended state (x87, SSE, AVX, ...) while another virtual CPU has the processor's registers.
  package let vectorState: MachineAddress
  /// The frames in a row that hold all of that, this object first.
  var frameCount: UInt64 = 0
  /// XCR0: which components of the extended state the guest has enabled.
  package var extendedControl: UInt64 = 1
  /// What is added to the machine's time-stamp counter for the guest, wrapping.
  package var tscOffset: UInt64 = 0

  /// How the guest's pointers are translated, as the layout last read it: of use only while `pagingIsCurrent`.
  /// `Handle.paging` has it renewed where it is not.
  package var storedPaging = PagingState()
  package var pagingIsCurrent = false
  /// The layout's function that renews it, given the vCPU's address.
  package var refreshPaging: @convention(c) (UInt) -> Void = { _ in }
  /// At first the flush of what the frames of its domain's tables, now used again, may have left in the processor under
  /// another domain: translations are known there by the topmost table's frame (Intel SDM vol. 3 28.3.3.1).
  package var attention = Attention.flush
  package var exceptions = PendingException()
  package var repeatedFault = RepeatedFault()
  package var apic: LocalAPIC
  package var memoryTypes = MemoryTypeRanges()
  /// The vector that HVMOP_set_evtchn_upcall_vector gave, 0 for none.
  package var upcallVector: UInt8 = 0

  /// Where the vCPU's `vcpu_info` lies: in shared info, or where the guest registered it.
  package var info: VCPUInfoPlace
  package var runstate = RunstateRecord()
  package var timeArea = RegisteredArea()
  package var scheduling = SchedulingEntity()
  package var poll = PollState()
  package var virqs = InlineArray<24, EventPort>(repeating: EventPort(0))

  package var singleshotTimer: Timer
  package var periodicTimer: Timer
  package var apicTimer: Timer
  package var pollTimer: Timer
  package var heldTimers = HeldTimers()
  /// The periodic timer's interval; zero where it is stopped.
  package var period: Nanoseconds = .zero
  /// The guest is offline until another vCPU or a tool brings it up.
  package var isOnline = true
  /// Waits for an event: in HLT, SCHEDOP_block or SCHEDOP_poll.
  package var isBlocked = false
  /// The pauses of this vCPU that have not been undone.
  package var pauseCount: UInt32 = 0
  /// The processors that it may run on and those it should, a bit each, as they were asked for.
  var hardAffinity: UInt64 = .max
  var softAffinity: UInt64 = .max
  /// When the time record was written, and the version of its second copy.
  var timeWrittenAt: Nanoseconds = .zero
  var timeVersion: UInt32 = 0
  package var exits = ExitStatistics()

  package init(
    id: VCPUID, domain: Handle<Domain>, cpu: Handle<CPU>, controlBlock: MachineAddress, layoutState: MachineAddress,
    vectorState: MachineAddress, info: VCPUInfoPlace
  ) {
    self.id = id
    self.domain = domain
    self.cpu = cpu
    self.controlBlock = controlBlock
    controlPointer = domain.object.hypervisor.object.map.base &+ UInt(controlBlock.rawValue)
    self.layoutState = layoutState
    self.vectorState = vectorState
    self.info = info
    apic = LocalAPIC(id: id.rawValue)
    singleshotTimer = Timer(.singleshot)
    periodicTimer = Timer(.periodic)
    apicTimer = Timer(.localAPIC)
    pollTimer = Timer(.poll)
  }
}

extension Handle where Object == VCPU {
  /// How the guest's pointers are translated.
  @inline(__always)
  package var paging: PagingState {
    if !object.pagingIsCurrent { object.refreshPaging(rawAddress) }
    return object.storedPaging
  }
}

/// What has to be looked at before a virtual CPU is entered again. Empty on nearly every exit.
package struct Attention: OptionSet, BitwiseCopyable {
  package let rawValue: UInt32
  package init(rawValue: UInt32) { self.rawValue = rawValue }
  package init() { rawValue = 0 }

  /// The local APIC may have an interrupt to deliver.
  package static var localAPIC: Self { Self(rawValue: 1 << 0) }
  /// An exception or an NMI waits in `exceptions`.
  package static var exception: Self { Self(rawValue: 1 << 1) }
  /// The domain's nested translations changed, or are new.
  package static var flush: Self { Self(rawValue: 1 << 2) }
  /// The interrupt window is asked for.
  package static var window: Self { Self(rawValue: 1 << 3) }
}

/// An event that the hypervisor has to deliver to the guest as the processor would.
package struct PendingException: BitwiseCopyable {
  package var isPending = false
  package var vector: UInt8 = 0
  package var hasErrorCode = false
  package var errorCode: UInt32 = 0
  /// The address for CR2, where the vector is 14.
  package var address: UInt64 = 0
  /// The bytes of the instruction, where it is INT1 that raises the exception: it traps, and the instruction pointer is
  /// still on it. Else 0.
  package var instructionLength: UInt8 = 0
  package var nmi = false

  package init() {}
}
