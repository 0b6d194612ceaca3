/// The parts of a VMCB that the processor may keep from one VMRUN to the next: the clean bits (AMD APM vol. 2 15.15.3,
/// table 15-9). A set bit says that memory holds what the processor was last given.
struct VMCBGroup: OptionSet, BitwiseCopyable {
  let rawValue: UInt32
  @inline(__always) init(rawValue: UInt32) { self.rawValue = rawValue }

  /// What is read from memory each time: RAX, RSP, RIP, RFLAGS, the injected event, the shadow, the flush that is asked
  /// for, and all that VMLOAD brings.
  @inline(__always) static var neverKept: Self { Self(rawValue: 0) }
  /// I: intercepts, the TSC's offset, the count of PAUSEs.
  @inline(__always) static var intercepts: Self { Self(rawValue: 1 << 0) }
  /// IOPM: the addresses of both permission maps.
  @inline(__always) static var permissionMaps: Self { Self(rawValue: 1 << 1) }
  /// ASID.
  @inline(__always) static var addressSpace: Self { Self(rawValue: 1 << 2) }
  /// TPR: the word of the virtual interrupt.
  @inline(__always) static var virtualInterrupt: Self { Self(rawValue: 1 << 3) }
  /// NP: nested paging, its root, G_PAT.
  @inline(__always) static var nestedPaging: Self { Self(rawValue: 1 << 4) }
  /// CRx: CR0, CR3, CR4, EFER.
  @inline(__always) static var controlRegisters: Self { Self(rawValue: 1 << 5) }
  /// DRx: DR6, DR7.
  @inline(__always) static var debugRegisters: Self { Self(rawValue: 1 << 6) }
  /// DT: GDTR, IDTR.
  @inline(__always) static var descriptorTables: Self { Self(rawValue: 1 << 7) }
  /// SEG: CS, DS, ES, SS, the privilege level.
  @inline(__always) static var segments: Self { Self(rawValue: 1 << 8) }
  /// CR2.
  @inline(__always) static var faultAddress: Self { Self(rawValue: 1 << 9) }
  /// LBR: DEBUGCTL and the records of the last branch and exception.
  @inline(__always) static var branchRecords: Self { Self(rawValue: 1 << 10) }

  static var all: Self { Self(rawValue: 0x7FF) }
}
