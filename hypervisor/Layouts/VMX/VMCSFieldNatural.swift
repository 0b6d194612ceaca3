/// The natural-width fields of the VMCS (Intel SDM vol. 3 B.4).
///
/// Control fields.
extension VMCSField where Value == UInt64 {
  /// The bits of CR0 that belong to the hypervisor.
  static var cr0Mask: Self { Self(0x6000) }
  /// The bits of CR4 that belong to the hypervisor.
  static var cr4Mask: Self { Self(0x6002) }
  /// What the guest reads in them.
  static var cr0Shadow: Self { Self(0x6004) }
  /// What the guest reads in them.
  static var cr4Shadow: Self { Self(0x6006) }
  static var cr3Target0: Self { Self(0x6008) }
  static var cr3Target1: Self { Self(0x600A) }
  static var cr3Target2: Self { Self(0x600C) }
  static var cr3Target3: Self { Self(0x600E) }
}

/// Exit information fields.
extension VMCSField where Value == UInt64 {
  /// What the exit reason's own decoder takes.
  static var exitQualification: Self { Self(0x6400) }
  static var ioRCX: Self { Self(0x6402) }
  static var ioRSI: Self { Self(0x6404) }
  static var ioRDI: Self { Self(0x6406) }
  static var ioRIP: Self { Self(0x6408) }
  /// The linear address of some exits.
  static var guestLinearAddress: Self { Self(0x640A) }
}

/// Guest state fields.
extension VMCSField where Value == UInt64 {
  static var guestCR0: Self { Self(0x6800) }
  static var guestCR3: Self { Self(0x6802) }
  static var guestCR4: Self { Self(0x6804) }
  static var guestESBase: Self { Self(0x6806) }
  static var guestCSBase: Self { Self(0x6808) }
  static var guestSSBase: Self { Self(0x680A) }
  static var guestDSBase: Self { Self(0x680C) }
  static var guestFSBase: Self { Self(0x680E) }
  static var guestGSBase: Self { Self(0x6810) }
  static var guestLDTRBase: Self { Self(0x6812) }
  static var guestTRBase: Self { Self(0x6814) }
  static var guestGDTRBase: Self { Self(0x6816) }
  static var guestIDTRBase: Self { Self(0x6818) }
  static var guestDR7: Self { Self(0x681A) }
  static var guestRSP: Self { Self(0x681C) }
  static var guestRIP: Self { Self(0x681E) }
  static var guestRFLAGS: Self { Self(0x6820) }
  /// Debug exceptions that wait for the next instruction boundary.
  static var guestPendingDebug: Self { Self(0x6822) }
  /// IA32_SYSENTER_ESP.
  static var guestSysenterESP: Self { Self(0x6824) }
  /// IA32_SYSENTER_EIP.
  static var guestSysenterEIP: Self { Self(0x6826) }
}

/// Host state fields.
extension VMCSField where Value == UInt64 {
  static var hostCR0: Self { Self(0x6C00) }
  static var hostCR3: Self { Self(0x6C02) }
  static var hostCR4: Self { Self(0x6C04) }
  static var hostFSBase: Self { Self(0x6C06) }
  static var hostGSBase: Self { Self(0x6C08) }
  static var hostTRBase: Self { Self(0x6C0A) }
  static var hostGDTRBase: Self { Self(0x6C0C) }
  static var hostIDTRBase: Self { Self(0x6C0E) }
  /// IA32_SYSENTER_ESP.
  static var hostSysenterESP: Self { Self(0x6C10) }
  /// IA32_SYSENTER_EIP.
  static var hostSysenterEIP: Self { Self(0x6C12) }
  /// The stack of the code at `hostRIP`.
  static var hostRSP: Self { Self(0x6C14) }
  /// Where an exit goes.
  static var hostRIP: Self { Self(0x6C16) }
}
