/// The numbers of the ELF notes by which a kernel tells how it wants to be started (public header `elfnote.h`).

/// The kind of an ELF note whose name is "Xen". A numeric descriptor is 4 or 8 bytes, whatever the class of the file.
public struct XenNote: RawRepresentable, Equatable, BitwiseCopyable, Sendable {
  public var rawValue: UInt32
  @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }
  @inline(__always) public init(_ number: UInt32) { rawValue = number }

  /// XEN_ELFNOTE_ENTRY: the virtual address at which a pv kernel starts.
  public static var entry: Self { Self(1) }
  /// XEN_ELFNOTE_HYPERCALL_PAGE: the virtual address of the page that a pv kernel wants filled with hypercall stubs.
  public static var hypercallPage: Self { Self(2) }
  /// XEN_ELFNOTE_VIRT_BASE: the virtual address at which the kernel's pseudo-physical memory starts.
  public static var virtualBase: Self { Self(3) }
  /// XEN_ELFNOTE_PADDR_OFFSET: what is taken off `p_paddr` before use.
  public static var physicalOffset: Self { Self(4) }
  /// XEN_ELFNOTE_XEN_VERSION: the interface that the kernel is written for ("xen-3.0").
  public static var interfaceVersion: Self { Self(5) }
  /// XEN_ELFNOTE_GUEST_OS: the operating system's name.
  public static var guestOS: Self { Self(6) }
  /// XEN_ELFNOTE_GUEST_VERSION: the operating system's version.
  public static var guestVersion: Self { Self(7) }
  /// XEN_ELFNOTE_LOADER: the loader that the kernel expects ("generic").
  public static var loader: Self { Self(8) }
  /// XEN_ELFNOTE_PAE_MODE: whether a 32-bit pv kernel uses PAE.
  public static var paeMode: Self { Self(9) }
  /// XEN_ELFNOTE_FEATURES: the features a kernel has or demands, as text.
  public static var features: Self { Self(10) }
  /// XEN_ELFNOTE_HV_START_LOW: the lowest address a 32-bit hypervisor may take.
  public static var hypervisorStartLow: Self { Self(12) }
  /// XEN_ELFNOTE_L1_MFN_VALID: what makes a level-1 entry valid.
  public static var l1MFNValid: Self { Self(13) }
  /// XEN_ELFNOTE_SUSPEND_CANCEL: whether the kernel survives a cancelled suspend.
  public static var suspendCancel: Self { Self(14) }
  /// XEN_ELFNOTE_INIT_P2M: where a pv kernel wants its first p2m list.
  public static var initialP2M: Self { Self(15) }
  /// XEN_ELFNOTE_MOD_START_PFN: whether `mod_start` may be a frame number.
  public static var moduleStartPFN: Self { Self(16) }
  /// XEN_ELFNOTE_SUPPORTED_FEATURES: the features a kernel has, as a bitmap.
  public static var supportedFeatures: Self { Self(17) }
  /// XEN_ELFNOTE_PHYS32_ENTRY: the physical address at which a pvh kernel starts, in 32-bit protected mode.
  public static var physicalEntry: Self { Self(18) }
  /// XEN_ELFNOTE_PHYS32_RELOC: that, and how, a pvh kernel may be loaded elsewhere.
  public static var physicalRelocation: Self { Self(19) }
}
