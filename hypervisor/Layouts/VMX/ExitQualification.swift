#if canImport(Core)
  import Core
#endif

/// Decoders of the exit qualification, one a sort of exit (Intel SDM vol. 3 27.2.1).

/// The qualification of an I/O instruction (table 27-5).
struct IOQualification: RawRepresentable, BitwiseCopyable {
  var rawValue: UInt64
  @inline(__always) init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Bits 2:0 plus one: the size of the access in bytes, 1, 2 or 4.
  @inline(__always) var byteCount: UInt8 { UInt8(truncatingIfNeeded: rawValue & 7) &+ 1 }
  /// Bit 3: IN, not OUT.
  @inline(__always) var isInput: Bool { rawValue & 1 << 3 != 0 }
  /// Bit 4: INS or OUTS.
  @inline(__always) var isString: Bool { rawValue & 1 << 4 != 0 }
  /// Bit 5: with a REP prefix.
  @inline(__always) var isRepeated: Bool { rawValue & 1 << 5 != 0 }
  /// Bits 31:16.
  @inline(__always) var port: UInt16 { UInt16(truncatingIfNeeded: rawValue >> 16) }
}

/// The qualification of a control-register access (table 27-3).
struct ControlRegisterQualification: RawRepresentable, BitwiseCopyable {
  enum Access: UInt8 {
    /// MOV to the control register.
    case write = 0
    /// MOV from the control register.
    case read = 1
    case clts = 2
    case lmsw = 3
  }

  var rawValue: UInt64
  @inline(__always) init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Bits 3:0: the number of the control register; 0 for CLTS and LMSW.
  @inline(__always) var register: UInt8 { UInt8(truncatingIfNeeded: rawValue & 15) }
  /// Bits 5:4.
  @inline(__always)
  var access: Access {
    switch rawValue >> 4 & 3 {
    case 0: .write
    case 1: .read
    case 2: .clts
    default: .lmsw
    }
  }
  /// Bits 11:8: the general register of a MOV, in the order of `GeneralRegisters`.
  @inline(__always) var generalRegister: UInt8 { UInt8(truncatingIfNeeded: rawValue >> 8 & 15) }
  /// Bits 31:16: the source of LMSW.
  @inline(__always) var machineStatusWord: UInt16 { UInt16(truncatingIfNeeded: rawValue >> 16) }
}

/// The qualification of a MOV to or from a debug register (table 27-4).
struct DebugRegisterQualification: RawRepresentable, BitwiseCopyable {
  var rawValue: UInt64
  @inline(__always) init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Bits 2:0.
  @inline(__always) var register: UInt8 { UInt8(truncatingIfNeeded: rawValue & 7) }
  /// Bit 4: MOV from the debug register.
  @inline(__always) var isRead: Bool { rawValue & 1 << 4 != 0 }
  /// Bits 11:8: the general register, in the order of `GeneralRegisters`.
  @inline(__always) var generalRegister: UInt8 { UInt8(truncatingIfNeeded: rawValue >> 8 & 15) }
}

/// The qualification of an EPT violation (table 27-7).
struct EPTViolationQualification: OptionSet, BitwiseCopyable {
  var rawValue: UInt64
  @inline(__always) init(rawValue: UInt64) { self.rawValue = rawValue }

  /// The access was a read of data. A read-modify-write may set both this and `write`.
  static var read: Self { Self(rawValue: 1 << 0) }
  /// The access was a write of data, or the processor's own to an accessed or dirty flag.
  static var write: Self { Self(rawValue: 1 << 1) }
  /// The access was an instruction fetch.
  static var fetch: Self { Self(rawValue: 1 << 2) }
  /// The entries that were used allow reading.
  static var isReadable: Self { Self(rawValue: 1 << 3) }
  /// The entries that were used allow writing.
  static var isWritable: Self { Self(rawValue: 1 << 4) }
  /// The entries that were used allow execution.
  static var isExecutable: Self { Self(rawValue: 1 << 5) }
  /// The guest-linear-address field is valid.
  static var linearAddressValid: Self { Self(rawValue: 1 << 7) }
  /// With a valid linear address: the access was to its translation, not to a page table on the way there.
  static var finalTranslation: Self { Self(rawValue: 1 << 8) }
  /// IRET had unblocked NMIs before it faulted.
  static var unblockedNMIByIRET: Self { Self(rawValue: 1 << 12) }
}

/// The qualification of a task switch (table 27-2).
struct TaskSwitchQualification: RawRepresentable, BitwiseCopyable {
  var rawValue: UInt64
  @inline(__always) init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Bits 15:0: the selector of the task's segment.
  @inline(__always) var selector: UInt16 { UInt16(truncatingIfNeeded: rawValue) }
  /// Bits 31:30: 0 CALL, 1 IRET, 2 JMP, 3 a task gate in the IDT.
  @inline(__always)
  var source: TaskSwitchRequest.Source {
    TaskSwitchRequest.Source(rawValue: UInt8(truncatingIfNeeded: rawValue >> 30 & 3)) ?? .gate
  }
}
