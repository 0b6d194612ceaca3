/// The 16-bit fields of the VMCS (Intel SDM vol. 3 B.1).
///
/// Control fields.
extension VMCSField where Value == UInt16 {
  /// The virtual-processor identifier that tags the guest's translations.
  static var vpid: Self { Self(0x0000) }
  /// The vector by which interrupts are posted.
  static var postedInterruptVector: Self { Self(0x0002) }
  /// The index into the list of EPT pointers.
  static var eptpIndex: Self { Self(0x0004) }
}

/// Guest state fields.
extension VMCSField where Value == UInt16 {
  static var guestESSelector: Self { Self(0x0800) }
  static var guestCSSelector: Self { Self(0x0802) }
  static var guestSSSelector: Self { Self(0x0804) }
  static var guestDSSelector: Self { Self(0x0806) }
  static var guestFSSelector: Self { Self(0x0808) }
  static var guestGSSelector: Self { Self(0x080A) }
  static var guestLDTRSelector: Self { Self(0x080C) }
  static var guestTRSelector: Self { Self(0x080E) }
  /// RVI and SVI of virtual-interrupt delivery.
  static var guestInterruptStatus: Self { Self(0x0810) }
  /// The next entry of the page-modification log.
  static var pmlIndex: Self { Self(0x0812) }
}

/// Host state fields.
extension VMCSField where Value == UInt16 {
  static var hostESSelector: Self { Self(0x0C00) }
  static var hostCSSelector: Self { Self(0x0C02) }
  static var hostSSSelector: Self { Self(0x0C04) }
  static var hostDSSelector: Self { Self(0x0C06) }
  static var hostFSSelector: Self { Self(0x0C08) }
  static var hostGSSelector: Self { Self(0x0C0A) }
  static var hostTRSelector: Self { Self(0x0C0C) }
}
