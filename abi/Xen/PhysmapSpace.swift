/// Where a frame that is put into a guest's physical space comes from (public header `memory.h`, `XENMAPSPACE_*`).
public struct PhysmapSpace: RawRepresentable, Equatable, BitwiseCopyable, Sendable {
  public var rawValue: UInt32
  @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }
  @inline(__always) public init(_ number: UInt32) { rawValue = number }

  /// The domain's shared information page.
  public static var sharedInfo: Self { Self(0) }
  /// A frame of the domain's grant table; with `grantStatusFlag` in the index, of its status frames.
  public static var grantTable: Self { Self(1) }
  /// A frame that the domain has elsewhere: it moves.
  public static var guestFrame: Self { Self(2) }
  /// Several of the domain's own frames, which move; not by the batch operation.
  public static var guestFrameRange: Self { Self(3) }
  /// A frame of another domain; by the batch operation only.
  public static var foreignFrame: Self { Self(4) }
  /// A frame of a device, for the control domain.
  public static var deviceMMIO: Self { Self(5) }
}
