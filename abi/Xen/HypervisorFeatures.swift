/// The first word of feature bits (public header `features.h`, `XENFEAT_*`).
public struct HypervisorFeatures: OptionSet, BitwiseCopyable, Sendable {
  public var rawValue: UInt32
  @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Page tables may be writable by the guest.
  public static var writablePageTables: Self { Self(rawValue: 1 << 0) }
  /// Descriptor tables may be writable by the guest.
  public static var writableDescriptorTables: Self { Self(rawValue: 1 << 1) }
  /// Guest frames are translated to machine frames by the hypervisor.
  public static var autoTranslatedPhysmap: Self { Self(rawValue: 1 << 2) }
  /// The guest kernel runs in ring 0 of its own.
  public static var supervisorModeKernel: Self { Self(rawValue: 1 << 3) }
  /// A PAE page directory may lie above 4 GiB.
  public static var paePageDirectoryAbove4GB: Self { Self(rawValue: 1 << 4) }
  /// `MMU_PT_UPDATE_PRESERVE_AD` is understood.
  public static var mmuUpdatePreserveAD: Self { Self(rawValue: 1 << 5) }
  /// Grant mappings can set the software bits of a page-table entry.
  public static var grantMapAvailableBits: Self { Self(rawValue: 1 << 7) }
  /// Events can be delivered as a call of a vector.
  public static var hvmCallbackVector: Self { Self(rawValue: 1 << 8) }
  /// pvclock may be used safely by a guest of this type.
  public static var hvmSafePVClock: Self { Self(rawValue: 1 << 9) }
  /// Physical interrupts come as event channels.
  public static var hvmPhysicalIRQs: Self { Self(rawValue: 1 << 10) }
  /// This is the control domain.
  public static var controlDomain: Self { Self(rawValue: 1 << 11) }
  /// `memory_op`'s sub-operations take vnodes.
  public static var memoryOperationVNode: Self { Self(rawValue: 1 << 13) }
  /// The ACPI root pointer may lie anywhere.
  public static var unrestrictedRSDP: Self { Self(rawValue: 1 << 15) }
  /// Guest frames are not machine frames.
  public static var notDirectMapped: Self { Self(rawValue: 1 << 16) }
  /// Guest frames are machine frames.
  public static var directMapped: Self { Self(rawValue: 1 << 17) }
}
