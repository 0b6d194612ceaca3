/// What a grant allows and how it is used (public header `grant_table.h`, `GTF_*`).
///
/// Bits 1:0 are the kind; the owner sets these and `readOnly`, the hypervisor `reading` and `writing`, both by locked
/// instructions on the entry.
public struct GrantEntryFlags: OptionSet, BitwiseCopyable, Sendable {
  public var rawValue: UInt16
  @inline(__always) public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// `GTF_invalid`: no grant.
  public static var invalid: Self { Self(rawValue: 0) }
  /// `GTF_permit_access`: the named domain may map and copy.
  public static var permitAccess: Self { Self(rawValue: 1) }
  /// `GTF_readonly`: but not write.
  public static var readOnly: Self { Self(rawValue: 1 << 2) }
  /// `GTF_reading`: the frame is mapped or being read.
  public static var reading: Self { Self(rawValue: 1 << 3) }
  /// `GTF_writing`: the frame is mapped for writing or being written.
  public static var writing: Self { Self(rawValue: 1 << 4) }
  /// `GTF_type_mask`: the bits of the kind.
  public static var kindMask: Self { Self(rawValue: 3) }
  /// The kind alone.
  public var kind: Self { intersection(.kindMask) }
}

/// One entry of a grant table of version 1 (public header `grant_table.h`, `grant_entry_v1`).
///
/// 512 of them fill a frame of the table. Entries 0 to 7 are set aside for tools: 0 is the console ring, 1 the xenstore
/// ring.
public struct GrantEntry: WireStructure, Equatable, Sendable {
  /// What is allowed.
  public var flags: GrantEntryFlags
  /// `domid`: to whom.
  public var domain: DomainID
  /// The owner's guest frame.
  public var frame: UInt32

  @inline(__always) public init(flags: GrantEntryFlags = .invalid, domain: DomainID = .zero, frame: UInt32 = 0) {
    self.flags = flags
    self.domain = domain
    self.frame = frame
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 8 }
  @inline(__always) public init(from reader: inout WireReader) {
    flags = GrantEntryFlags(rawValue: reader.u16())
    domain = DomainID(reader.u16())
    frame = reader.u32()
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.u16(flags.rawValue)
    writer.u16(domain.rawValue)
    writer.u32(frame)
  }
}

extension GrantEntry {
  /// The entries of a frame of the table.
  public static var perFrame: UInt32 { 512 }
  /// `GNTTAB_NR_RESERVED_ENTRIES`: the first entries, which are for tools.
  public static var reservedCount: UInt32 { 8 }
  /// `GNTTAB_RESERVED_CONSOLE`.
  public static var console: GrantReference { GrantReference(0) }
  /// `GNTTAB_RESERVED_XENSTORE`.
  public static var store: GrantReference { GrantReference(1) }
}
