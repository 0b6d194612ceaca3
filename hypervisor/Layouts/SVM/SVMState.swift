#if canImport(XenABI)
  import XenABI
#endif
#if canImport(Machine)
  import Machine
#endif
#if canImport(CMachine)
  import CMachine
#endif
#if canImport(Core)
  import Core
#endif

/// What the SVM layout keeps for a physical CPU, in a frame of its own.
package struct SVMCPUState: ~Copyable {
  /// The VMCB that holds the host's hidden state between VMRUNs.
  package let hostControlBlock: MachineAddress
  package let features: SVMFeatures
  /// The permission maps that every domU shares, and domain 0's.
  package let maps: SVMPermissionMaps
  package var asids: AddressSpaceIDs
}

/// What the SVM layout keeps for a vCPU besides its VMCB.
package struct SVMVCPUState: ~Copyable {
  /// The generation of ASIDs that the VMCB's is of.
  package var asidGeneration: UInt64 = 0
  /// The flushes that were asked for on its behalf, a new ASID among them, for tests: emulators do not show a missing
  /// one.
  package var flushes: UInt64 = 0
  /// DR0-DR3, which the VMCB does not hold. They are live in the processor while `debugIsLive`.
  package var debug = InlineArray<4, UInt64>(repeating: 0)
  package var debugIsLive = false
  package var tscAux: UInt64 = 0

  package init() {}
}

/// What CPUID 0x8000000A shows (AMD APM vol. 3 E.4.9). Each is used only where it is there.
package struct SVMFeatures: BitwiseCopyable {
  package let asidCount: UInt32
  package let hasNestedPaging: Bool
  package let hasBranchRecords: Bool
  package let hasNextRIP: Bool
  package let hasCleanBits: Bool
  package let hasFlushByASID: Bool
  package let hasDecodeAssists: Bool

  package init() {
    let leaf = apus_cpuid(0x8000_000A, 0)
    asidCount = leaf.ebx
    hasNestedPaging = leaf.edx & 1 != 0
    hasBranchRecords = leaf.edx >> 1 & 1 != 0
    hasNextRIP = leaf.edx >> 3 & 1 != 0
    hasCleanBits = leaf.edx >> 5 & 1 != 0
    hasFlushByASID = leaf.edx >> 6 & 1 != 0
    hasDecodeAssists = leaf.edx >> 7 & 1 != 0
  }
}

/// The address-space identifiers of a CPU (AMD APM vol. 2 15.16).
///
/// A vCPU keeps its ASID until they run out; then a new generation begins with a flush of everything, and each vCPU
/// takes a new one before it runs.
package struct AddressSpaceIDs: BitwiseCopyable {
  private var next: UInt32 = 1
  private let count: UInt32
  package private(set) var generation: UInt64 = 1

  package init(count: UInt32) { self.count = max(count, 2) }

  /// The next ASID, and whether everything has to be flushed with its first use.
  package mutating func take() -> (asid: UInt32, mustFlush: Bool) {
    if next >= count {
      next = 1
      generation &+= 1
      let first = next
      next &+= 1
      return (first, true)
    }
    let taken = next
    next &+= 1
    return (taken, false)
  }

  /// Has the next ASID begin a new generation, with its flush: the one that the last was to begin with may not have come
  /// about.
  package mutating func expire() { next = count }
}

/// What `VCPU.layoutFlags` holds. `VCPU.layoutMask` holds the `VMCBGroup`s of which the processor keeps copies.
enum SVMVCPUFlags {
  /// The processor tells the address of the next instruction (15.7.1).
  static var nextRIP: UInt32 { 1 << 0 }
  /// The VMCB asks for a flush, which the next exit of another kind than the fast two takes back.
  static var flushAsked: UInt32 { 1 << 1 }
}
