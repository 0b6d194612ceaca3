/// What a processor's VMX can do, decoded from its capability MSRs (Intel SDM vol. 3 appendix A).
struct VMXCapabilities: Equatable, BitwiseCopyable {
  var basic: VMXBasic
  var pin: ControlCapability
  var primary: ControlCapability
  /// No bits allowed where the primary controls offer no secondary ones.
  var secondary: ControlCapability
  var exit: ControlCapability
  var entry: ControlCapability
  var miscellaneous: VMXMiscellaneous
  /// Empty where the processor has neither EPT nor VPID.
  var translation: VMXTranslation
  var cr0: FixedBits
  var cr4: FixedBits
  /// IA32_VMX_VMFUNC: the VM functions that may be turned on.
  var vmFunctions: UInt64
  /// The width of physical addresses in bits (CPUID 0x80000008:EAX bits 7:0).
  var physicalAddressBits: UInt8
  /// The width of linear addresses in bits, 48 or 57 (CPUID 0x80000008:EAX bits 15:8).
  var linearAddressBits: UInt8

  /// Reads the capability MSRs, and only those whose presence the ones before announce: others raise #GP.
  ///
  /// - Parameters:
  ///   - physicalAddressBits: the width that CPUID gives.
  ///   - linearAddressBits: the same.
  ///   - read: gives the value of an MSR.
  @inline(__always)
  init(physicalAddressBits: UInt8, linearAddressBits: UInt8, read: (VMXCapabilityMSR) -> UInt64) {
    basic = VMXBasic(rawValue: read(.basic))
    let isTrue = basic.hasTrueControls
    pin = ControlCapability(msr: read(isTrue ? .truePin : .pin))
    primary = ControlCapability(msr: read(isTrue ? .truePrimary : .primary))
    exit = ControlCapability(msr: read(isTrue ? .trueExit : .exit))
    entry = ControlCapability(msr: read(isTrue ? .trueEntry : .entry))
    miscellaneous = VMXMiscellaneous(rawValue: read(.miscellaneous))
    cr0 = FixedBits(one: read(.cr0Fixed0), allowed: read(.cr0Fixed1))
    cr4 = FixedBits(one: read(.cr4Fixed0), allowed: read(.cr4Fixed1))
    let hasSecondary = primary.allowed & PrimaryControls.secondaryControls.rawValue != 0
    secondary = ControlCapability(msr: hasSecondary ? read(.secondary) : 0)
    let offered = SecondaryControls(rawValue: secondary.allowed)
    let hasTranslation = !offered.isDisjoint(with: .ept.union(.vpid))
    translation = VMXTranslation(rawValue: hasTranslation ? read(.eptAndVPID) : 0)
    vmFunctions = offered.contains(.vmFunctions) ? read(.vmFunctions) : 0
    self.physicalAddressBits = physicalAddressBits
    self.linearAddressBits = linearAddressBits
  }

  /// Whether an address lies within the processor's physical address space, or the 4 GiB to which
  /// `VMXBasic.has32BitAddresses` limits the VMCS's addresses.
  func isPhysical(_ address: UInt64) -> Bool {
    let bits: UInt64 = basic.has32BitAddresses ? 32 : UInt64(physicalAddressBits)
    return address >> bits == 0
  }

  /// Whether an address is canonical: the bits above the linear-address width repeat the topmost bit below it.
  func isCanonical(_ address: UInt64) -> Bool {
    let unused = 64 &- UInt64(linearAddressBits)
    return UInt64(bitPattern: Int64(bitPattern: address << unused) >> Int64(unused)) == address
  }
}

/// The capability MSRs, by number.
enum VMXCapabilityMSR: UInt32 {
  case basic = 0x480
  case pin = 0x481
  case primary = 0x482
  case exit = 0x483
  case entry = 0x484
  case miscellaneous = 0x485
  case cr0Fixed0 = 0x486
  case cr0Fixed1 = 0x487
  case cr4Fixed0 = 0x488
  case cr4Fixed1 = 0x489
  case secondary = 0x48B
  case eptAndVPID = 0x48C
  case truePin = 0x48D
  case truePrimary = 0x48E
  case trueExit = 0x48F
  case trueEntry = 0x490
  case vmFunctions = 0x491
}

