/// The VM-entry controls (Intel SDM vol. 3 24.8.1, table 24-14).
struct EntryControls: VMXControlSet {
  var rawValue: UInt32
  @inline(__always) init(rawValue: UInt32) { self.rawValue = rawValue }

  /// DR7 and IA32_DEBUGCTL of the guest are loaded.
  @inline(__always) static var loadDebugControls: Self { Self(rawValue: 1 << 2) }
  /// The guest is in long mode.
  @inline(__always) static var ia32eModeGuest: Self { Self(rawValue: 1 << 9) }
  /// The entry leads into system-management mode.
  @inline(__always) static var entryToSMM: Self { Self(rawValue: 1 << 10) }
  /// For entries from SMM.
  @inline(__always) static var deactivateDualMonitor: Self { Self(rawValue: 1 << 11) }
  /// IA32_PERF_GLOBAL_CTRL of the guest is loaded.
  @inline(__always) static var loadPerformanceControl: Self { Self(rawValue: 1 << 13) }
  /// IA32_PAT of the guest is loaded.
  @inline(__always) static var loadPAT: Self { Self(rawValue: 1 << 14) }
  /// IA32_EFER of the guest is loaded.
  @inline(__always) static var loadEFER: Self { Self(rawValue: 1 << 15) }
  /// IA32_BNDCFGS of the guest is loaded.
  @inline(__always) static var loadBoundConfiguration: Self { Self(rawValue: 1 << 16) }
  /// Processor trace does not show the entry.
  @inline(__always) static var concealFromPT: Self { Self(rawValue: 1 << 17) }
  /// IA32_RTIT_CTL of the guest is loaded.
  @inline(__always) static var loadRTITControl: Self { Self(rawValue: 1 << 18) }
  /// The guest's CET state is loaded.
  @inline(__always) static var loadCETState: Self { Self(rawValue: 1 << 20) }
  /// IA32_PKRS of the guest is loaded.
  @inline(__always) static var loadPKRS: Self { Self(rawValue: 1 << 22) }

  @inline(never)
  static func name(ofBit bit: Int) -> StaticString {
    switch bit {
    case 2: "load debug controls"
    case 9: "IA-32e mode guest"
    case 10: "entry to SMM"
    case 11: "deactivate dual-monitor treatment"
    case 13: "load IA32_PERF_GLOBAL_CTRL"
    case 14: "load IA32_PAT"
    case 15: "load IA32_EFER"
    case 16: "load IA32_BNDCFGS"
    case 17: "conceal VMX from PT"
    case 18: "load IA32_RTIT_CTL"
    case 20: "load CET state"
    case 22: "load PKRS"
    default: "a control without a name"
    }
  }
}
