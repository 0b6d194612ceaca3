/// A set of VM-execution, VM-exit or VM-entry controls: a 32-bit field of the VMCS of which a processor lets only some
/// bits be zero and only some be one.
protocol VMXControlSet: OptionSet, BitwiseCopyable where RawValue == UInt32 {
  init(rawValue: UInt32)
  /// The manual's name of the control in bit `bit`.
  static func name(ofBit bit: Int) -> StaticString
}

/// What a capability MSR says of one set of controls (Intel SDM vol. 3 A.3.1).
struct ControlCapability: Equatable, BitwiseCopyable {
  /// Bits 31:0 of the MSR: the controls that have to be one.
  var required: UInt32
  /// Bits 63:32: the controls that may be one.
  var allowed: UInt32

  init(msr: UInt64) {
    required = UInt32(truncatingIfNeeded: msr)
    allowed = UInt32(truncatingIfNeeded: msr >> 32)
  }

  /// Whether the processor takes these controls.
  func accepts(_ controls: UInt32) -> Bool { controls & required == required && controls & ~allowed == 0 }
}

/// A control that the hypervisor can't do without, or can't live with, on this processor.
struct UnsupportedControl: Error, Equatable, BitwiseCopyable {
  /// The control's bit.
  let bit: Int
  /// The manual's name for it.
  let name: StaticString
  /// True: the processor insists on one. False: it does not offer it.
  let isForced: Bool

  static func == (a: Self, b: Self) -> Bool { a.bit == b.bit && a.isForced == b.isForced }
}

extension VMXControlSet {
  /// The controls to write: everything in `required`, what the processor offers of `optional`, and what it insists on.
  ///
  /// - Parameters:
  ///   - required: what the hypervisor can't do without.
  ///   - optional: what it takes where it is offered.
  ///   - refused: what must stay zero, because the exits or switches that it brings are not handled.
  ///   - capability: what the processor offers and insists on.
  /// - Throws: the first control of `required` that is not offered, or of `refused` that is insisted on.
  static func adjust(
    required: Self, optional: Self, refused: Self, by capability: ControlCapability
  ) throws(UnsupportedControl) -> Self {
    let missing = required.rawValue & ~capability.allowed
    if missing != 0 {
      let bit = missing.trailingZeroBitCount
      throw UnsupportedControl(bit: bit, name: name(ofBit: bit), isForced: false)
    }
    let forced = refused.rawValue & capability.required
    if forced != 0 {
      let bit = forced.trailingZeroBitCount
      throw UnsupportedControl(bit: bit, name: name(ofBit: bit), isForced: true)
    }
    return Self(
      rawValue: required.rawValue | (optional.rawValue & capability.allowed) | capability.required)
  }
}
