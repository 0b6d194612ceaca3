/// The pin-based VM-execution controls (Intel SDM vol. 3 24.6.1, table 24-5): what asynchronous events do.
struct PinControls: VMXControlSet {
  var rawValue: UInt32
  @inline(__always) init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Interrupts exit, whatever the guest's RFLAGS.IF.
  @inline(__always) static var externalInterruptExiting: Self { Self(rawValue: 1 << 0) }
  /// NMIs exit.
  @inline(__always) static var nmiExiting: Self { Self(rawValue: 1 << 3) }
  /// IRET unblocks the guest's own NMIs; NMI-window exiting is to be had.
  @inline(__always) static var virtualNMIs: Self { Self(rawValue: 1 << 5) }
  /// The timer counts down and exits at zero.
  @inline(__always) static var preemptionTimer: Self { Self(rawValue: 1 << 6) }
  /// A posted interrupt is delivered without an exit.
  @inline(__always) static var postedInterrupts: Self { Self(rawValue: 1 << 7) }

  @inline(never)
  static func name(ofBit bit: Int) -> StaticString {
    switch bit {
    case 0: "external-interrupt exiting"
    case 3: "NMI exiting"
    case 5: "virtual NMIs"
    case 6: "activate VMX-preemption timer"
    case 7: "process posted interrupts"
    default: "a control without a name"
    }
  }
}
