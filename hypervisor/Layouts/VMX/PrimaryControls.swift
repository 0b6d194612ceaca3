/// The primary processor-based VM-execution controls (Intel SDM vol. 3 24.6.2, table 24-6).
struct PrimaryControls: VMXControlSet {
  var rawValue: UInt32
  @inline(__always) init(rawValue: UInt32) { self.rawValue = rawValue }

  /// An exit as soon as the guest would take an interrupt.
  @inline(__always) static var interruptWindowExiting: Self { Self(rawValue: 1 << 2) }
  /// The guest reads the TSC plus an offset.
  @inline(__always) static var tscOffsetting: Self { Self(rawValue: 1 << 3) }
  /// HLT exits.
  @inline(__always) static var hltExiting: Self { Self(rawValue: 1 << 7) }
  /// INVLPG exits.
  @inline(__always) static var invlpgExiting: Self { Self(rawValue: 1 << 9) }
  /// MWAIT exits.
  @inline(__always) static var mwaitExiting: Self { Self(rawValue: 1 << 10) }
  /// RDPMC exits.
  @inline(__always) static var rdpmcExiting: Self { Self(rawValue: 1 << 11) }
  /// RDTSC and RDTSCP exit.
  @inline(__always) static var rdtscExiting: Self { Self(rawValue: 1 << 12) }
  /// MOV to CR3 exits.
  @inline(__always) static var cr3LoadExiting: Self { Self(rawValue: 1 << 15) }
  /// MOV from CR3 exits.
  @inline(__always) static var cr3StoreExiting: Self { Self(rawValue: 1 << 16) }
  /// The tertiary controls are in effect.
  @inline(__always) static var tertiaryControls: Self { Self(rawValue: 1 << 17) }
  /// MOV to CR8 exits.
  @inline(__always) static var cr8LoadExiting: Self { Self(rawValue: 1 << 19) }
  /// MOV from CR8 exits.
  @inline(__always) static var cr8StoreExiting: Self { Self(rawValue: 1 << 20) }
  /// The task priority is the virtual-APIC page's.
  @inline(__always) static var tprShadow: Self { Self(rawValue: 1 << 21) }
  /// An exit as soon as the guest would take an NMI.
  @inline(__always) static var nmiWindowExiting: Self { Self(rawValue: 1 << 22) }
  /// MOV to or from a debug register exits.
  @inline(__always) static var movDRExiting: Self { Self(rawValue: 1 << 23) }
  /// Every I/O instruction exits.
  @inline(__always) static var unconditionalIOExiting: Self { Self(rawValue: 1 << 24) }
  /// The I/O bitmaps decide which I/O instructions exit.
  @inline(__always) static var ioBitmaps: Self { Self(rawValue: 1 << 25) }
  /// An exit after each instruction.
  @inline(__always) static var monitorTrapFlag: Self { Self(rawValue: 1 << 27) }
  /// The MSR bitmaps decide which RDMSR and WRMSR exit; without them all do.
  @inline(__always) static var msrBitmaps: Self { Self(rawValue: 1 << 28) }
  /// MONITOR exits.
  @inline(__always) static var monitorExiting: Self { Self(rawValue: 1 << 29) }
  /// PAUSE exits.
  @inline(__always) static var pauseExiting: Self { Self(rawValue: 1 << 30) }
  /// The secondary controls are in effect.
  @inline(__always) static var secondaryControls: Self { Self(rawValue: 1 << 31) }

  @inline(never)
  static func name(ofBit bit: Int) -> StaticString {
    switch bit {
    case 2: "interrupt-window exiting"
    case 3: "use TSC offsetting"
    case 7: "HLT exiting"
    case 9: "INVLPG exiting"
    case 10: "MWAIT exiting"
    case 11: "RDPMC exiting"
    case 12: "RDTSC exiting"
    case 15: "CR3-load exiting"
    case 16: "CR3-store exiting"
    case 17: "activate tertiary controls"
    case 19: "CR8-load exiting"
    case 20: "CR8-store exiting"
    case 21: "use TPR shadow"
    case 22: "NMI-window exiting"
    case 23: "MOV-DR exiting"
    case 24: "unconditional I/O exiting"
    case 25: "use I/O bitmaps"
    case 27: "monitor trap flag"
    case 28: "use MSR bitmaps"
    case 29: "MONITOR exiting"
    case 30: "PAUSE exiting"
    case 31: "activate secondary controls"
    default: "a control without a name"
    }
  }
}
