/// Page frames: machine frames, guest frames and the order of a block of them.
///
/// A frame is a 4 KiB page of an address space, named by its number. The three address spaces of a hypervisor never
/// mix: no operator here takes two different kinds.

/// The size of a page frame in bytes (Intel SDM vol. 3 4.2; AMD APM vol. 2 5.1).
public let pageSize: UInt64 = 4096
/// The number of address bits within a page frame.
public let pageShift: UInt64 = 12

/// A 4 KiB frame of the machine's physical memory (Xen: MFN).
public struct MachineFrame: RawRepresentable, Equatable, Comparable, BitwiseCopyable, Sendable {
  /// The frame number: machine address divided by 4096.
  public var rawValue: UInt64
  @inline(__always) public init(rawValue: UInt64) { self.rawValue = rawValue }
  @inline(__always) public init(_ number: UInt64) { rawValue = number }
  @inline(__always) public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
  /// The address of the frame's first byte.
  @inline(__always) public var address: MachineAddress { MachineAddress(rawValue << pageShift) }
  /// The frame `count` places on, wrapping at the end of the number space.
  @inline(__always) public func advanced(by count: UInt64) -> Self { Self(rawValue &+ count) }
}

/// A 4 KiB frame of a domain's guest-physical memory (Xen: GFN).
public struct GuestFrame: RawRepresentable, Equatable, Comparable, BitwiseCopyable, Sendable {
  /// The frame number: guest-physical address divided by 4096.
  public var rawValue: UInt64
  @inline(__always) public init(rawValue: UInt64) { self.rawValue = rawValue }
  @inline(__always) public init(_ number: UInt64) { rawValue = number }
  @inline(__always) public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
  /// The address of the frame's first byte.
  @inline(__always) public var address: GuestPhysicalAddress { GuestPhysicalAddress(rawValue << pageShift) }
  /// The frame `count` places on, wrapping at the end of the number space.
  @inline(__always) public func advanced(by count: UInt64) -> Self { Self(rawValue &+ count) }
}

/// The size of a naturally aligned block of frames as a power of two: order 0 is 4 KiB, 9 is 2 MiB, 18 is 1 GiB.
public struct FrameOrder: RawRepresentable, Equatable, Comparable, BitwiseCopyable, Sendable {
  /// The power of two.
  public var rawValue: UInt8
  @inline(__always) public init(rawValue: UInt8) { self.rawValue = rawValue }
  @inline(__always) public init(_ order: UInt8) { rawValue = order }
  @inline(__always) public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
  /// The number of 4 KiB frames in a block of this order. Orders past 63 have no meaning and give 0.
  @inline(__always) public var frameCount: UInt64 { 1 << UInt64(rawValue) }
  /// The size of the block in bytes.
  @inline(__always) public var byteCount: UInt64 { frameCount << pageShift }
  /// One 4 KiB frame.
  public static var page: Self { Self(0) }
  /// 512 frames: a 2 MiB superpage.
  public static var superpage2M: Self { Self(9) }
  /// 262144 frames: a 1 GiB superpage.
  public static var superpage1G: Self { Self(18) }
}
