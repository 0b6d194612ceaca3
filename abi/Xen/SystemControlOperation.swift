/// A sub-operation of `sysctl` (public header `sysctl.h`, `XEN_SYSCTL_*`).
public struct SystemControlOperation: RawRepresentable, Equatable, BitwiseCopyable, Sendable {
  public var rawValue: UInt32
  @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }
  @inline(__always) public init(_ number: UInt32) { rawValue = number }
  /// The number as a register holds it.
  @inline(__always) public var word: UInt64 { UInt64(rawValue) }

  /// `XEN_SYSCTL_readconsole`: what the hypervisor's log holds.
  @inline(__always) public static var readConsole: Self { Self(1) }
  /// `XEN_SYSCTL_physinfo`: the machine's processors and memory.
  @inline(__always) public static var physicalInformation: Self { Self(3) }
  /// `XEN_SYSCTL_sched_id`: which scheduler.
  @inline(__always) public static var scheduler: Self { Self(4) }
  /// `XEN_SYSCTL_perfc_op`: the performance counters.
  @inline(__always) public static var counters: Self { Self(5) }
  /// `XEN_SYSCTL_getdomaininfolist`: information on domains from a given number on.
  @inline(__always) public static var listDomains: Self { Self(6) }
  /// `XEN_SYSCTL_getcpuinfo`: how long the processors were idle.
  @inline(__always) public static var processors: Self { Self(8) }
}

extension SystemControlOperation {
  /// The only interface version there is (`XEN_SYSCTL_INTERFACE_VERSION` of Xen 4.17).
  public static var interfaceVersion: UInt32 { 0x15 }
}
