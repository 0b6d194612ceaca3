/// The CPUID leaves that are Apus's own. They lie in the range after Xen's, so that a guest that looks for a known
/// signature every 0x100 leaves passes over them.
public enum ApusLeaf {
  /// The signature: EAX the highest leaf, EBX, ECX and EDX the text "ApusApusApus".
  public static var signature: UInt32 { 0x4000_0100 }
  /// EAX: the domain's `RingLayout`; EBX: the hypervisor's version, major, minor and patch a byte each from bit 16
  /// down; ECX and EDX: 0.
  public static var domain: UInt32 { 0x4000_0101 }
  /// The highest of these leaves.
  public static var highest: UInt32 { 0x4000_0101 }
  /// "Apus" as each of EBX, ECX and EDX holds it.
  public static var signatureWord: UInt32 { 0x7375_7041 }
}

/// Which rings a domain's code runs in, and how it enters the hypervisor.
public enum RingLayout: UInt32, BitwiseCopyable, Sendable {
  /// Intel VT-x: non-root rings 0 and 3 below VMX root; VMCALL.
  case vmx = 1
  /// AMD-V: guest rings 0 and 3 below SVM host mode; VMMCALL.
  case svm = 2
  /// 64-bit paravirtual: the kernel in ring 3 below a hypervisor in ring 0; SYSCALL.
  case pv = 3
  /// 32-bit paravirtual: the kernel in ring 1 below a hypervisor in ring 0; INT 0x82.
  case pv32 = 4
}

/// The hypervisor's version, as `ApusLeaf.domain` and the banner tell it.
public struct ApusVersion: RawRepresentable, Equatable, BitwiseCopyable, Sendable {
  /// Major, minor and patch, a byte each from bit 16 down.
  public var rawValue: UInt32
  @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }
  @inline(__always) public init(major: UInt8, minor: UInt8, patch: UInt8) {
    rawValue = UInt32(major) << 16 | UInt32(minor) << 8 | UInt32(patch)
  }
  public var major: UInt8 { UInt8(truncatingIfNeeded: rawValue >> 16) }
  public var minor: UInt8 { UInt8(truncatingIfNeeded: rawValue >> 8) }
  public var patch: UInt8 { UInt8(truncatingIfNeeded: rawValue) }
  /// This one.
  public static var current: Self { Self(major: 0, minor: 1, patch: 0) }
}
