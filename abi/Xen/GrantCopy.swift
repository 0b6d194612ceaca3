/// Which ends of a copy are grants (public header `grant_table.h`, `GNTCOPY_*`).
public struct GrantCopyFlags: OptionSet, BitwiseCopyable, Sendable {
  public var rawValue: UInt16
  @inline(__always) public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// `GNTCOPY_source_gref`: else a frame of the source's domain.
  @inline(__always) public static var sourceIsGrant: Self { Self(rawValue: 1 << 0) }
  /// `GNTCOPY_dest_gref`: else a frame of the destination's domain.
  @inline(__always) public static var destinationIsGrant: Self { Self(rawValue: 1 << 1) }
}

/// Copies bytes from one frame to another (public header `grant_table.h`, `gnttab_copy`).
///
/// A frame that is no grant must be the caller's own. Frame and grant share a field, as a union of an `unsigned long`
/// and 4 bytes: a grant leaves the upper half without meaning, so `sourceReference` and `destinationReference` cut it
/// off.
public struct GrantCopy: WireStructure, Equatable, Sendable {
  /// `source.u`: the frame, or the grant, to read.
  public var source: UInt64
  /// `source.domid`.
  public var sourceDomain: DomainID
  /// `source.offset`: the first byte.
  public var sourceOffset: UInt16
  /// Padding of 64-bit callers.
  public var sourceReserved: UInt32
  /// `dest.u`: the frame, or the grant, to write.
  public var destination: UInt64
  /// `dest.domid`.
  public var destinationDomain: DomainID
  /// `dest.offset`: the first byte.
  public var destinationOffset: UInt16
  /// Padding of 64-bit callers.
  public var destinationReserved: UInt32
  /// `len`.
  public var byteCount: UInt16
  /// Which of the two are grants.
  public var flags: GrantCopyFlags
  /// Out: what became of it.
  public var status: GrantStatus

  @inline(__always) public init(
    source: UInt64 = 0, sourceDomain: DomainID = .current, sourceOffset: UInt16 = 0, destination: UInt64 = 0,
    destinationDomain: DomainID = .current, destinationOffset: UInt16 = 0, byteCount: UInt16 = 0,
    flags: GrantCopyFlags = GrantCopyFlags(rawValue: 0)
  ) {
    self.source = source
    self.sourceDomain = sourceDomain
    self.sourceOffset = sourceOffset
    sourceReserved = 0
    self.destination = destination
    self.destinationDomain = destinationDomain
    self.destinationOffset = destinationOffset
    destinationReserved = 0
    self.byteCount = byteCount
    self.flags = flags
    status = .okay
  }

  @inline(__always) public static func size(_ width: CallWidth) -> Int { width == .bits64 ? 40 : 24 }
  @inline(__always) public init(from reader: inout WireReader) {
    source = reader.word()
    sourceDomain = DomainID(reader.u16())
    sourceOffset = reader.u16()
    sourceReserved = reader.width == .bits64 ? reader.u32() : 0
    destination = reader.word()
    destinationDomain = DomainID(reader.u16())
    destinationOffset = reader.u16()
    destinationReserved = reader.width == .bits64 ? reader.u32() : 0
    byteCount = reader.u16()
    flags = GrantCopyFlags(rawValue: reader.u16())
    status = GrantStatus(reader.i16())
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.word(source)
    writer.u16(sourceDomain.rawValue)
    writer.u16(sourceOffset)
    if writer.width == .bits64 { writer.u32(sourceReserved) }
    writer.word(destination)
    writer.u16(destinationDomain.rawValue)
    writer.u16(destinationOffset)
    if writer.width == .bits64 { writer.u32(destinationReserved) }
    writer.u16(byteCount)
    writer.u16(flags.rawValue)
    writer.i16(status.rawValue)
  }
}

extension GrantCopy {
  /// The grant to read, where the flags say that it is one.
  public var sourceReference: GrantReference { GrantReference(UInt32(truncatingIfNeeded: source)) }
  /// The grant to write, where the flags say that it is one.
  public var destinationReference: GrantReference { GrantReference(UInt32(truncatingIfNeeded: destination)) }
}
