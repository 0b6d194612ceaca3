/// Gives a grant table its frames (public header `grant_table.h`, `gnttab_setup_table`).
public struct GrantSetupTable: WireStructure, Equatable, Sendable {
  /// `dom`: whose table; only the control domain may name another.
  public var domain: DomainID
  /// `nr_frames`: how many frames it is to have.
  public var frameCount: UInt32
  /// Out: what became of it.
  public var status: GrantStatus
  /// `frame_list`: a list for the frames' numbers, an `unsigned long` apiece.
  public var frames: GuestVirtualAddress

  @inline(__always) public init(
    domain: DomainID = .current, frameCount: UInt32 = 0, frames: GuestVirtualAddress = GuestVirtualAddress(0)
  ) {
    self.domain = domain
    self.frameCount = frameCount
    status = .okay
    self.frames = frames
  }

  @inline(__always) public static func size(_ width: CallWidth) -> Int { width == .bits64 ? 24 : 16 }
  @inline(__always) public init(from reader: inout WireReader) {
    domain = DomainID(reader.u16())
    frameCount = reader.u32()
    status = GrantStatus(reader.i16())
    frames = reader.pointer()
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.u16(domain.rawValue)
    writer.u32(frameCount)
    writer.i16(status.rawValue)
    writer.pointer(frames)
  }
}

/// The size of a grant table (public header `grant_table.h`, `gnttab_query_size`).
public struct GrantQuerySize: WireStructure, Equatable, Sendable {
  /// `dom`: whose table; only the control domain may name another.
  public var domain: DomainID
  /// Out: `nr_frames`: the frames it has.
  public var frameCount: UInt32
  /// Out: `max_nr_frames`: the frames it may have.
  public var maximumFrameCount: UInt32
  /// Out: what became of it.
  public var status: GrantStatus

  @inline(__always) public init(domain: DomainID = .current) {
    self.domain = domain
    frameCount = 0
    maximumFrameCount = 0
    status = .okay
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 16 }
  @inline(__always) public init(from reader: inout WireReader) {
    domain = DomainID(reader.u16())
    frameCount = reader.u32()
    maximumFrameCount = reader.u32()
    status = GrantStatus(reader.i16())
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.u16(domain.rawValue)
    writer.u32(frameCount)
    writer.u32(maximumFrameCount)
    writer.i16(status.rawValue)
  }
}

/// Chooses the layout of the entries (public header `grant_table.h`, `gnttab_set_version`).
public struct GrantSetVersion: WireStructure, Equatable, Sendable {
  /// In: the version wanted. Out: the version in force.
  public var version: UInt32

  @inline(__always) public init(version: UInt32 = 1) {
    self.version = version
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 4 }
  @inline(__always) public init(from reader: inout WireReader) {
    version = reader.u32()
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.u32(version)
  }
}

/// Asks for the layout of the entries (public header `grant_table.h`, `gnttab_get_version`).
public struct GrantGetVersion: WireStructure, Equatable, Sendable {
  /// `dom`: whose table; only the control domain may name another.
  public var domain: DomainID
  /// Padding.
  public var reserved: UInt16
  /// Out: the version in force.
  public var version: UInt32

  @inline(__always) public init(domain: DomainID = .current) {
    self.domain = domain
    reserved = 0
    version = 0
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 8 }
  @inline(__always) public init(from reader: inout WireReader) {
    domain = DomainID(reader.u16())
    reserved = reader.u16()
    version = reader.u32()
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.u16(domain.rawValue)
    writer.u16(reserved)
    writer.u32(version)
  }
}
