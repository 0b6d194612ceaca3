/// A sub-operation of `grant_table_op` (public header `grant_table.h`, `GNTTABOP_*`).
public struct GrantTableOperation: RawRepresentable, Equatable, BitwiseCopyable, Sendable {
  public var rawValue: UInt32
  @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }
  @inline(__always) public init(_ number: UInt32) { rawValue = number }
  /// The number as a register holds it.
  @inline(__always) public var word: UInt64 { UInt64(rawValue) }

  /// `GNTTABOP_map_grant_ref`: maps granted frames.
  @inline(__always) public static var map: Self { Self(0) }
  /// `GNTTABOP_unmap_grant_ref`: ends mappings.
  @inline(__always) public static var unmap: Self { Self(1) }
  /// `GNTTABOP_setup_table`: gives the table its frames.
  @inline(__always) public static var setupTable: Self { Self(2) }
  /// `GNTTABOP_transfer`: hands frames over for good; refused.
  @inline(__always) public static var transfer: Self { Self(4) }
  /// `GNTTABOP_copy`: copies between own and granted frames.
  @inline(__always) public static var copy: Self { Self(5) }
  /// `GNTTABOP_query_size`: frames that the table has and may have.
  @inline(__always) public static var querySize: Self { Self(6) }
  /// `GNTTABOP_set_version`: the layout of the table's entries; only 1 is offered.
  @inline(__always) public static var setVersion: Self { Self(8) }
  /// `GNTTABOP_get_version`.
  @inline(__always) public static var getVersion: Self { Self(10) }
}
