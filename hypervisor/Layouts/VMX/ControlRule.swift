/// The rules for control fields, and their words for a report.
enum ControlRule: UInt8, EntryRule, BitwiseCopyable {
  case pinReserved
  case primaryReserved
  case secondaryReserved
  case cr3TargetCount
  case ioBitmapA
  case ioBitmapB
  case msrBitmap
  case virtualAPICAddress
  case tprThreshold
  case virtualNMIs
  case nmiWindow
  case apicAccessAddress
  case tprShadowMissing
  case x2APICAndAPIC
  case deliveryWithoutExiting
  case postedWithoutDelivery
  case postedVector
  case postedDescriptor
  case vpid
  case eptMemoryType
  case eptWalkLength
  case eptAccessedAndDirty
  case eptReserved
  case logWithoutEPT
  case pmlAddress
  case eptMissing
  case vmFunctions
  case eptpSwitching
  case eptpListAddress
  case vmreadBitmap
  case vmwriteBitmap
  case virtualizationException
  case tscMultiplier
  case exitReserved
  case timerSavedUnused
  case exitMSRStore
  case exitMSRLoad
  case entryReserved
  case entryMSRLoad
  case outsideSMM
  case bothSMMControls
  case eventType
  case eventVector
  case eventErrorCode
  case eventReserved
  case eventErrorCodeValue
  case eventLength

  @inline(__always)
  var broken: BrokenRule { .control(self) }

  @inline(never)
  var text: RuleText {
    switch self {
    case .pinReserved: RuleText("pin-based controls", Words.capability, Words.execution)
    case .primaryReserved: RuleText("primary processor-based controls", Words.capability, Words.execution)
    case .secondaryReserved: RuleText("secondary processor-based controls", Words.capability, Words.execution)
    case .cr3TargetCount: RuleText("CR3-target count", "at most what IA32_VMX_MISC offers", Words.execution)
    case .ioBitmapA: RuleText("I/O-bitmap A address", Words.page, Words.execution)
    case .ioBitmapB: RuleText("I/O-bitmap B address", Words.page, Words.execution)
    case .msrBitmap: RuleText("MSR-bitmap address", Words.page, Words.execution)
    case .virtualAPICAddress: RuleText("virtual-APIC address", Words.page, Words.execution)
    case .tprThreshold: RuleText("TPR threshold", "bits 31:4 are zero", Words.execution)
    case .virtualNMIs: RuleText("pin-based controls", "virtual NMIs only with NMI exiting", Words.execution)
    case .nmiWindow:
      RuleText("primary processor-based controls", "NMI-window exiting only with virtual NMIs", Words.execution)
    case .apicAccessAddress: RuleText("APIC-access address", Words.page, Words.execution)
    case .tprShadowMissing:
      RuleText("secondary processor-based controls", "a virtual APIC only with the TPR shadow", Words.execution)
    case .x2APICAndAPIC:
      RuleText("secondary processor-based controls", "virtual APIC or virtual x2APIC, not both", Words.execution)
    case .deliveryWithoutExiting:
      RuleText("pin-based controls", "virtual-interrupt delivery needs external-interrupt exiting", Words.execution)
    case .postedWithoutDelivery:
      RuleText(
        "pin-based controls", "posted interrupts need virtual-interrupt delivery and acknowledged exits",
        Words.execution)
    case .postedVector: RuleText("posted-interrupt notification vector", "at most 255", Words.execution)
    case .postedDescriptor:
      RuleText("posted-interrupt descriptor address", "a multiple of 64 in physical memory", Words.execution)
    case .vpid: RuleText("VPID", "not zero where VPIDs are enabled", Words.execution)
    case .eptMemoryType: RuleText("EPT pointer", "bits 2:0 are a memory type that is offered", Words.execution)
    case .eptWalkLength: RuleText("EPT pointer", "bits 5:3 are a walk length that is offered", Words.execution)
    case .eptAccessedAndDirty: RuleText("EPT pointer", "bit 6 only where A/D flags are offered", Words.execution)
    case .eptReserved: RuleText("EPT pointer", "reserved bits are zero", Words.execution)
    case .logWithoutEPT: RuleText("secondary processor-based controls", "PML only with EPT", Words.execution)
    case .pmlAddress: RuleText("PML address", Words.page, Words.execution)
    case .eptMissing:
      RuleText(
        "secondary processor-based controls", "unrestricted guest and EPT's extensions only with EPT",
        Words.execution)
    case .vmFunctions: RuleText("VM-function controls", "only what IA32_VMX_VMFUNC offers", Words.execution)
    case .eptpSwitching: RuleText("VM-function controls", "EPTP switching only with EPT", Words.execution)
    case .eptpListAddress: RuleText("EPTP-list address", Words.page, Words.execution)
    case .vmreadBitmap: RuleText("VMREAD-bitmap address", Words.page, Words.execution)
    case .vmwriteBitmap: RuleText("VMWRITE-bitmap address", Words.page, Words.execution)
    case .virtualizationException:
      RuleText("virtualization-exception information address", Words.page, Words.execution)
    case .tscMultiplier: RuleText("TSC multiplier", "not zero where TSC scaling is used", Words.execution)
    case .exitReserved: RuleText("VM-exit controls", Words.capability, Words.exit)
    case .timerSavedUnused:
      RuleText("VM-exit controls", "the preemption timer is saved only where it is active", Words.exit)
    case .exitMSRStore: RuleText("VM-exit MSR-store address", Words.list, Words.exit)
    case .exitMSRLoad: RuleText("VM-exit MSR-load address", Words.list, Words.exit)
    case .entryReserved: RuleText("VM-entry controls", Words.capability, Words.entry)
    case .entryMSRLoad: RuleText("VM-entry MSR-load address", Words.list, Words.entry)
    case .outsideSMM: RuleText("VM-entry controls", "the controls for SMM only in SMM", Words.entry)
    case .bothSMMControls:
      RuleText("VM-entry controls", "entry to SMM or deactivation of the dual monitor, not both", Words.entry)
    case .eventType: RuleText(Words.event, "the type is not reserved", Words.entry)
    case .eventVector: RuleText(Words.event, "the vector fits the type", Words.entry)
    case .eventErrorCode: RuleText(Words.event, "an error code if and only if the exception has one", Words.entry)
    case .eventReserved: RuleText(Words.event, "reserved bits are zero", Words.entry)
    case .eventErrorCodeValue: RuleText("VM-entry exception error code", "bits 31:16 are zero", Words.entry)
    case .eventLength: RuleText("VM-entry instruction length", "1 to 15, or 0 where it is offered", Words.entry)
    }
  }

  private enum Words {
    static var execution: StaticString { "26.2.1.1" }
    static var exit: StaticString { "26.2.1.2" }
    static var entry: StaticString { "26.2.1.3" }
    static var capability: StaticString { "as the capability MSR allows" }
    static var page: StaticString { "a page of physical memory" }
    static var list: StaticString { "a multiple of 16, all of the list in physical memory" }
    static var event: StaticString { "VM-entry interruption information" }
  }
}
