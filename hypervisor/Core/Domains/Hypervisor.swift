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
  package var physicalInterrupts = PhysicalInterrupts()
  package var options = RuntimeOptions()
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
    guard let entry = entry(frame), entry.object.dropReference() else { return }
    let owner = object.domains.find(entry.object.owner)
    object.allocator.free(frame)
    owner?.object.frameLeft()
  }
}

/// What boot options decide for good.
package struct RuntimeOptions: BitwiseCopyable {
  /// The machine stays when the control domain dies, for a look with the debug keys.
  package var staysOnControlDomainDeath = false
  /// Predictor barriers and buffer clearing between domains.
  package var mitigations = true

  package init() {}
}
