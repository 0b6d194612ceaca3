/// The values of a VMCB that decide whether VMRUN enters the guest: what `check` looks at.
struct VMCBImage: BitwiseCopyable {
  var cr0: UInt64 = 0
  var cr3: UInt64 = 0
  var cr4: UInt64 = 0
  var efer: UInt64 = 0
  var dr6: UInt64 = 0
  var dr7: UInt64 = 0
  /// CS.L and CS.D of the segment's attributes.
  var isCodeLong = false
  var isCodeBig = false
  /// VMRUN is intercepted.
  var interceptsVMRUN = false
  /// The I/O map is in use.
  var interceptsIO = false
  /// The MSR map is in use.
  var interceptsMSR = false
  var ioPermissionMap: UInt64 = 0
  var msrPermissionMap: UInt64 = 0
  var asid: UInt32 = 0
  /// The EVENTINJ field.
  var eventInjection: UInt64 = 0
  /// NP_ENABLE.
  var hasNestedPaging = false
  var nestedCR3: UInt64 = 0
  var pat: UInt64 = 0
}

/// What the processor allows in a VMCB.
struct VMCBLimits: BitwiseCopyable {
  /// The width of physical addresses in bits (CPUID 0x80000008:EAX bits 7:0).
  var physicalAddressBits: UInt8
  /// The number of address-space identifiers (CPUID 0x8000000A:EBX).
  var asidCount: UInt32
  /// The bits of CR4 that this processor has.
  var definedCR4: UInt64
  /// The bits of EFER that this processor has.
  var definedEFER: UInt64
  /// Long mode (CPUID 0x80000001:EDX bit 29).
  var hasLongMode: Bool
}

extension VMCBImage {
  /// Checks the fields as VMRUN does, and says which one breaks which rule (AMD APM vol. 2 15.5.1 "Canonicalization
  /// and Consistency Checks", 15.20, 15.25.3, 15.25.4). VMRUN itself only says VMEXIT_INVALID.
  func check(_ limits: VMCBLimits) throws(RuleViolation) {
    try checkRegisters(limits)
    try checkLongMode(limits)
    try checkControls(limits)
    try VMCBRule.require(Self.isValidEvent(eventInjection), .eventInjection, eventInjection)
    if hasNestedPaging {
      let isReachable = nestedCR3 >> UInt64(limits.physicalAddressBits) == 0
      try VMCBRule.require(isReachable, .nestedCR3, nestedCR3)
      try VMCBRule.require(Self.isValidPAT(pat), .pat, pat)
    }
  }

  private func checkRegisters(_ limits: VMCBLimits) throws(RuleViolation) {
    try VMCBRule.require(efer & 1 << 12 != 0, .eferSVME, efer)
    let cacheDisable: UInt64 = 1 << 30
    let notWriteThrough: UInt64 = 1 << 29
    try VMCBRule.require(cr0 & cacheDisable != 0 || cr0 & notWriteThrough == 0, .cr0Cache, cr0)
    try VMCBRule.require(cr0 >> 32 == 0, .cr0High, cr0)
    // Bits 63:52 of CR3 and those above the physical-address width must be zero in long mode; outside of it only the
    // low 32 bits are the register's.
    let isLong = efer & 1 << 8 != 0 && cr0 & 1 << 31 != 0
    let bits: UInt64 = isLong ? UInt64(limits.physicalAddressBits) : 32
    try VMCBRule.require(cr3 >> bits == 0, .cr3, cr3)
    try VMCBRule.require(cr4 & ~limits.definedCR4 == 0, .cr4, cr4)
    try VMCBRule.require(cr4 & 1 << 23 == 0 || cr0 & 1 << 16 != 0, .cr4CET, cr4)
    try VMCBRule.require(dr6 >> 32 == 0, .dr6, dr6)
    try VMCBRule.require(dr7 >> 32 == 0, .dr7, dr7)
    try VMCBRule.require(efer & ~limits.definedEFER == 0, .efer, efer)
  }

  private func checkLongMode(_ limits: VMCBLimits) throws(RuleViolation) {
    let enable = efer & 1 << 8 != 0
    let active = efer & 1 << 10 != 0
    try VMCBRule.require(limits.hasLongMode || (!enable && !active), .eferLongMode, efer)
    guard enable, cr0 & 1 << 31 != 0 else { return }
    try VMCBRule.require(cr4 & 1 << 5 != 0, .longModePAE, cr4)
    try VMCBRule.require(cr0 & 1 != 0, .longModeProtection, cr0)
    try VMCBRule.require(!isCodeLong || !isCodeBig, .codeLongAndBig, 1)
  }

