/// What a bit of a control register needs to be a guest's to set: the one table of it, for CR4 and EFER, that every layout
/// and every way to set a register goes by.
///
/// A bit whose feature a guest is not offered is refused, as on a processor without it: nothing switches the state behind
/// it (protection keys, shadow stacks), or the feature is ring -1's own (VMX, SVM, machine checks).
enum ControlNeed: Equatable, BitwiseCopyable {
  /// No guest has it.
  case refused
  /// Every processor has it, and CPUID no bit for it.
  case nothing
  case leaf1ECX(CPUIDLeaf1ECX)
  case leaf1EDX(CPUIDLeaf1EDX)
  case leaf7EBX(CPUIDLeaf7EBX)
  case leaf7ECX(CPUIDLeaf7ECX)
  case extended1EDX(CPUIDExtended1EDX)

  /// What one bit of CR4 needs (Intel SDM vol. 3 2.5; AMD APM vol. 2 3.1.3).
  static func ofControlRegister4(_ bit: ControlRegister4) -> Self {
    switch bit {
    case .virtual8086Extensions, .protectedModeVirtualInterrupts: .leaf1EDX(.virtual8086)
    case .timeStampDisable: .leaf1EDX(.timeStampCounter)
    case .debuggingExtensions: .leaf1EDX(.debuggingExtensions)
    case .pageSizeExtensions: .leaf1EDX(.pageSizeExtensions)
    case .physicalAddressExtension: .leaf1EDX(.physicalAddressExtension)
    case .globalPages: .leaf1EDX(.globalPages)
    case .performanceCounters: .nothing
    case .fxsave: .leaf1EDX(.fxsave)
    case .simdExceptions: .leaf1EDX(.sse)
    case .userModeInstructionPrevention: .leaf7ECX(.userModeInstructionPrevention)
    case .fsgsbase: .leaf7EBX(.fsgsbase)
    case .processContextIdentifiers: .leaf1ECX(.processContextIdentifiers)
    case .xsave: .leaf1ECX(.xsave)
    case .supervisorExecutionPrevention: .leaf7EBX(.supervisorExecutionPrevention)
    case .supervisorAccessPrevention: .leaf7EBX(.supervisorAccessPrevention)
    // MCE, LA57, VMXE, SMXE, KL, PKE, CET, PKS, UINTR, LASS, LAM, FRED, and what is yet to come.
    default: .refused
    }
  }

  /// What one bit of EFER needs (Intel SDM vol. 3 2.2.1; AMD APM vol. 2 3.1.7).
  static func ofExtendedFeatures(_ bit: ExtendedFeatures) -> Self {
    switch bit {
    case .systemCall: .extended1EDX(.systemCall)
    case .longModeEnable, .longModeActive: .extended1EDX(.longMode)
    case .noExecuteEnable: .extended1EDX(.noExecute)
    // SVME, LMSLE, FFXSR, TCE, automatic IBRS, and what is yet to come.
    default: .refused
    }
  }

  /// Whether a domain's answers offer what is needed.
  func isMet(by table: borrowing CPUIDTable) -> Bool {
    switch self {
    case .refused: false
    case .nothing: true
    case .leaf1ECX(let feature): table.basic[1].ecx & feature.rawValue != 0
    case .leaf1EDX(let feature): table.basic[1].edx & feature.rawValue != 0
    case .leaf7EBX(let feature): table.basic[7].ebx & feature.rawValue != 0
    case .leaf7ECX(let feature): table.basic[7].ecx & feature.rawValue != 0
    case .extended1EDX(let feature): table.extended[1].edx & feature.rawValue != 0
    }
  }
}

extension CPUIDTable {
  /// Works out what the guest may set, once all leaves are.
  mutating func settleControls() {
    var cr4: UInt64 = 0
    var efer: UInt64 = 0
    var bit: UInt64 = 1
    while bit != 0 {
      if ControlNeed.ofControlRegister4(ControlRegister4(rawValue: bit)).isMet(by: self) { cr4 |= bit }
      if ControlNeed.ofExtendedFeatures(ExtendedFeatures(rawValue: bit)).isMet(by: self) { efer |= bit }
      bit &<<= 1
    }
    offeredControlRegister4 = ControlRegister4(rawValue: cr4)
    offeredExtendedFeatures = ExtendedFeatures(rawValue: efer)
  }
}
