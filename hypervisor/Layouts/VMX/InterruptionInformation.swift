/// An event that is injected at an entry, exited, or was being delivered at an exit: the format that the VM-entry
/// interruption-information, VM-exit interruption-information and IDT-vectoring information fields share
/// (Intel SDM vol. 3 24.8.3, 24.9.2, 24.9.3).
struct InterruptionInformation: RawRepresentable, Equatable, BitwiseCopyable {
  var rawValue: UInt32
  @inline(__always) init(rawValue: UInt32) { self.rawValue = rawValue }

  /// A valid event.
  @inline(__always)
  init(_ kind: InterruptionKind, vector: UInt8, hasErrorCode: Bool = false) {
    rawValue = UInt32(vector) | UInt32(kind.rawValue) << 8 | (hasErrorCode ? 1 << 11 : 0) | 1 << 31
  }

  /// No event.
  static var none: Self { Self(rawValue: 0) }

  /// Bits 7:0.
  @inline(__always) var vector: UInt8 { UInt8(truncatingIfNeeded: rawValue) }
  /// Bits 10:8; nil for the reserved type.
  @inline(__always) var kind: InterruptionKind? { InterruptionKind(rawValue: UInt8(rawValue >> 8 & 7)) }
  /// Bit 11: the event pushes an error code, which its own field holds.
  @inline(__always) var hasErrorCode: Bool { rawValue & 1 << 11 != 0 }
  /// Bit 12 of the two that exits write: IRET had unblocked NMIs before it faulted.
  @inline(__always) var unblockedNMIByIRET: Bool { rawValue & 1 << 12 != 0 }
  /// Bit 31: the field says something.
  @inline(__always) var isValid: Bool { rawValue & 1 << 31 != 0 }

  /// The bits that an injected event leaves zero.
  static var reservedForEntry: UInt32 { 0x7FFF_F000 }
}

/// The type of an event, by its number in interruption information.
enum InterruptionKind: UInt8 {
  case externalInterrupt = 0
  case nmi = 2
  /// A fault, trap or abort; not those that INT3, INTO and INT1 raise.
  case hardwareException = 3
  /// INT n.
  case softwareInterrupt = 4
  /// INT1.
  case privilegedSoftwareException = 5
  /// INT3 or INTO.
  case softwareException = 6
  /// At an entry: a pending MTF exit.
  case otherEvent = 7

  /// Whether an instruction of the guest raises it, so that its length counts at an injection.
  var isSoftware: Bool {
    switch self {
    case .softwareInterrupt, .privilegedSoftwareException, .softwareException: true
    case .externalInterrupt, .nmi, .hardwareException, .otherEvent: false
    }
  }
}

/// What keeps events from a guest for the moment (Intel SDM vol. 3 24.4.2, table 24-3).
struct Interruptibility: OptionSet, BitwiseCopyable {
  var rawValue: UInt32
  @inline(__always) init(rawValue: UInt32) { self.rawValue = rawValue }

  /// The instruction after STI.
  static var blockingBySTI: Self { Self(rawValue: 1 << 0) }
  /// The instruction after MOV to SS or POP SS.
  static var blockingByMoveSS: Self { Self(rawValue: 1 << 1) }
  /// SMIs are blocked.
  static var blockingBySMI: Self { Self(rawValue: 1 << 2) }
  /// NMIs, with virtual NMIs those of the guest, are blocked until IRET.
  static var blockingByNMI: Self { Self(rawValue: 1 << 3) }
  /// The exit came out of an enclave.
  static var enclaveInterruption: Self { Self(rawValue: 1 << 4) }

  /// No interrupt is delivered before the next instruction is done.
  static var instructionShadow: Self { .blockingBySTI.union(.blockingByMoveSS) }
  /// Every bit that means something.
  static var defined: UInt32 { 0x1F }
}

/// Whether and how a guest's processor runs (Intel SDM vol. 3 24.4.2).
enum ActivityState: UInt32 {
  case active = 0
  case halted = 1
  case shutdown = 2
  case waitForSIPI = 3
}

/// A segment's access rights as the VMCS holds them (Intel SDM vol. 3 24.4.1, table 24-2).
struct SegmentAccessRights: RawRepresentable, Equatable, BitwiseCopyable {
  var rawValue: UInt32
  @inline(__always) init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Bits 3:0.
  var type: UInt32 { rawValue & 15 }
  /// Bit 4, S: code or data, not a system segment.
  var isCodeOrData: Bool { rawValue & 1 << 4 != 0 }
  /// Bits 6:5, DPL.
  var privilegeLevel: UInt32 { rawValue >> 5 & 3 }
  /// Bit 7.
  var isPresent: Bool { rawValue & 1 << 7 != 0 }
  /// Bit 13, L: 64-bit code.
  var isLong: Bool { rawValue & 1 << 13 != 0 }
  /// Bit 14, D/B: 32-bit operands.
  var isBig: Bool { rawValue & 1 << 14 != 0 }
  /// Bit 15, G: the limit counts pages.
  var isPageGranular: Bool { rawValue & 1 << 15 != 0 }
  /// Bit 16: the register was loaded with a null selector.
  var isUnusable: Bool { rawValue & 1 << 16 != 0 }

  /// A register that holds no segment.
  static var unusable: Self { Self(rawValue: 1 << 16) }
}
