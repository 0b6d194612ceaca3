/// The names of the ABI's objects: domains, virtual CPUs, event ports, grants, interrupts.

/// A domain's number (public header `xen.h`, `domid_t`).
public struct DomainID: RawRepresentable, Equatable, Comparable, BitwiseCopyable, Sendable {
  public var rawValue: UInt16
  @inline(__always) public init(rawValue: UInt16) { self.rawValue = rawValue }
  @inline(__always) public init(_ number: UInt16) { rawValue = number }
  @inline(__always) public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
  /// The control domain.
  public static var zero: Self { Self(0) }
  /// The first number that no domain can have (`DOMID_FIRST_RESERVED`).
  public static var firstReserved: Self { Self(0x7FF0) }
  /// The caller itself (`DOMID_SELF`).
  public static var current: Self { Self(0x7FF0) }
  /// The owner of device memory (`DOMID_IO`).
  public static var io: Self { Self(0x7FF1) }
  /// The hypervisor as an owner of frames (`DOMID_XEN`).
  public static var hypervisor: Self { Self(0x7FF2) }
  /// No domain (`DOMID_INVALID`).
  public static var invalid: Self { Self(0x7FF4) }
}

/// A virtual CPU's number within its domain.
public struct VCPUID: RawRepresentable, Equatable, Comparable, BitwiseCopyable, Sendable {
  public var rawValue: UInt32
  @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }
  @inline(__always) public init(_ number: UInt32) { rawValue = number }
  @inline(__always) public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
  /// The boot virtual CPU.
  public static var zero: Self { Self(0) }
}

/// A local event-channel port (public header `event_channel.h`, `evtchn_port_t`). Port 0 is never valid.
public struct EventPort: RawRepresentable, Equatable, Comparable, BitwiseCopyable, Sendable {
  public var rawValue: UInt32
  @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }
  @inline(__always) public init(_ number: UInt32) { rawValue = number }
  @inline(__always) public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// An index into a domain's grant table (public header `grant_table.h`, `grant_ref_t`).
public struct GrantReference: RawRepresentable, Equatable, BitwiseCopyable, Sendable {
  public var rawValue: UInt32
  @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }
  @inline(__always) public init(_ number: UInt32) { rawValue = number }
}

/// What a map of a grant returned, to be handed in at its unmap (`grant_handle_t`).
public struct GrantHandle: RawRepresentable, Equatable, BitwiseCopyable, Sendable {
  public var rawValue: UInt32
  @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }
  @inline(__always) public init(_ number: UInt32) { rawValue = number }
}

/// A virtual interrupt (public header `xen.h`, `VIRQ_*`).
public struct VirtualIRQ: RawRepresentable, Equatable, BitwiseCopyable, Sendable {
  public var rawValue: UInt32
  @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }
  @inline(__always) public init(_ number: UInt32) { rawValue = number }
  /// A vCPU's one-shot or periodic timer; one binding a vCPU.
  public static var timer: Self { Self(0) }
  /// A request to print debugging state; one binding a vCPU.
  public static var debug: Self { Self(1) }
  /// The hypervisor's console has input; global, for the control domain.
  public static var console: Self { Self(2) }
  /// A domain came to an end or changed state; global, for the control domain.
  public static var domainException: Self { Self(3) }
  /// A debugger is asked for; global.
  public static var debugger: Self { Self(6) }
  /// The performance counters; one binding a vCPU.
  public static var profiling: Self { Self(7) }
  /// The hypervisor has written to its console ring (`VIRQ_CON_RING`); global, for the control domain.
  public static var consoleRing: Self { Self(8) }
  /// The number of VIRQs (`NR_VIRQS`).
  public static var count: Int { 24 }
  /// Whether each vCPU has a binding of its own; the others are bound once a domain, on vCPU 0 at first.
  public var isPerVCPU: Bool {
    switch rawValue {
    case 0, 1, 7, 13: true
    default: false
    }
  }
}

/// A physical interrupt as a domain names it (`pirq`).
public struct PhysicalIRQ: RawRepresentable, Equatable, BitwiseCopyable, Sendable {
  public var rawValue: UInt32
  @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }
  @inline(__always) public init(_ number: UInt32) { rawValue = number }
}