  private func checkControls(_ limits: VMCBLimits) throws(RuleViolation) {
    try VMCBRule.require(interceptsVMRUN, .vmrunIntercept, 0)
    let end: UInt64 = 1 << UInt64(limits.physicalAddressBits)
    // The maps begin at a page, their bits 11:0 are ignored; they take two pages (MSRs) and three (I/O).
    if interceptsMSR {
      let base = msrPermissionMap & ~0xFFF
      try VMCBRule.require(base < end && end &- base > 0x2000, .msrPermissionMap, msrPermissionMap)
    }
    if interceptsIO {
      let base = ioPermissionMap & ~0xFFF
      try VMCBRule.require(base < end && end &- base > 0x3000, .ioPermissionMap, ioPermissionMap)
    }
    try VMCBRule.require(asid != 0, .asidZero, UInt64(asid))
    try VMCBRule.require(asid < limits.asidCount, .asidLimit, UInt64(asid))
  }

  /// Whether an injected event has a type that is not reserved and, as an exception, an exception's vector (15.20).
  private static func isValidEvent(_ event: UInt64) -> Bool {
    guard event & 1 << 31 != 0 else { return true }
    let vector = event & 0xFF
    return switch event >> 8 & 7 {
    case 0, 2, 4: true
    // Vector 2 is an NMI's, which has a type of its own.
    case 3: vector < 32 && vector != 2
    default: false
    }
  }

  /// Whether each of the eight types in G_PAT is one of UC, WC, WT, WP, WB, UC- (15.25.4).
  private static func isValidPAT(_ pat: UInt64) -> Bool {
    // Every byte at most 7, and none 2 or 3.
    let bit1 = pat >> 1 & 0x0101_0101_0101_0101
    let bit2 = pat >> 2 & 0x0101_0101_0101_0101
    return pat & 0xF8F8_F8F8_F8F8_F8F8 == 0 && bit1 & ~bit2 == 0
  }
}

/// The rules for a VMCB, and their words for a report.
enum VMCBRule: UInt8, EntryRule, BitwiseCopyable {
  case eferSVME
  case cr0Cache
  case cr0High
  case cr3
  case cr4
  case cr4CET
  case dr6
  case dr7
  case efer
  case eferLongMode
  case longModePAE
  case longModeProtection
  case codeLongAndBig
  case vmrunIntercept
  case msrPermissionMap
  case ioPermissionMap
  case asidZero
  case asidLimit
  case eventInjection
  case nestedCR3
  case pat

  @inline(__always)
  var broken: BrokenRule { .controlBlock(self) }

  @inline(never)
  var text: RuleText {
    switch self {
    case .eferSVME: RuleText("EFER", "SVME is one", Words.checks)
    case .cr0Cache: RuleText("CR0", "NW only with CD", Words.checks)
    case .cr0High: RuleText("CR0", "bits 63:32 are zero", Words.checks)
    case .cr3: RuleText("CR3", Words.reserved, Words.checks)
    case .cr4: RuleText("CR4", Words.reserved, Words.checks)
    case .cr4CET: RuleText("CR4", "CET only with CR0.WP", Words.checks)
    case .dr6: RuleText("DR6", "bits 63:32 are zero", Words.checks)
    case .dr7: RuleText("DR7", "bits 63:32 are zero", Words.checks)
    case .efer: RuleText("EFER", Words.reserved, Words.checks)
    case .eferLongMode: RuleText("EFER", "LME and LMA only where there is long mode", Words.checks)
    case .longModePAE: RuleText("CR4", "PAE in long mode", Words.checks)
    case .longModeProtection: RuleText("CR0", "PE in long mode", Words.checks)
    case .codeLongAndBig: RuleText("CS attributes", "not both L and D in long mode", Words.checks)
    case .vmrunIntercept: RuleText("intercepts", "VMRUN is intercepted", Words.checks)
    case .msrPermissionMap: RuleText("MSRPM_BASE_PA", "two pages of physical memory", Words.checks)
    case .ioPermissionMap: RuleText("IOPM_BASE_PA", "three pages of physical memory", Words.checks)
    case .asidZero: RuleText("guest ASID", "not zero, which is the host's", Words.checks)
    case .asidLimit: RuleText("guest ASID", "below the number of ASIDs", Words.checks)
    case .eventInjection: RuleText("EVENTINJ", "a type that is not reserved, with a vector that fits it", "15.20")
    case .nestedCR3: RuleText("N_CR3", "within the physical address space", "15.25.3")
    case .pat: RuleText("G_PAT", "eight memory types, each 0, 1 or 4 to 7", "15.25.4")
    }
  }

  private enum Words {
    static var checks: StaticString { "15.5.1" }
    static var reserved: StaticString { "reserved bits are zero" }
  }
}
