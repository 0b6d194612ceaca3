/// Time: nanoseconds of system time, ticks of the time-stamp counter, and frequencies.

/// A time in nanoseconds: a duration, or system time, which counts from the hypervisor's start.
public struct Nanoseconds: RawRepresentable, Equatable, Comparable, BitwiseCopyable, Sendable {
  public var rawValue: UInt64
  @inline(__always) public init(rawValue: UInt64) { self.rawValue = rawValue }
  @inline(__always) public init(_ count: UInt64) { rawValue = count }
  @inline(__always) public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
  /// The time `duration` later; saturates at `never`.
  @inline(__always) public func adding(_ duration: Nanoseconds) -> Self {
    let (sum, overflow) = rawValue.addingReportingOverflow(duration.rawValue)
    return overflow ? .never : Self(sum)
  }
  /// The time from `earlier` to this one; zero where `earlier` is the later.
  @inline(__always) public func since(_ earlier: Nanoseconds) -> Self {
    Self(rawValue > earlier.rawValue ? rawValue &- earlier.rawValue : 0)
  }
  /// The start of system time, or no time at all.
  public static var zero: Self { Self(0) }
  /// A deadline that does not come.
  public static var never: Self { Self(UInt64.max) }
  /// `count` microseconds.
  @inline(__always) public static func microseconds(_ count: UInt64) -> Self { Self(count &* 1000) }
  /// `count` milliseconds.
  @inline(__always) public static func milliseconds(_ count: UInt64) -> Self { Self(count &* 1_000_000) }
  /// `count` seconds.
  @inline(__always) public static func seconds(_ count: UInt64) -> Self { Self(count &* 1_000_000_000) }
}

/// A reading of, or a distance on, the processor's time-stamp counter (Intel SDM vol. 3 18.17).
public struct TSCTicks: RawRepresentable, Equatable, Comparable, BitwiseCopyable, Sendable {
  public var rawValue: UInt64
  @inline(__always) public init(rawValue: UInt64) { self.rawValue = rawValue }
  @inline(__always) public init(_ count: UInt64) { rawValue = count }
  @inline(__always) public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
  /// The ticks from `earlier` to this one; zero where `earlier` is the later.
  @inline(__always) public func since(_ earlier: TSCTicks) -> Self {
    Self(rawValue > earlier.rawValue ? rawValue &- earlier.rawValue : 0)
  }
  /// A deadline that does not come.
  public static var never: Self { Self(UInt64.max) }
}

/// A frequency in hertz.
public struct Hertz: RawRepresentable, Equatable, Comparable, BitwiseCopyable, Sendable {
  public var rawValue: UInt64
  @inline(__always) public init(rawValue: UInt64) { self.rawValue = rawValue }
  @inline(__always) public init(_ count: UInt64) { rawValue = count }
  @inline(__always) public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
  /// The frequency in kilohertz, rounded down.
  @inline(__always) public var kilohertz: UInt64 { rawValue / 1000 }
}
