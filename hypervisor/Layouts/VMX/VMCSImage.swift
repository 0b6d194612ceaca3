/// The values of a VMCS that decide whether an entry succeeds, read out or made up: what `VMEntryChecker` looks at.
struct VMCSImage: BitwiseCopyable {
  var controls = Controls()
  var host = HostState()
  var guest = GuestState()

  /// VM-execution, VM-exit and VM-entry controls (Intel SDM vol. 3 24.6 to 24.8).
  struct Controls: BitwiseCopyable {
    var pin = PinControls()
    var primary = PrimaryControls()
    var secondary = SecondaryControls()
    var exit = ExitControls()
    var entry = EntryControls()
    var cr3TargetCount: UInt32 = 0
    var ioBitmapA: UInt64 = 0
    var ioBitmapB: UInt64 = 0
    var msrBitmap: UInt64 = 0
    var virtualAPICAddress: UInt64 = 0
    var tprThreshold: UInt32 = 0
    var apicAccessAddress: UInt64 = 0
    var postedInterruptVector: UInt16 = 0
    var postedInterruptDescriptor: UInt64 = 0
    var vpid: UInt16 = 0
    var eptPointer: UInt64 = 0
    var pmlAddress: UInt64 = 0
    var vmFunctionControls: UInt64 = 0
    var eptpListAddress: UInt64 = 0
    var vmreadBitmap: UInt64 = 0
    var vmwriteBitmap: UInt64 = 0
    var virtualizationExceptionAddress: UInt64 = 0
    var tscMultiplier: UInt64 = 0
    var exitMSRStore = MSRList()
    var exitMSRLoad = MSRList()
    var entryMSRLoad = MSRList()
    var interruption = InterruptionInformation.none
    var errorCode: UInt32 = 0
    var instructionLength: UInt32 = 0

    /// The secondary controls that are in effect.
    var effectiveSecondary: SecondaryControls {
      primary.contains(.secondaryControls) ? secondary : SecondaryControls()
    }
  }

  /// A list of MSRs to store or load, 16 bytes an entry.
  struct MSRList: BitwiseCopyable {
    var count: UInt32 = 0
    var address: UInt64 = 0
  }

  /// What an exit loads (Intel SDM vol. 3 24.5).
  struct HostState: BitwiseCopyable {
    var cr0: UInt64 = 0
    var cr3: UInt64 = 0
    var cr4: UInt64 = 0
    var cs: UInt16 = 0
    var ss: UInt16 = 0
    var ds: UInt16 = 0
    var es: UInt16 = 0
    var fs: UInt16 = 0
    var gs: UInt16 = 0
    var tr: UInt16 = 0
    var fsBase: UInt64 = 0
    var gsBase: UInt64 = 0
    var trBase: UInt64 = 0
    var gdtrBase: UInt64 = 0
    var idtrBase: UInt64 = 0
    var sysenterESP: UInt64 = 0
    var sysenterEIP: UInt64 = 0
    var rip: UInt64 = 0
    var pat: UInt64 = 0
    var efer: UInt64 = 0
  }

  /// What an entry loads (Intel SDM vol. 3 24.4).
  struct GuestState: BitwiseCopyable {
    var cr0: UInt64 = 0
    var cr3: UInt64 = 0
    var cr4: UInt64 = 0
    var dr7: UInt64 = 0
    var debugControl: UInt64 = 0
    var sysenterESP: UInt64 = 0
    var sysenterEIP: UInt64 = 0
    var pat: UInt64 = 0
    var efer: UInt64 = 0
    var boundConfiguration: UInt64 = 0
    var cs = Segment()
    var ss = Segment()
    var ds = Segment()
    var es = Segment()
    var fs = Segment()
    var gs = Segment()
    var ldtr = Segment()
    var tr = Segment()
    var gdtrBase: UInt64 = 0
    var gdtrLimit: UInt32 = 0
    var idtrBase: UInt64 = 0
    var idtrLimit: UInt32 = 0
    var rip: UInt64 = 0
    var rflags: UInt64 = 0
    var activity: UInt32 = 0
    var interruptibility = Interruptibility()
    var pendingDebug: UInt64 = 0
    var linkPointer: UInt64 = .max
    var pdpte0: UInt64 = 0
    var pdpte1: UInt64 = 0
    var pdpte2: UInt64 = 0
    var pdpte3: UInt64 = 0

    /// RFLAGS.VM.
    var isVirtual8086: Bool { rflags & 1 << 17 != 0 }
  }

  /// A segment register of the guest.
  struct Segment: BitwiseCopyable {
    var selector: UInt16 = 0
    var base: UInt64 = 0
    var limit: UInt32 = 0
    var rights = SegmentAccessRights(rawValue: 0)

    /// The access rights do not mark the register as holding no segment.
    var isUsable: Bool { !rights.isUnusable }
    /// The selector's bits 1:0, RPL.
    var requestedLevel: UInt32 { UInt32(selector & 3) }
    /// The selector's bit 2, TI: it names an entry of the LDT.
    var isLocal: Bool { selector & 4 != 0 }
    /// G agrees with the limit: clear unless the low twelve bits are ones, set unless the high twelve are zero.
    var isGranularityConsistent: Bool {
      rights.isPageGranular ? limit & 0xFFF == 0xFFF : limit >> 20 == 0
    }
  }
}

/// Checks the fields of a VMCS as the processor does at an entry, in its order, and says which one breaks which rule.
///
/// The processor reports only that an entry failed, and for guest state not even which group of checks did. This is
/// for the report after it, and for the tests of the code that fills the fields.
struct VMEntryChecker: BitwiseCopyable {
  let image: VMCSImage
  let capabilities: VMXCapabilities
  /// Whether the processor is in system-management mode at the entry.
  let isInSMM: Bool

  init(_ image: VMCSImage, capabilities: VMXCapabilities, isInSMM: Bool = false) {
    self.image = image
    self.capabilities = capabilities
    self.isInSMM = isInSMM
  }

  /// All checks (Intel SDM vol. 3 26.2, 26.3).
  func check() throws(RuleViolation) {
    try checkControls()
    try checkHostState()
    try checkGuestState()
  }

  /// The guest's state (26.3.1): what an exit with reason 33 reports.
  func checkGuestState() throws(RuleViolation) {
    try checkControlRegisters()
    try checkSegments()
    try checkDescriptorTables()
    try checkInstructionPointer()
    try checkNonRegisterState()
    try checkPageDirectoryPointers()
  }

  /// Whether the guest will run in long mode.
  var isLongMode: Bool { image.controls.entry.contains(.ia32eModeGuest) }
  /// Whether the guest may run unpaged.
  var isUnrestricted: Bool { image.controls.effectiveSecondary.contains(.unrestrictedGuest) }

  /// Aligned to 2^`alignment` bytes, and within the physical address space.
  func isReachable(_ address: UInt64, alignment: UInt64) -> Bool {
    address & ((1 << alignment) &- 1) == 0 && capabilities.isPhysical(address)
  }

  /// Whether each of the eight types in a PAT is one of UC, WC, WT, WP, WB, UC- (26.2.2, 26.3.1.1).
  static func isValidPAT(_ pat: UInt64) -> Bool {
    // Every byte at most 7, and none 2 or 3.
    let bit1 = pat >> 1 & 0x0101_0101_0101_0101
    let bit2 = pat >> 2 & 0x0101_0101_0101_0101
    return pat & 0xF8F8_F8F8_F8F8_F8F8 == 0 && bit1 & ~bit2 == 0
  }
}
