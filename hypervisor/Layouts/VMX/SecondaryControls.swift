/// The secondary processor-based VM-execution controls (Intel SDM vol. 3 24.6.2, table 24-7).
struct SecondaryControls: VMXControlSet {
  var rawValue: UInt32
  @inline(__always) init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Accesses to the APIC-access page are treated apart.
  @inline(__always) static var virtualizeAPICAccesses: Self { Self(rawValue: 1 << 0) }
  /// Extended page tables.
  @inline(__always) static var ept: Self { Self(rawValue: 1 << 1) }
  /// LGDT, SGDT and their siblings exit.
  @inline(__always) static var descriptorTableExiting: Self { Self(rawValue: 1 << 2) }
  /// RDTSCP and RDPID do not raise #UD.
  @inline(__always) static var rdtscp: Self { Self(rawValue: 1 << 3) }
  /// The x2APIC's MSRs are the virtual-APIC page's.
  @inline(__always) static var virtualizeX2APIC: Self { Self(rawValue: 1 << 4) }
  /// Translations are tagged and survive entries and exits.
  @inline(__always) static var vpid: Self { Self(rawValue: 1 << 5) }
  /// WBINVD exits.
  @inline(__always) static var wbinvdExiting: Self { Self(rawValue: 1 << 6) }
  /// The guest may run unpaged and in real mode.
  @inline(__always) static var unrestrictedGuest: Self { Self(rawValue: 1 << 7) }
  /// Reads of the local APIC come from the virtual-APIC page.
  @inline(__always) static var apicRegisterVirtualization: Self { Self(rawValue: 1 << 8) }
  /// The processor evaluates and delivers virtual interrupts.
  @inline(__always) static var virtualInterruptDelivery: Self { Self(rawValue: 1 << 9) }
  /// A loop of PAUSEs exits.
  @inline(__always) static var pauseLoopExiting: Self { Self(rawValue: 1 << 10) }
  /// RDRAND exits.
  @inline(__always) static var rdrandExiting: Self { Self(rawValue: 1 << 11) }
  /// INVPCID does not raise #UD.
  @inline(__always) static var invpcid: Self { Self(rawValue: 1 << 12) }
  /// VMFUNC does not raise #UD.
  @inline(__always) static var vmFunctions: Self { Self(rawValue: 1 << 13) }
  /// VMREAD and VMWRITE in the guest reach a shadow VMCS.
  @inline(__always) static var vmcsShadowing: Self { Self(rawValue: 1 << 14) }
  /// ENCLS exits as its bitmap says.
  @inline(__always) static var enclsExiting: Self { Self(rawValue: 1 << 15) }
  /// RDSEED exits.
  @inline(__always) static var rdseedExiting: Self { Self(rawValue: 1 << 16) }
  /// The processor logs the pages that become dirty.
  @inline(__always) static var pageModificationLog: Self { Self(rawValue: 1 << 17) }
  /// EPT violations may raise #VE.
  @inline(__always) static var eptViolationException: Self { Self(rawValue: 1 << 18) }
  /// Processor trace does not show VMX.
  @inline(__always) static var concealFromPT: Self { Self(rawValue: 1 << 19) }
  /// XSAVES and XRSTORS do not raise #UD.
  @inline(__always) static var xsaves: Self { Self(rawValue: 1 << 20) }
  /// EPT has an execute bit each for user and supervisor mode.
  @inline(__always) static var modeBasedExecute: Self { Self(rawValue: 1 << 22) }
  /// EPT may allow writes by 128 bytes.
  @inline(__always) static var subPageWritePermissions: Self { Self(rawValue: 1 << 23) }
  /// Processor trace translates its addresses by EPT.
  @inline(__always) static var ptGuestPhysical: Self { Self(rawValue: 1 << 24) }
  /// The guest's TSC runs at another rate.
  @inline(__always) static var tscScaling: Self { Self(rawValue: 1 << 25) }
  /// TPAUSE, UMONITOR and UMWAIT do not raise #UD.
  @inline(__always) static var userWaitAndPause: Self { Self(rawValue: 1 << 26) }

  @inline(never)
  static func name(ofBit bit: Int) -> StaticString {
    switch bit {
    case 0: "virtualize APIC accesses"
    case 1: "enable EPT"
    case 2: "descriptor-table exiting"
    case 3: "enable RDTSCP"
    case 4: "virtualize x2APIC mode"
    case 5: "enable VPID"
    case 6: "WBINVD exiting"
    case 7: "unrestricted guest"
    case 8: "APIC-register virtualization"
    case 9: "virtual-interrupt delivery"
    case 10: "PAUSE-loop exiting"
    case 11: "RDRAND exiting"
    case 12: "enable INVPCID"
    case 13: "enable VM functions"
    case 14: "VMCS shadowing"
    case 15: "enable ENCLS exiting"
    case 16: "RDSEED exiting"
    case 17: "enable PML"
    case 18: "EPT-violation #VE"
    case 19: "conceal VMX from PT"
    case 20: "enable XSAVES/XRSTORS"
    case 22: "mode-based execute control for EPT"
    case 23: "sub-page write permissions for EPT"
    case 24: "Intel PT uses guest physical addresses"
    case 25: "use TSC scaling"
    case 26: "enable user wait and pause"
    default: "a control without a name"
    }
  }
}
