/// The rules for the guest-state area but its segments, and their words for a report.
enum GuestStateRule: UInt8, EntryRule, BitwiseCopyable {
  case cr0
  case cr0Paging
  case cr4
  case cr4CET
  case debugControl
  case longModePaging
  case longModePAE
  case cr4PCID
  case cr3
  case dr7
  case sysenterESP
  case sysenterEIP
  case pat
  case efer
  case eferActive
  case eferEnable
  case boundConfiguration
  case gdtrBase
  case idtrBase
  case gdtrLimit
  case idtrLimit
  case ripCanonical
  case rip32
  case rflagsReserved
  case rflagsVM
  case rflagsIF
  case activity
  case activityHalted
  case activityShadow
  case activityEvent
  case activitySMM
  case interruptibilityReserved
  case interruptibilityBoth
  case interruptibilitySTI
  case interruptibilityInterrupt
  case interruptibilityNMI
  case interruptibilitySMI
  case interruptibilityToSMM
  case interruptibilityVirtualNMI
  case interruptibilityEnclave
  case pendingDebugReserved
  case pendingDebugStep
  case pendingDebugRTM
  case linkPointer
  case pdpte0
  case pdpte1
  case pdpte2
  case pdpte3

  @inline(__always)
  var broken: BrokenRule { .guestState(self) }

  @inline(never)
  var text: RuleText {
    switch self {
    case .cr0: RuleText("CR0", Words.fixed, Words.registers)
    case .cr0Paging: RuleText("CR0", "PG only with PE", Words.registers)
    case .cr4: RuleText("CR4", Words.fixed, Words.registers)
    case .cr4CET: RuleText("CR4", "CET only with CR0.WP", Words.registers)
    case .debugControl: RuleText("IA32_DEBUGCTL", Words.reserved, Words.registers)
    case .longModePaging: RuleText("CR0", "PG in long mode", Words.registers)
    case .longModePAE: RuleText("CR4", "PAE in long mode", Words.registers)
    case .cr4PCID: RuleText("CR4", "PCIDE only in long mode", Words.registers)
    case .cr3: RuleText("CR3", "within the physical address space", Words.registers)
    case .dr7: RuleText("DR7", "bits 63:32 are zero", Words.registers)
    case .sysenterESP: RuleText("IA32_SYSENTER_ESP", Words.canonical, Words.registers)
    case .sysenterEIP: RuleText("IA32_SYSENTER_EIP", Words.canonical, Words.registers)
    case .pat: RuleText("IA32_PAT", "eight memory types, each 0, 1 or 4 to 7", Words.registers)
    case .efer: RuleText("IA32_EFER", Words.reserved, Words.registers)
    case .eferActive: RuleText("IA32_EFER", "LMA as the entry control IA-32e mode guest", Words.registers)
    case .eferEnable: RuleText("IA32_EFER", "LME equal to LMA while CR0.PG is set", Words.registers)
    case .boundConfiguration: RuleText("IA32_BNDCFGS", "a canonical page, bits 11:2 are zero", Words.registers)
    case .gdtrBase: RuleText("GDTR base", Words.canonical, Words.tables)
    case .idtrBase: RuleText("IDTR base", Words.canonical, Words.tables)
    case .gdtrLimit: RuleText("GDTR limit", "bits 31:16 are zero", Words.tables)
    case .idtrLimit: RuleText("IDTR limit", "bits 31:16 are zero", Words.tables)
    case .ripCanonical: RuleText("RIP", "the bits above the linear-address width are equal", Words.flags)
    case .rip32: RuleText("RIP", "bits 63:32 are zero outside of 64-bit code", Words.flags)
    case .rflagsReserved: RuleText("RFLAGS", "bit 1 is one, the other reserved bits are zero", Words.flags)
    case .rflagsVM: RuleText("RFLAGS", "VM only in protected mode, not in long mode", Words.flags)
    case .rflagsIF: RuleText("RFLAGS", "IF where an external interrupt is injected", Words.flags)
    case .activity: RuleText(Words.activity, "one that IA32_VMX_MISC offers", Words.other)
    case .activityHalted: RuleText(Words.activity, "HLT only in ring 0", Words.other)
    case .activityShadow: RuleText(Words.activity, "active while STI or MOV SS blocks events", Words.other)
    case .activityEvent: RuleText(Words.activity, "one that the injected event can come in", Words.other)
    case .activitySMM: RuleText(Words.activity, "not wait-for-SIPI at an entry to SMM", Words.other)
    case .interruptibilityReserved: RuleText(Words.interruptibility, Words.reserved, Words.other)
    case .interruptibilityBoth:
      RuleText(Words.interruptibility, "blocking by STI or by MOV SS, not both", Words.other)
    case .interruptibilitySTI: RuleText(Words.interruptibility, "blocking by STI only with RFLAGS.IF", Words.other)
    case .interruptibilityInterrupt:
      RuleText(Words.interruptibility, "no blocking where an external interrupt is injected", Words.other)
    case .interruptibilityNMI:
      RuleText(Words.interruptibility, "no blocking by MOV SS where an NMI is injected", Words.other)
    case .interruptibilitySMI: RuleText(Words.interruptibility, "blocking by SMI only in SMM", Words.other)
    case .interruptibilityToSMM: RuleText(Words.interruptibility, "blocking by SMI at an entry to SMM", Words.other)
    case .interruptibilityVirtualNMI:
      RuleText(Words.interruptibility, "no blocking by NMI where a virtual NMI is injected", Words.other)
    case .interruptibilityEnclave:
      RuleText(Words.interruptibility, "no blocking by MOV SS after an enclave", Words.other)
    case .pendingDebugReserved: RuleText(Words.pending, Words.reserved, Words.other)
    case .pendingDebugStep:
      RuleText(Words.pending, "BS as RFLAGS.TF without BTF, while halted or blocked", Words.other)
    case .pendingDebugRTM: RuleText(Words.pending, "RTM with bit 12 alone, and not after MOV SS", Words.other)
    case .linkPointer: RuleText("VMCS link pointer", "all ones or a page of physical memory", Words.other)
    case .pdpte0: RuleText("PDPTE0", Words.entry, Words.entries)
    case .pdpte1: RuleText("PDPTE1", Words.entry, Words.entries)
    case .pdpte2: RuleText("PDPTE2", Words.entry, Words.entries)
    case .pdpte3: RuleText("PDPTE3", Words.entry, Words.entries)
    }
  }

  private enum Words {
    static var registers: StaticString { "26.3.1.1" }
    static var tables: StaticString { "26.3.1.3" }
    static var flags: StaticString { "26.3.1.4" }
    static var other: StaticString { "26.3.1.5" }
    static var entries: StaticString { "26.3.1.6" }
    static var fixed: StaticString { "the bits that VMX operation fixes" }
    static var reserved: StaticString { "reserved bits are zero" }
    static var canonical: StaticString { "a canonical address" }
    static var activity: StaticString { "activity state" }
    static var interruptibility: StaticString { "interruptibility state" }
    static var pending: StaticString { "pending debug exceptions" }
    static var entry: StaticString { "reserved bits of a present entry are zero" }
  }
}
