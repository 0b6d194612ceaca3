/// What a block request asks for (public header `io/blkif.h`, `BLKIF_OP_*`).
public struct BlockOperation: RawRepresentable, Equatable, BitwiseCopyable, Sendable {
  public var rawValue: UInt8
  @inline(__always) public init(rawValue: UInt8) { self.rawValue = rawValue }
  @inline(__always) public init(_ number: UInt8) { rawValue = number }

  /// `BLKIF_OP_READ`: from the disk into the segments.
  public static var read: Self { Self(0) }
  /// `BLKIF_OP_WRITE`: from the segments to the disk.
  public static var write: Self { Self(1) }
  /// `BLKIF_OP_WRITE_BARRIER`: a write that is lasting when it is answered, with everything before it; nothing after it
  /// overtakes it. May have no segments.
  public static var writeBarrier: Self { Self(2) }
  /// `BLKIF_OP_FLUSH_DISKCACHE`: every write that was answered before is lasting.
  public static var flush: Self { Self(3) }
  /// `BLKIF_OP_DISCARD`: what the sectors hold is of no use any more.
  public static var discard: Self { Self(5) }
  /// `BLKIF_OP_INDIRECT`: a read or write whose segments are listed in granted pages.
  public static var indirect: Self { Self(6) }
}

/// What became of a block request (public header `io/blkif.h`, `BLKIF_RSP_*`).
public struct BlockStatus: RawRepresentable, Equatable, BitwiseCopyable, Sendable {
  public var rawValue: Int16
  @inline(__always) public init(rawValue: Int16) { self.rawValue = rawValue }
  @inline(__always) public init(_ number: Int16) { rawValue = number }

  /// `BLKIF_RSP_OKAY`.
  public static var okay: Self { Self(0) }
  /// `BLKIF_RSP_ERROR`: it failed, for whatever reason.
  public static var error: Self { Self(-1) }
  /// `BLKIF_RSP_EOPNOTSUPP`: the backend does not do that at all.
  public static var unsupported: Self { Self(-2) }

  /// The name in the public header; nil for a number that is not there.
  public var name: StaticString? {
    switch self {
    case .okay: "BLKIF_RSP_OKAY"
    case .error: "BLKIF_RSP_ERROR"
    case .unsupported: "BLKIF_RSP_EOPNOTSUPP"
    default: nil
    }
  }
}

/// The unit in which both ends count, whatever the disk's own (public header `io/blkif.h`): 512 bytes.
public enum BlockSector {
  /// Bytes of a sector.
  public static var size: UInt64 { 512 }
  /// Sectors in a page.
  public static var perPage: UInt8 { 8 }
}

/// The state of one end of a split device (public header `io/xenbus.h`, `XenbusState*`), as the `state` node of its
/// folder in the store says it, in decimal.
public struct XenbusState: RawRepresentable, Equatable, BitwiseCopyable, Sendable {
  public var rawValue: UInt32
  @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }
  @inline(__always) public init(_ number: UInt32) { rawValue = number }

  /// There is no such node.
  public static var unknown: Self { Self(0) }
  /// The folder is there, the end is not.
  public static var initialising: Self { Self(1) }
  /// Waits for the other end, having said what it can.
  public static var initialisationWait: Self { Self(2) }
  /// Has said all that the other end needs to connect.
  public static var initialised: Self { Self(3) }
  public static var connected: Self { Self(4) }
  public static var closing: Self { Self(5) }
  public static var closed: Self { Self(6) }
  public static var reconfiguring: Self { Self(7) }
  public static var reconfigured: Self { Self(8) }
}
