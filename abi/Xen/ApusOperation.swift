/// A sub-operation of Apus's own hypercall, number 52. No other hypervisor has these.
public struct ApusOperation: RawRepresentable, Equatable, BitwiseCopyable, Sendable {
  public var rawValue: UInt32
  @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }
  @inline(__always) public init(_ number: UInt32) { rawValue = number }
  /// The number as a register holds it.
  @inline(__always) public var word: UInt64 { UInt64(rawValue) }

  /// The name that a domain was built with.
  @inline(__always) public static var domainName: Self { Self(0) }
  /// How often a vCPU left guest mode, by reason.
  @inline(__always) public static var exitStatistics: Self { Self(1) }
  /// Counts frames, ports and grants anew and compares.
  @inline(__always) public static var audit: Self { Self(2) }
  /// Which rings a domain runs in, and the root of its nested page tables.
  @inline(__always) public static var ringLayout: Self { Self(3) }
  /// Gives a domain a name.
  @inline(__always) public static var setDomainName: Self { Self(4) }
}
