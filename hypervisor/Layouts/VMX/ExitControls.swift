/// The VM-exit controls (Intel SDM vol. 3 24.7.1, table 24-12).
struct ExitControls: VMXControlSet {
  var rawValue: UInt32
  @inline(__always) init(rawValue: UInt32) { self.rawValue = rawValue }

  /// DR7 and IA32_DEBUGCTL of the guest are saved.
  @inline(__always) static var saveDebugControls: Self { Self(rawValue: 1 << 2) }
  /// The hypervisor runs in 64-bit mode.
  @inline(__always) static var hostAddressSpaceSize: Self { Self(rawValue: 1 << 9) }
  /// IA32_PERF_GLOBAL_CTRL of the host is loaded.
  @inline(__always) static var loadPerformanceControl: Self { Self(rawValue: 1 << 12) }
  /// The interrupt's vector is taken from the APIC at its exit.
  @inline(__always) static var acknowledgeInterrupt: Self { Self(rawValue: 1 << 15) }
  /// IA32_PAT of the guest is saved.
  @inline(__always) static var savePAT: Self { Self(rawValue: 1 << 18) }
  /// IA32_PAT of the host is loaded.
  @inline(__always) static var loadPAT: Self { Self(rawValue: 1 << 19) }
  /// IA32_EFER of the guest is saved.
  @inline(__always) static var saveEFER: Self { Self(rawValue: 1 << 20) }
  /// IA32_EFER of the host is loaded.
  @inline(__always) static var loadEFER: Self { Self(rawValue: 1 << 21) }
  /// The timer's rest is saved.
  @inline(__always) static var savePreemptionTimer: Self { Self(rawValue: 1 << 22) }
  /// IA32_BNDCFGS is cleared.
  @inline(__always) static var clearBoundConfiguration: Self { Self(rawValue: 1 << 23) }
  /// Processor trace does not show the exit.
  @inline(__always) static var concealFromPT: Self { Self(rawValue: 1 << 24) }
  /// IA32_RTIT_CTL is cleared.
  @inline(__always) static var clearRTITControl: Self { Self(rawValue: 1 << 25) }
  /// The host's CET state is loaded.
  @inline(__always) static var loadCETState: Self { Self(rawValue: 1 << 28) }
  /// IA32_PKRS of the host is loaded.
  @inline(__always) static var loadPKRS: Self { Self(rawValue: 1 << 29) }

  @inline(never)
  static func name(ofBit bit: Int) -> StaticString {
    switch bit {
    case 2: "save debug controls"
    case 9: "host address-space size"
    case 12: "load IA32_PERF_GLOBAL_CTRL"
    case 15: "acknowledge interrupt on exit"
    case 18: "save IA32_PAT"
    case 19: "load IA32_PAT"
    case 20: "save IA32_EFER"
    case 21: "load IA32_EFER"
    case 22: "save VMX-preemption timer value"
    case 23: "clear IA32_BNDCFGS"
    case 24: "conceal VMX from PT"
    case 25: "clear IA32_RTIT_CTL"
    case 28: "load CET state"
    case 29: "load PKRS"
    default: "a control without a name"
    }
  }
}
