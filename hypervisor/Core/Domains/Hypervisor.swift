#if canImport(XenABI)
  import XenABI
#endif

/// Everything the hypervisor keeps that belongs to no one CPU and to no one domain.
///
/// There is one of it, in page frames of its own; the rest of Core reaches it through the domain or the CPU at hand,
/// so that a host test can have as many as it likes.
package struct Hypervisor: ~Copyable {
  package let map: DirectMap
  package var allocator: FrameAllocator
  package var domains = DomainList()
  package var clock: Clock
  package let services: MachineServices
  package var log = LogRing()
  package var consoleInput = ConsoleInput()
  /// Where the hypervisor's own command line lies, in frames that are its for good.
  package var commandLine = CommandLinePlace()
  package var physicalInterrupts = PhysicalInterrupts()
  package var options = RuntimeOptions()
  /// How far an audit has come that goes in pieces.
  var audit = AuditProgress()
  /// The components of the extended state that guests are offered and that are switched; 0 without XSAVE.
  package var extendedComponents: UInt64 = 0
  /// The bytes of one vCPU's extended state.
  package var extendedStateSize: UInt64 = 512
  /// What is done against leaks through the processor.
  package var speculation = SpeculationControls()
  /// The bits of MXCSR that may be set: a register restored with another one is a fault in ring -1.
  package var allowedMXCSR: UInt32 = 0xFFBF
  /// The layout of domains that are made on request, and the format of nested tables that its hardware walks.
  package var guestLayout = RingLayout.svm
  package var tableFormat = NestedTableFormat.nested(largestLeaf: .superpage2M)
  /// What was counted that no object keeps.
  package internal(set) var performance = PerformanceRecord()
  /// The number that was chosen last for a new domain: they are not used again before all were.
  var lastChosenID = DomainID.zero
  /// What page-table entries of guests may hold on this processor.
  package let pagingLimits: PagingLimits

  package init(
    map: DirectMap, allocator: consuming FrameAllocator, clock: Clock, services: MachineServices,
    pagingLimits: PagingLimits
  ) {
    self.map = map
    self.allocator = allocator
    self.clock = clock
    self.services = services
    self.pagingLimits = pagingLimits
  }
}

extension Handle where Object == Hypervisor {
  /// System time now.
  @inline(__always)
  package var now: Nanoseconds { object.clock.systemTime(at: TSCTicks(object.services.readTSC())) }

  /// The entry of a frame, or nil past the end of memory.
  @inline(__always)
  package func entry(_ frame: MachineFrame) -> Handle<FrameEntry>? { object.allocator.table[frame] }

  /// Gives back a reference to a frame, and the frame to the pool where it was the last.
  package func dropReference(_ frame: MachineFrame) {
    object.allocator.noteChange()
    guard let entry = entry(frame), entry.object.dropReference() else { return }
    let owner = object.domains.find(entry.object.owner)
    object.allocator.free(frame)
    owner?.object.framesLeft(1)
  }
}

/// A text in machine memory.
package struct CommandLinePlace: BitwiseCopyable {
  package var address = MachineAddress(0)
  /// Its length in bytes.
  package var count = 0

  package init() {}

  package init(address: MachineAddress, count: Int) {
    self.address = address
    self.count = count
  }
}

extension Hypervisor {
  /// The byte of the command line at an index; 0 past its end.
  func commandLineByte(_ index: Int) -> UInt8 {
    let address = commandLine.address.advanced(by: UInt64(index))
    guard index < commandLine.count, map.contains(address) else { return 0 }
    return unsafe map.pointer(address).load(as: UInt8.self)  // in the window
  }
}

/// What boot options decide for good.
package struct RuntimeOptions: BitwiseCopyable {
  /// The machine stays when the control domain dies, for a look with the debug keys.
  package var staysOnControlDomainDeath = false

  package init() {}
}
