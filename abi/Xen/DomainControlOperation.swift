/// A sub-operation of `domctl` (public header `domctl.h`, `XEN_DOMCTL_*`).
public struct DomainControlOperation: RawRepresentable, Equatable, BitwiseCopyable, Sendable {
  public var rawValue: UInt32
  @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }
  @inline(__always) public init(_ number: UInt32) { rawValue = number }
  /// The number as a register holds it.
  @inline(__always) public var word: UInt64 { UInt64(rawValue) }

  /// `XEN_DOMCTL_createdomain`.
  @inline(__always) public static var create: Self { Self(1) }
  /// `XEN_DOMCTL_destroydomain`.
  @inline(__always) public static var destroy: Self { Self(2) }
  /// `XEN_DOMCTL_pausedomain`.
  @inline(__always) public static var pause: Self { Self(3) }
  /// `XEN_DOMCTL_unpausedomain`.
  @inline(__always) public static var unpause: Self { Self(4) }
  /// `XEN_DOMCTL_getdomaininfo`.
  @inline(__always) public static var getInformation: Self { Self(5) }
  /// `XEN_DOMCTL_setvcpuaffinity`.
  @inline(__always) public static var setAffinity: Self { Self(9) }
  /// `XEN_DOMCTL_max_mem`.
  @inline(__always) public static var setMaximumMemory: Self { Self(11) }
  /// `XEN_DOMCTL_getvcpuinfo`.
  @inline(__always) public static var getVCPUInformation: Self { Self(14) }
  /// `XEN_DOMCTL_max_vcpus`.
  @inline(__always) public static var setVCPUCount: Self { Self(15) }
  /// `XEN_DOMCTL_scheduler_op`.
  @inline(__always) public static var scheduling: Self { Self(16) }
  /// `XEN_DOMCTL_getvcpuaffinity`.
  @inline(__always) public static var getAffinity: Self { Self(25) }
  /// `XEN_DOMCTL_gethvmcontext`.
  @inline(__always) public static var getContext: Self { Self(33) }
  /// `XEN_DOMCTL_sethvmcontext`.
  @inline(__always) public static var setContext: Self { Self(34) }
  /// `XEN_DOMCTL_get_cpu_policy`.
  @inline(__always) public static var getCPUPolicy: Self { Self(82) }
  /// `XEN_DOMCTL_set_cpu_policy`.
  @inline(__always) public static var setCPUPolicy: Self { Self(83) }
}

extension DomainControlOperation {
  /// The only interface version there is (`XEN_DOMCTL_INTERFACE_VERSION` of Xen 4.17).
  public static var interfaceVersion: UInt32 { 0x15 }
}
