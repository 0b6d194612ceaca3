/// The four registers that the CPUID instruction gives for a leaf and a subleaf.
public struct CPUIDResult: Equatable, BitwiseCopyable, Sendable {
  public var eax: UInt32
  public var ebx: UInt32
  public var ecx: UInt32
  public var edx: UInt32

  @inline(__always) public init(eax: UInt32 = 0, ebx: UInt32 = 0, ecx: UInt32 = 0, edx: UInt32 = 0) {
    self.eax = eax
    self.ebx = ebx
    self.ecx = ecx
    self.edx = edx
  }

  /// What a leaf that does not exist gives.
  public static var zero: Self { Self() }
}

/// The CPUID leaves by which a guest finds a hypervisor of this ABI (public header `arch-x86/cpuid.h`).
public enum XenLeaf {
  /// The signature: EAX the highest leaf, EBX, ECX and EDX the text "XenVMMXenVMM".
  public static var signature: UInt32 { 0x4000_0000 }
  /// EAX: the ABI's version, major in the high half, minor in the low.
  public static var version: UInt32 { 0x4000_0001 }
  /// EAX: the hypercall page's size in pages; EBX: the MSR that takes its address.
  public static var hypercallPage: UInt32 { 0x4000_0002 }
  /// Time-stamp counter: subleaf 0 its mode and frequency, 1 its scale, 2 the machine's frequency.
  public static var timeStampCounter: UInt32 { 0x4000_0003 }
  /// EAX: features of a guest with hardware's help; EBX its vCPU number, ECX its domain number.
  public static var features: UInt32 { 0x4000_0004 }
  /// Limits of a pv guest.
  public static var paravirtual: UInt32 { 0x4000_0005 }
  /// The highest of these leaves.
  public static var highest: UInt32 { 0x4000_0005 }
  /// "XenV", "MMXe" and "nVMM" as EBX, ECX and EDX hold them.
  public static var signatureWords: (UInt32, UInt32, UInt32) { (0x566E_6558, 0x6558_4D4D, 0x4D4D_566E) }
}

/// EAX of the leaf `XenLeaf.features` (`XEN_HVM_CPUID_*`).
public struct XenLeafFeatures: OptionSet, BitwiseCopyable, Sendable {
  public var rawValue: UInt32
  @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }
  /// The processor answers accesses to local-APIC registers without an exit.
  public static var apicAccessVirtualisation: Self { Self(rawValue: 1 << 0) }
  /// The processor answers accesses to x2APIC registers without an exit.
  public static var x2apicVirtualisation: Self { Self(rawValue: 1 << 1) }
  /// Memory mapped from other domains has IOMMU mappings.
  public static var iommuMappings: Self { Self(rawValue: 1 << 2) }
  /// EBX is the vCPU's number.
  public static var vcpuID: Self { Self(rawValue: 1 << 3) }
  /// ECX is the domain's number.
  public static var domainID: Self { Self(rawValue: 1 << 4) }
  /// Interrupt messages carry 15 bits of destination.
  public static var extendedDestinationID: Self { Self(rawValue: 1 << 5) }
  /// `HVMOP_set_evtchn_upcall_vector` gives a vector a vCPU, delivered through its local APIC.
  public static var upcallVector: Self { Self(rawValue: 1 << 6) }
}

/// EAX of subleaf 0 of the leaf `XenLeaf.timeStampCounter`.
public struct XenLeafTSCFlags: OptionSet, BitwiseCopyable, Sendable {
  public var rawValue: UInt32
  @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }
  /// RDTSC exits and is computed.
  public static var emulated: Self { Self(rawValue: 1 << 0) }
  /// The machine's counter runs evenly whatever the processor does.
  public static var reliable: Self { Self(rawValue: 1 << 1) }
  /// RDTSCP can be used.
  public static var rdtscp: Self { Self(rawValue: 1 << 2) }
}
