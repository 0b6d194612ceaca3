#if canImport(XenABI)
  import XenABI
#endif

/// The APIC_BASE MSR, 0x1B (Intel SDM vol. 3 11.4.4 and 11.12.5).
package struct LocalAPICBase: OptionSet, BitwiseCopyable, Sendable {
  package let rawValue: UInt64
  package init(rawValue: UInt64) { self.rawValue = rawValue }
  /// BSP: the processor that boots.
  package static var bootProcessor: Self { Self(rawValue: 1 << 8) }
  /// EXTD: x2APIC form.
  package static var x2apic: Self { Self(rawValue: 1 << 10) }
  /// EN: the APIC is on.
  package static var enabled: Self { Self(rawValue: 1 << 11) }
}

extension LocalAPIC {
  /// RDMSR of APIC_BASE.
  package var baseRegister: UInt64 {
    let flags: LocalAPICBase =
      switch mode {
      case .disabled: LocalAPICBase(rawValue: 0)
      case .xapic: .enabled
      case .x2apic: .enabled.union(.x2apic)
      }
    return base.rawValue | flags.union(id == 0 ? .bootProcessor : LocalAPICBase(rawValue: 0)).rawValue
  }

  /// WRMSR of APIC_BASE: moves the registers, or changes their form. The ways that the manual forbids - out of x2APIC
  /// other than by switching off, into it other than from xAPIC - raise #GP, as do reserved bits. BSP is kept.
  package mutating func writeBaseRegister(_ value: UInt64) throws(GeneralProtection) -> LocalAPICEffects {
    let flags = LocalAPICBase(rawValue: value & 0xFFF)
    let known = LocalAPICBase.bootProcessor.union(.x2apic).union(.enabled)
    let address = value & ~0xFFF
    let addressBits = UInt64(min(physicalAddressBits, 52))
    guard flags.subtracting(known).rawValue == 0, address &>> addressBits == 0 else { throw GeneralProtection() }
    let wanted: Mode
    switch (flags.contains(.enabled), flags.contains(.x2apic)) {
    case (false, false): wanted = .disabled
    case (true, false): wanted = .xapic
    case (true, true): wanted = .x2apic
    case (false, true): throw GeneralProtection()
    }
    switch (mode, wanted) {
    case (.x2apic, .xapic), (.disabled, .x2apic): throw GeneralProtection()
    case (.disabled, .disabled), (.xapic, .xapic), (.x2apic, .x2apic): base = GuestPhysicalAddress(address)
    case (.xapic, .x2apic):
      // Everything stays but what has another meaning in the new form (11.12.5.1).
      base = GuestPhysicalAddress(address)
      mode = .x2apic
      command &= 0xFFFF_FFFF
    case (.xapic, .disabled), (.x2apic, .disabled), (.disabled, .xapic):
      base = GuestPhysicalAddress(address)
      mode = wanted
      reset()
    }
    return LocalAPICEffects.relocated.union(.timerChanged)
  }
}
