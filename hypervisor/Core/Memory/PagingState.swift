/// The registers of a virtual CPU that decide how a linear address is translated and who may use it.
package struct PagingState: BitwiseCopyable, Sendable {
  package var cr0: ControlRegister0
  /// CR3: the root table's physical address, with flags or a process-context identifier in its low bits.
  package var cr3: UInt64
  package var cr4: ControlRegister4
  package var efer: ExtendedFeatures
  /// The current privilege level, 0 to 3. Paging knows two sorts: 3 is user mode, the rest supervisor mode.
  package var privilegeLevel: UInt8
  /// RFLAGS.AC: in supervisor mode, whether SMAP lets explicit data accesses through.
  package var alignmentCheck: Bool

  /// Paging off, supervisor mode.
  @inline(__always)
  package init() {
    self.init(
      cr0: ControlRegister0(), cr3: 0, cr4: ControlRegister4(), efer: ExtendedFeatures(), privilegeLevel: 0,
      alignmentCheck: false)
  }

  @inline(__always)
  package init(
    cr0: ControlRegister0, cr3: UInt64, cr4: ControlRegister4, efer: ExtendedFeatures, privilegeLevel: UInt8,
    alignmentCheck: Bool
  ) {
    self.cr0 = cr0
    self.cr3 = cr3
    self.cr4 = cr4
    self.efer = efer
    self.privilegeLevel = privilegeLevel
    self.alignmentCheck = alignmentCheck
  }

  /// The paging mode (Intel SDM vol. 3 4.1.1; AMD APM vol. 2 5.1).
  @inline(__always)
  package var mode: PagingMode {
    guard cr0.contains(.paging) else { return .none }
    guard efer.contains(.longModeActive) else {
      return cr4.contains(.physicalAddressExtension) ? .pae : .thirtyTwoBit
    }
    return cr4.contains(.linearAddress57) ? .fiveLevel : .fourLevel
  }

  /// Whether accesses at this privilege level are a user's.
  @inline(__always)
  package var isUserMode: Bool { privilegeLevel == 3 }

  /// Whether SMAP stops a supervisor's data accesses to user pages now (Intel SDM vol. 3 4.6.1).
  @inline(__always)
  var protectsUserData: Bool { cr4.contains(.supervisorAccessPrevention) && !alignmentCheck }

  /// The state for an access that the processor would do by itself, such as a descriptor load: a supervisor's,
  /// whatever the privilege level, that RFLAGS.AC gives no licence to (Intel SDM vol. 3 4.6).
  @inline(__always)
  package var forImplicitAccess: Self {
    var state = self
    state.privilegeLevel = 0
    state.alignmentCheck = false
    return state
  }
}

/// How linear addresses become physical ones.
package enum PagingMode: UInt8, Sendable {
  /// CR0.PG is clear: a linear address of 32 bits is the physical address.
  case none
  /// Two levels of four-byte entries.
  case thirtyTwoBit
  /// Three levels of eight-byte entries, the first a table of four.
  case pae
  /// Four levels, 48-bit linear addresses.
  case fourLevel
  /// Five levels, 57-bit linear addresses.
  case fiveLevel
}

/// What a translated address is wanted for.
package enum MemoryAccess: UInt8, Sendable {
  case read
  case write
  case execute
}

/// What the processor's identification says about physical addresses, and with it which bits of an entry are reserved.
package struct PagingLimits: BitwiseCopyable, Sendable {
  /// The bits of a page-table entry between the processor's physical-address width and bit 52: reserved, must be 0.
  let reservedAddressBits: UInt64
  /// Whether entries of the third level may map 1 GiB (CPUID 0x80000001:EDX bit 26); else their bit 7 is reserved.
  let hasGigabytePages: Bool

  /// The limits of a processor with the given physical-address width in bits, 32 to 52 (CPUID 0x80000008:EAX bits
  /// 7:0). Widths outside of that are taken as the nearest within.
  package init(physicalAddressBits: UInt8, hasGigabytePages: Bool) {
    let bits = UInt64(min(max(physicalAddressBits, 32), 52))
    reservedAddressBits = (1 << 52) &- (1 << bits)
    self.hasGigabytePages = hasGigabytePages
  }

  /// The processor's physical-address width in bits.
  package var addressBits: UInt8 {
    UInt8(truncatingIfNeeded: min(reservedAddressBits.trailingZeroBitCount, 52))
  }
}
