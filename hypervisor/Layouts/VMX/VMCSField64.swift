/// The 64-bit fields of the VMCS (Intel SDM vol. 3 B.2).
///
/// Control fields.
extension VMCSField where Value == UInt64 {
  /// The bitmap of ports 0 to 0x7FFF.
  static var ioBitmapA: Self { Self(0x2000) }
  /// The bitmap of ports 0x8000 to 0xFFFF.
  static var ioBitmapB: Self { Self(0x2002) }
  /// The page that says which RDMSR and WRMSR exit.
  static var msrBitmap: Self { Self(0x2004) }
  /// The MSRs stored at an exit.
  static var exitMSRStoreAddress: Self { Self(0x2006) }
  /// The MSRs loaded at an exit.
  static var exitMSRLoadAddress: Self { Self(0x2008) }
  /// The MSRs loaded at an entry.
  static var entryMSRLoadAddress: Self { Self(0x200A) }
  /// For the dual-monitor treatment of SMM.
  static var executiveVMCSPointer: Self { Self(0x200C) }
  /// The page-modification log.
  static var pmlAddress: Self { Self(0x200E) }
  /// What is added to the time-stamp counter that the guest reads.
  static var tscOffset: Self { Self(0x2010) }
  /// The virtual-APIC page.
  static var virtualAPICAddress: Self { Self(0x2012) }
  /// The page whose accesses are those to the local APIC.
  static var apicAccessAddress: Self { Self(0x2014) }
  /// Where interrupts are posted.
  static var postedInterruptDescriptor: Self { Self(0x2016) }
  /// Which VM functions VMFUNC offers.
  static var vmFunctionControls: Self { Self(0x2018) }
  /// The root of the extended page tables, with their format.
  static var eptPointer: Self { Self(0x201A) }
  /// The vectors 0 to 63 whose virtualized EOI exits.
  static var eoiExitBitmap0: Self { Self(0x201C) }
  static var eoiExitBitmap1: Self { Self(0x201E) }
  static var eoiExitBitmap2: Self { Self(0x2020) }
  static var eoiExitBitmap3: Self { Self(0x2022) }
  /// The list of EPT pointers of VM function 0.
  static var eptpListAddress: Self { Self(0x2024) }
  /// With VMCS shadowing: the fields whose VMREAD exits.
  static var vmreadBitmap: Self { Self(0x2026) }
  /// With VMCS shadowing: the fields whose VMWRITE exits.
  static var vmwriteBitmap: Self { Self(0x2028) }
  /// Where a #VE leaves its information.
  static var virtualizationExceptionAddress: Self { Self(0x202A) }
  /// The bits of XSS for which XSAVES and XRSTORS exit.
  static var xssExitingBitmap: Self { Self(0x202C) }
  /// The leaves of ENCLS that exit.
  static var enclsExitingBitmap: Self { Self(0x202E) }
  /// The ratio of TSC scaling, 48 bits after the point.
  static var tscMultiplier: Self { Self(0x2032) }
}

/// Exit information fields.
extension VMCSField where Value == UInt64 {
  /// The guest-physical address of an EPT violation or misconfiguration.
  static var guestPhysicalAddress: Self { Self(0x2400) }
}

/// Guest state fields.
extension VMCSField where Value == UInt64 {
  /// All ones without VMCS shadowing.
  static var vmcsLinkPointer: Self { Self(0x2800) }
  /// IA32_DEBUGCTL.
  static var guestDebugControl: Self { Self(0x2802) }
  /// IA32_PAT.
  static var guestPAT: Self { Self(0x2804) }
  /// IA32_EFER.
  static var guestEFER: Self { Self(0x2806) }
  /// IA32_PERF_GLOBAL_CTRL.
  static var guestPerformanceControl: Self { Self(0x2808) }
  /// The first of the four entries that PAE paging caches.
  static var guestPDPTE0: Self { Self(0x280A) }
  static var guestPDPTE1: Self { Self(0x280C) }
  static var guestPDPTE2: Self { Self(0x280E) }
  static var guestPDPTE3: Self { Self(0x2810) }
  /// IA32_BNDCFGS.
  static var guestBoundConfiguration: Self { Self(0x2812) }
}

/// Host state fields.
extension VMCSField where Value == UInt64 {
  /// IA32_PAT.
  static var hostPAT: Self { Self(0x2C00) }
  /// IA32_EFER.
  static var hostEFER: Self { Self(0x2C02) }
  /// IA32_PERF_GLOBAL_CTRL.
  static var hostPerformanceControl: Self { Self(0x2C04) }
}