/// IA32_VMX_BASIC (A.1).
struct VMXBasic: RawRepresentable, Equatable, BitwiseCopyable {
  var rawValue: UInt64
  init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Bits 30:0: what the first four bytes of a VMXON region and of a VMCS hold.
  var revision: UInt32 { UInt32(truncatingIfNeeded: rawValue & 0x7FFF_FFFF) }
  /// Bits 44:32: the bytes that a VMXON region or a VMCS takes, at most 4096.
  var regionByteCount: UInt32 { UInt32(truncatingIfNeeded: rawValue >> 32 & 0x1FFF) }
  /// Bit 48: the addresses of those regions and of what a VMCS refers to have to be below 4 GiB.
  var has32BitAddresses: Bool { rawValue & 1 << 48 != 0 }
  /// Bits 53:50: the memory type to reach a VMCS with; 6 is write-back.
  var memoryType: UInt8 { UInt8(truncatingIfNeeded: rawValue >> 50 & 15) }
  /// Bit 54: exits for INS and OUTS fill the instruction-information field.
  var reportsStringIO: Bool { rawValue & 1 << 54 != 0 }
  /// Bit 55: there are TRUE capability MSRs, and some controls of the default-1 class may be zero.
  var hasTrueControls: Bool { rawValue & 1 << 55 != 0 }
  /// Bit 56: an injected hardware exception may have or lack an error code, whatever its vector.
  var allowsAnyErrorCode: Bool { rawValue & 1 << 56 != 0 }
}

/// IA32_VMX_MISC (A.6).
struct VMXMiscellaneous: RawRepresentable, Equatable, BitwiseCopyable {
  var rawValue: UInt64
  init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Bits 4:0: the preemption timer counts down when this bit of the TSC changes.
  var preemptionTimerShift: UInt64 { rawValue & 31 }
  /// Bit 5: exits store EFER.LMA in the entry control "IA-32e mode guest".
  var storesLongMode: Bool { rawValue & 1 << 5 != 0 }
  /// Bits 8:6: the activity states other than active that an entry may lead to.
  func supports(_ activity: ActivityState) -> Bool {
    activity == .active || rawValue >> (5 &+ UInt64(activity.rawValue)) & 1 != 0
  }
  /// Bits 24:16: the number of CR3-target values.
  var cr3TargetCount: UInt32 { UInt32(truncatingIfNeeded: rawValue >> 16 & 0x1FF) }
  /// Bits 27:25: the recommended longest MSR list, 512 times one more.
  var msrListLimit: UInt32 { 512 &* (UInt32(truncatingIfNeeded: rawValue >> 25 & 7) &+ 1) }
  /// Bit 30: a software event may be injected with an instruction length of zero.
  var allowsZeroLength: Bool { rawValue & 1 << 30 != 0 }
}

/// IA32_VMX_EPT_VPID_CAP (A.10).
struct VMXTranslation: OptionSet, BitwiseCopyable {
  var rawValue: UInt64
  init(rawValue: UInt64) { self.rawValue = rawValue }

  /// EPT entries may allow execution without reading.
  static var executeOnly: Self { Self(rawValue: 1 << 0) }
  /// An EPT of four levels.
  static var walkOfFour: Self { Self(rawValue: 1 << 6) }
  /// An EPT of five levels.
  static var walkOfFive: Self { Self(rawValue: 1 << 7) }
  /// The tables may be uncached.
  static var uncachedTables: Self { Self(rawValue: 1 << 8) }
  /// The tables may be write-back.
  static var writeBackTables: Self { Self(rawValue: 1 << 14) }
  /// Leaves of 2 MiB.
  static var pages2M: Self { Self(rawValue: 1 << 16) }
  /// Leaves of 1 GiB.
  static var pages1G: Self { Self(rawValue: 1 << 17) }
  /// INVEPT.
  static var invept: Self { Self(rawValue: 1 << 20) }
  /// Accessed and dirty flags.
  static var accessedAndDirty: Self { Self(rawValue: 1 << 21) }
  /// Supervisor shadow-stack control.
  static var supervisorShadowStack: Self { Self(rawValue: 1 << 23) }
  /// INVEPT of one EPT pointer.
  static var inveptSingle: Self { Self(rawValue: 1 << 25) }
  /// INVEPT of all.
  static var inveptAll: Self { Self(rawValue: 1 << 26) }
  /// INVVPID.
  static var invvpid: Self { Self(rawValue: 1 << 32) }
  /// INVVPID of one address.
  static var invvpidAddress: Self { Self(rawValue: 1 << 40) }
  /// INVVPID of one identifier.
  static var invvpidSingle: Self { Self(rawValue: 1 << 41) }
  /// INVVPID of all identifiers.
  static var invvpidAll: Self { Self(rawValue: 1 << 42) }
}

/// The bits of CR0 or CR4 that VMX operation fixes (A.7, A.8).
struct FixedBits: Equatable, BitwiseCopyable {
  /// The FIXED0 MSR: bits that have to be one.
  var one: UInt64
  /// The FIXED1 MSR: bits that may be one.
  var allowed: UInt64

  /// Whether a register may hold `value`, the bits in `except` aside.
  func accept(_ value: UInt64, except: UInt64 = 0) -> Bool {
    value & one & ~except == one & ~except && value & ~allowed & ~except == 0
  }

  /// The nearest value that VMX operation takes.
  func applied(to value: UInt64) -> UInt64 { (value | one) & allowed }
}
