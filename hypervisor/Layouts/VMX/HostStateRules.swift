/// Checks on the host-state area (Intel SDM vol. 3 26.2.2 to 26.2.4): a violation makes VMLAUNCH fail with error 8.
///
/// The hypervisor runs in long mode, so the host address-space size has to be 1; the rules for 32-bit hosts come down
/// to that one.
extension VMEntryChecker {
  private typealias Rule = HostStateRule

  func checkHostState() throws(RuleViolation) {
    try checkHostRegisters()
    try checkHostSegments()
    let controls = image.controls
    let host = image.host
    try Rule.require(controls.exit.contains(.hostAddressSpaceSize), .addressSpaceSize, UInt64(controls.exit.rawValue))
    try Rule.require(host.cr4 & 1 << 5 != 0, .cr4PAE, host.cr4)
    try Rule.require(capabilities.isCanonical(host.rip), .rip, host.rip)
  }

  /// 26.2.2.
  private func checkHostRegisters() throws(RuleViolation) {
    let host = image.host
    let exit = image.controls.exit
    try Rule.require(capabilities.cr0.accept(host.cr0), .cr0, host.cr0)
    try Rule.require(capabilities.cr4.accept(host.cr4), .cr4, host.cr4)
    try Rule.require(host.cr4 & 1 << 23 == 0 || host.cr0 & 1 << 16 != 0, .cr4CET, host.cr4)
    try Rule.require(host.cr3 >> UInt64(capabilities.physicalAddressBits) == 0, .cr3, host.cr3)
    try Rule.require(capabilities.isCanonical(host.sysenterESP), .sysenterESP, host.sysenterESP)
    try Rule.require(capabilities.isCanonical(host.sysenterEIP), .sysenterEIP, host.sysenterEIP)
    if exit.contains(.loadPAT) { try Rule.require(Self.isValidPAT(host.pat), .pat, host.pat) }
    if exit.contains(.loadEFER) {
      try Rule.require(host.efer & ~Self.definedEFER == 0, .efer, host.efer)
      let long: UInt64 = exit.contains(.hostAddressSpaceSize) ? 1 << 8 | 1 << 10 : 0
      try Rule.require(host.efer & (1 << 8 | 1 << 10) == long, .eferLongMode, host.efer)
    }
  }

  /// 26.2.3.
  private func checkHostSegments() throws(RuleViolation) {
    let host = image.host
    try Rule.require(host.cs & 7 == 0, .csSelector, UInt64(host.cs))
    try Rule.require(host.ss & 7 == 0, .ssSelector, UInt64(host.ss))
    try Rule.require(host.ds & 7 == 0, .dsSelector, UInt64(host.ds))
    try Rule.require(host.es & 7 == 0, .esSelector, UInt64(host.es))
    try Rule.require(host.fs & 7 == 0, .fsSelector, UInt64(host.fs))
    try Rule.require(host.gs & 7 == 0, .gsSelector, UInt64(host.gs))
    try Rule.require(host.tr & 7 == 0, .trSelector, UInt64(host.tr))
    try Rule.require(host.cs != 0, .csNull, UInt64(host.cs))
    try Rule.require(host.tr != 0, .trNull, UInt64(host.tr))
    try Rule.require(capabilities.isCanonical(host.fsBase), .fsBase, host.fsBase)
    try Rule.require(capabilities.isCanonical(host.gsBase), .gsBase, host.gsBase)
    try Rule.require(capabilities.isCanonical(host.trBase), .trBase, host.trBase)
    try Rule.require(capabilities.isCanonical(host.gdtrBase), .gdtrBase, host.gdtrBase)
    try Rule.require(capabilities.isCanonical(host.idtrBase), .idtrBase, host.idtrBase)
  }

  /// SCE, LME, LMA and NXE: the bits of IA32_EFER that are not reserved on Intel's processors (2.2.1).
  static var definedEFER: UInt64 { 1 << 0 | 1 << 8 | 1 << 10 | 1 << 11 }
}

/// The rules for the host-state area, and their words for a report.
enum HostStateRule: UInt8, EntryRule, BitwiseCopyable {
  case cr0
  case cr4
  case cr4CET
  case cr3
  case sysenterESP
  case sysenterEIP
  case pat
  case efer
  case eferLongMode
  case csSelector
  case ssSelector
  case dsSelector
  case esSelector
  case fsSelector
  case gsSelector
  case trSelector
  case csNull
  case trNull
  case fsBase
  case gsBase
  case trBase
  case gdtrBase
  case idtrBase
  case addressSpaceSize
  case cr4PAE
  case rip

  @inline(__always)
  var broken: BrokenRule { .hostState(self) }

  @inline(never)
  var text: RuleText {
    switch self {
    case .cr0: RuleText("host CR0", Words.fixed, Words.registers)
    case .cr4: RuleText("host CR4", Words.fixed, Words.registers)
    case .cr4CET: RuleText("host CR4", "CET only with CR0.WP", Words.registers)
    case .cr3: RuleText("host CR3", "within the physical address space", Words.registers)
    case .sysenterESP: RuleText("host IA32_SYSENTER_ESP", Words.canonical, Words.registers)
    case .sysenterEIP: RuleText("host IA32_SYSENTER_EIP", Words.canonical, Words.registers)
    case .pat: RuleText("host IA32_PAT", "eight memory types, each 0, 1 or 4 to 7", Words.registers)
    case .efer: RuleText("host IA32_EFER", "reserved bits are zero", Words.registers)
    case .eferLongMode: RuleText("host IA32_EFER", "LMA and LME as the host address-space size", Words.registers)
    case .csSelector: RuleText("host CS selector", Words.global, Words.segments)
    case .ssSelector: RuleText("host SS selector", Words.global, Words.segments)
    case .dsSelector: RuleText("host DS selector", Words.global, Words.segments)
    case .esSelector: RuleText("host ES selector", Words.global, Words.segments)
    case .fsSelector: RuleText("host FS selector", Words.global, Words.segments)
    case .gsSelector: RuleText("host GS selector", Words.global, Words.segments)
    case .trSelector: RuleText("host TR selector", Words.global, Words.segments)
    case .csNull: RuleText("host CS selector", "not null", Words.segments)
    case .trNull: RuleText("host TR selector", "not null", Words.segments)
    case .fsBase: RuleText("host FS base", Words.canonical, Words.segments)
    case .gsBase: RuleText("host GS base", Words.canonical, Words.segments)
    case .trBase: RuleText("host TR base", Words.canonical, Words.segments)
    case .gdtrBase: RuleText("host GDTR base", Words.canonical, Words.segments)
    case .idtrBase: RuleText("host IDTR base", Words.canonical, Words.segments)
    case .addressSpaceSize: RuleText("VM-exit controls", "the host address-space size is 1 in long mode", Words.size)
    case .cr4PAE: RuleText("host CR4", "PAE in long mode", Words.size)
    case .rip: RuleText("host RIP", Words.canonical, Words.size)
    }
  }

  private enum Words {
    static var registers: StaticString { "26.2.2" }
    static var segments: StaticString { "26.2.3" }
    static var size: StaticString { "26.2.4" }
    static var fixed: StaticString { "the bits that VMX operation fixes" }
    static var canonical: StaticString { "a canonical address" }
    static var global: StaticString { "RPL and TI are zero" }
  }
}
