#if canImport(XenABI)
  import XenABI
#endif

/// What a processor says of its leaks, and what it offers against them (Intel SDM vol. 2, CPUID leaf 7, vol. 4,
/// IA32_ARCH_CAPABILITIES; AMD APM vol. 3 E.4.7 and E.4.15, vol. 2 3.2.9).
package struct SpeculationFeatures: OptionSet, BitwiseCopyable, Sendable {
  package let rawValue: UInt32
  package init(rawValue: UInt32) { self.rawValue = rawValue }

  /// IBPB: branches are not predicted by what ran before.
  static var predictorBarrier: Self { Self(rawValue: 1 << 0) }
  /// IBRS: set at an exit, indirect branches are not predicted by what guests ran.
  static var restriction: Self { Self(rawValue: 1 << 1) }
  /// Set once, IBRS holds for good (Intel's enhanced form, AMD's always-on form).
  static var lastingRestriction: Self { Self(rawValue: 1 << 2) }
  /// AIBRSE in EFER does the same (AMD).
  package static var automaticRestriction: Self { Self(rawValue: 1 << 3) }
  /// BHI_DIS_S in SPEC_CTRL: the history of branches that guests ran does not count either.
  package static var historyControl: Self { Self(rawValue: 1 << 4) }
  /// Returns are predicted by what a guest ran, whatever is done about indirect branches.
  static var poisonsReturns: Self { Self(rawValue: 1 << 5) }
  /// Branches of any kind are mistaken for others that a guest has trained: only IBPB at exits helps (AMD: branch type
  /// confusion, speculative return stack overflow).
  static var confusesBranches: Self { Self(rawValue: 1 << 6) }
  /// Buffers leak to whoever runs next, and VERW overwrites them (MDS, TAA, MMIO stale data, RFDS; AMD: TSA).
  static var leaksBuffers: Self { Self(rawValue: 1 << 7) }
  /// L1D_FLUSH.
  static var cacheFlush: Self { Self(rawValue: 1 << 8) }
  /// A guest reads what the first-level data cache holds, whosever it is (L1TF).
  static var leaksCache: Self { Self(rawValue: 1 << 9) }
  /// Changing the size of a page that code is fetched from can raise a machine check (CVE-2018-12207).
  static var pageSizeFault: Self { Self(rawValue: 1 << 10) }

  /// Asks the processor.
  ///
  /// - Parameter capabilities: reads IA32_ARCH_CAPABILITIES; called where CPUID shows it only.
  package init(host: borrowing some HostCPUID & ~Copyable, capabilities: () -> UInt64) {
    let vendor = host.leaf(0, 0)
    let seven = vendor.eax >= 7 ? host.leaf(7, 0) : .zero
    let architectural = ArchitecturalCapabilities(rawValue: seven.edx >> 29 & 1 != 0 ? capabilities() : 0)
    // "AuthenticAMD", and "HygonGenuine", by the four bytes in EBX.
    let isAMD = vendor.ebx == 0x6874_7541 || vendor.ebx == 0x6F67_7948
    self = isAMD ? Self(amd: host) : Self(seven, architectural, vendor.ebx == 0x756E_6547)
    if !isAMD, seven.eax >= 2, host.leaf(7, 2).edx >> 4 & 1 != 0 { formUnion(.historyControl) }
  }

  /// Intel's, and who goes by its manual.
  private init(_ seven: CPUIDResult, _ architectural: ArchitecturalCapabilities, _ isIntel: Bool) {
    self.init(rawValue: 0)
    if seven.edx >> 26 & 1 != 0 {
      formUnion(.predictorBarrier.union(.restriction))
      if architectural.contains(.enhancedRestriction) { formUnion(.lastingRestriction) }
    }
    if !architectural.isSuperset(of: .enhancedRestriction.union(.returnsRestricted)) { formUnion(.poisonsReturns) }
    let immune = ArchitecturalCapabilities.noSampling.union(.noAsynchronousAbort).union(.noFillBufferLeak)
    let clears = seven.edx >> 10 & 1 != 0 && !architectural.isSuperset(of: immune)
    if clears || architectural.contains(.registerFileClear) { formUnion(.leaksBuffers) }
    if seven.edx >> 28 & 1 != 0 { formUnion(.cacheFlush) }
    guard isIntel else { return }
    if architectural.isDisjoint(with: .noCacheLoad.union(.noFlushAtEntry)) { formUnion(.leaksCache) }
    if !architectural.contains(.noPageSizeFault) { formUnion(.pageSizeFault) }
  }

  private init(amd host: borrowing some HostCPUID & ~Copyable) {
    self.init(rawValue: 0)
    let last = host.leaf(0x8000_0000, 0).eax
    let eight = last >= 0x8000_0008 ? host.leaf(0x8000_0008, 0).ebx : 0
    let more = last >= 0x8000_0021 ? host.leaf(0x8000_0021, 0) : .zero
    let signature = host.leaf(1, 0).eax
    let family = signature >> 8 & 15 == 15 ? 15 &+ (signature >> 20 & 0xFF) : signature >> 8 & 15
    if eight >> 12 & 1 != 0 { formUnion(.predictorBarrier) }
    if eight >> 14 & 1 != 0 { formUnion(.restriction) }
    // IBRS_ALWAYS, and that it protects within one mode.
    if eight & (1 << 14 | 1 << 16 | 1 << 19) == 1 << 14 | 1 << 16 | 1 << 19 { formUnion(.lastingRestriction) }
    if more.eax >> 8 & 1 != 0 { formUnion(.automaticRestriction) } else { formUnion(.poisonsReturns) }
    let mistakes = family == 0x19 ? more.eax >> 29 & 1 == 0 : (family == 0x17 || family == 0x18) && eight >> 29 & 1 == 0
    if mistakes { formUnion(.confusesBranches) }
    // VERW_CLEAR, where not both kinds are said to be absent.
    if more.eax >> 5 & 1 != 0, more.ecx & 0b110 != 0b110 { formUnion(.leaksBuffers) }
  }
}

/// IA32_ARCH_CAPABILITIES, MSR 0x10A.
private struct ArchitecturalCapabilities: OptionSet, BitwiseCopyable {
  let rawValue: UInt64
  init(rawValue: UInt64) { self.rawValue = rawValue }
  /// RDCL_NO.
  static var noCacheLoad: Self { Self(rawValue: 1 << 0) }
  /// IBRS_ALL.
  static var enhancedRestriction: Self { Self(rawValue: 1 << 1) }
  /// SKIP_L1DFL_VMENTRY.
  static var noFlushAtEntry: Self { Self(rawValue: 1 << 3) }
  /// MDS_NO.
  static var noSampling: Self { Self(rawValue: 1 << 5) }
  /// IF_PSCHANGE_MC_NO.
  static var noPageSizeFault: Self { Self(rawValue: 1 << 6) }
  /// TAA_NO.
  static var noAsynchronousAbort: Self { Self(rawValue: 1 << 8) }
  /// FBSDP_NO.
  static var noFillBufferLeak: Self { Self(rawValue: 1 << 14) }
  /// PBRSB_NO.
  static var returnsRestricted: Self { Self(rawValue: 1 << 24) }
  /// RFDS_CLEAR.
  static var registerFileClear: Self { Self(rawValue: 1 << 28) }
}
