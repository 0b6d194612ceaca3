/// Addresses of the machine and of guests: structs over an integer, so that one kind is never taken for another.

/// A byte address in the machine's physical memory.
public struct MachineAddress: RawRepresentable, Equatable, Comparable, BitwiseCopyable, Sendable {
  public var rawValue: UInt64
  @inline(__always) public init(rawValue: UInt64) { self.rawValue = rawValue }
  @inline(__always) public init(_ address: UInt64) { rawValue = address }
  @inline(__always) public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
  /// The frame that holds the byte.
  @inline(__always) public var frame: MachineFrame { MachineFrame(rawValue >> pageShift) }
  /// The byte's place within its frame.
  @inline(__always) public var offsetInFrame: UInt64 { rawValue & (pageSize - 1) }
  /// The address `count` bytes on, wrapping at the end of the address space.
  @inline(__always) public func advanced(by count: UInt64) -> Self { Self(rawValue &+ count) }
}

/// A byte address in a domain's guest-physical memory.
public struct GuestPhysicalAddress: RawRepresentable, Equatable, Comparable, BitwiseCopyable, Sendable {
  public var rawValue: UInt64
  @inline(__always) public init(rawValue: UInt64) { self.rawValue = rawValue }
  @inline(__always) public init(_ address: UInt64) { rawValue = address }
  @inline(__always) public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
  /// The guest frame that holds the byte.
  @inline(__always) public var frame: GuestFrame { GuestFrame(rawValue >> pageShift) }
  /// The byte's place within its frame.
  @inline(__always) public var offsetInFrame: UInt64 { rawValue & (pageSize - 1) }
  /// The address `count` bytes on, wrapping at the end of the address space.
  @inline(__always) public func advanced(by count: UInt64) -> Self { Self(rawValue &+ count) }
}

/// A linear address as the guest's own page tables translate it. What a guest passes as a pointer is one of these: an
/// allegation, of no use until the guest's memory has been asked for it.
public struct GuestVirtualAddress: RawRepresentable, Equatable, Comparable, BitwiseCopyable, Sendable {
  public var rawValue: UInt64
  @inline(__always) public init(rawValue: UInt64) { self.rawValue = rawValue }
  @inline(__always) public init(_ address: UInt64) { rawValue = address }
  @inline(__always) public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
  /// The byte's place within its page.
  @inline(__always) public var offsetInPage: UInt64 { rawValue & (pageSize - 1) }
  /// The address `count` bytes on, wrapping at the end of the address space.
  @inline(__always) public func advanced(by count: UInt64) -> Self { Self(rawValue &+ count) }
  /// Whether the caller passed a null pointer.
  @inline(__always) public var isNull: Bool { rawValue == 0 }
}
