#if canImport(XenABI)
  import XenABI
#endif
#if canImport(Builder)
  import Builder
#endif

/// A domain: an address space of its own, the virtual CPUs that run in it, and what it holds of the ABI's objects.
package struct Domain: ~Copyable {
  package let id: DomainID
  package let layout: RingLayout
  /// May call the control sub-operations: domain 0.
  package let isPrivileged: Bool
  package let hypervisor: Handle<Hypervisor>
  /// The neighbours by ID, and the next domain of the same bucket: `DomainList`'s.
  var next: Handle<Domain>?
  var previous: Handle<Domain>?
  var nextInBucket: Handle<Domain>?

  package var name = DomainName()
  /// The 16 bytes by which tools know the domain (public header `domctl.h`, `xen_domain_handle_t`).
  package var handle = InlineArray<16, UInt8>(repeating: 0)
  package var p2m: P2M
  package var memory: Reservation
  /// The frame of the domain's shared info.
  package let sharedInfo: SharedInfoPage
  /// Where that appears in the domain's memory, or `GrantTable.nowhere`.
  package internal(set) var sharedInfoPlace = GrantTable.nowhere
  /// The memory map that XENMEM_memory_map tells the domain, in a frame of its own.
  package internal(set) var memoryMap: Handle<GuestMemoryMap>?
  /// The width of the structures in shared info and in the vCPU records: latched when the hypercall page is written
  /// and when the callback is set.
  package var width: CallWidth = .bits64
  package var ports = EventPorts()
  /// Bit 63 of a runstate area's entry time tells of updates (public header `xen.h`, VMASST_TYPE_runstate_update_flag).
  package var marksRunstateUpdates = false
  /// What it has written of a line for the hypervisor's console.
  var consoleLine = GuestLine()
  /// What lines it may still cause in the hypervisor's log.
  var lineAllowance = LineAllowance()
  package var grants: GrantTable
  package var parameters = HVMParameters()
  package var vcpus = InlineArray<8, Handle<VCPU>?>(repeating: nil)
  package var vcpuCount: UInt32 = 0
  package let limits: DomainLimits
  /// It has been let run once: what it is made of does not change any more.
  package internal(set) var isComplete = false
  /// The share and the cap of its vCPUs.
  package var share = SchedulingShare()
  package var life = Lifecycle()
  /// How far the domain has been taken apart.
  var teardown = TeardownProgress()
  /// How often the domain's nested translations were flushed: emulators do not show a missing flush, tests count.
  package var flushCount: UInt64 = 0
  /// The events that were made pending on its ports.
  package internal(set) var eventCount: UInt64 = 0
  /// The frame of the table of CPUID answers.
  package var cpuid: MachineAddress
  /// Where the guest had its hypercall page written; its identity of operating system (MSR 0x40000002).
  package var guestOperatingSystem: UInt64 = 0

  package init(
    id: DomainID, layout: RingLayout, isPrivileged: Bool, hypervisor: Handle<Hypervisor>, p2m: consuming P2M,
    sharedInfo: SharedInfoPage, grants: consuming GrantTable, maximumFrames: UInt64, limits: DomainLimits,
    cpuid: MachineAddress
  ) {
    self.id = id
    self.layout = layout
    self.isPrivileged = isPrivileged
    self.hypervisor = hypervisor
    self.p2m = p2m
    self.sharedInfo = sharedInfo
    self.grants = grants
    self.cpuid = cpuid
    self.limits = limits
    memory = Reservation(maximum: maximumFrames)
  }

  /// Whether guest frames are machine frames, so that the domain's devices reach what its drivers name: domain 0.
  @inline(__always)
  package var isDirectMapped: Bool { isPrivileged }

  /// Frames of the domain went back to the pool.
  mutating func framesLeft(_ count: UInt64) { memory.held &-= count }
}

/// What a domain may have at most, decided as it is made.
package struct DomainLimits: BitwiseCopyable {
  /// Its vCPUs.
  package var vcpus: UInt32 = 1
  /// Its highest port.
  package var highestPort: UInt32 = .max
  /// The frames of its grant table, at most 64.
  package var grantFrames: UInt32 = 32
  /// What it maps of others' grants at a time, at most 16384.
  package var grantMappings: UInt32 = 16384

  package init() {}
}

/// How much of a CPU each of a domain's vCPUs gets.
package struct SchedulingShare: Equatable, BitwiseCopyable {
  /// In proportion to the others', 1 to 65535.
  package var weight: UInt16 = 256
  /// At most so many percent of a CPU; 0 for no limit.
  package var cap: UInt16 = 0

  package init() {}
}

/// How many frames a domain has and may have.
package struct Reservation: BitwiseCopyable {
  /// Frames the domain owns that have not gone back to the pool, also those that others still refer to.
  package var held: UInt64 = 0
  /// Frames in the domain's map.
  package var current: UInt64 = 0
  /// The most frames that `held` may reach by the domain's own asking.
  package var maximum: UInt64
  /// One more than the highest frame that was ever mapped.
  package var frameBound: GuestFrame = GuestFrame(0)
  /// Frames that an audit found to be the domain's.
  var counted: UInt64 = 0

  init(maximum: UInt64) { self.maximum = maximum }
}

/// A domain's name: up to 127 bytes and a zero.
package struct DomainName: Equatable, BitwiseCopyable {
  package var bytes = InlineArray<128, UInt8>(repeating: 0)
  package private(set) var count = 0

  package init() {}

  /// Adds a byte; what is past the limit is left out.
  package mutating func append(_ byte: UInt8) {
    guard count < ApusDomainName.nameLimit else { return }
    bytes[count] = byte
    count &+= 1
  }

  /// The name out of a boot module's arguments.
  package init(_ name: GuestName) {
    for index in 0..<name.count { append(name[index]) }
  }

  /// The name of a domain that nobody has given one: d and its number.
  package init(of id: DomainID) {
    append(0x64)
    var divisor: UInt16 = 10000
    while divisor > 0 {
      let digit = UInt8(truncatingIfNeeded: id.rawValue / divisor % 10)
      if digit > 0 || count > 1 || divisor == 1 { append(0x30 &+ digit) }
      divisor /= 10
    }
  }

  package init(_ text: StaticString) {
    var index = 0
    while index < text.utf8CodeUnitCount {
      unsafe append(text.utf8Start[index])  // below the string's own count
      index &+= 1
    }
  }

  package static func == (a: Self, b: Self) -> Bool {
    guard a.count == b.count else { return false }
    var index = 0
    while index < a.count {
      if a.bytes[index] != b.bytes[index] { return false }
      index &+= 1
    }
    return true
  }
}
