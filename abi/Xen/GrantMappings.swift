/// How a grant is mapped (public header `grant_table.h`, `GNTMAP_*`).
public struct GrantMapFlags: OptionSet, BitwiseCopyable, Sendable {
  public var rawValue: UInt32
  @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// `GNTMAP_device_map`: asks for the address for devices.
  @inline(__always) public static var deviceMap: Self { Self(rawValue: 1 << 0) }
  /// `GNTMAP_host_map`: asks for a place in the caller's memory.
  @inline(__always) public static var hostMap: Self { Self(rawValue: 1 << 1) }
  /// `GNTMAP_readonly`.
  @inline(__always) public static var readOnly: Self { Self(rawValue: 1 << 2) }
  /// `GNTMAP_application_map`: for pv domains.
  @inline(__always) public static var applicationMap: Self { Self(rawValue: 1 << 3) }
  /// `GNTMAP_contains_pte`: for pv domains.
  @inline(__always) public static var containsEntry: Self { Self(rawValue: 1 << 4) }
}

/// Maps a granted frame (public header `grant_table.h`, `gnttab_map_grant_ref`).
public struct GrantMap: WireStructure, Equatable, Sendable {
  /// `host_addr`: the guest-physical address where the frame is to appear, where no RAM is.
  public var hostAddress: UInt64
  /// How.
  public var flags: GrantMapFlags
  /// `ref`: the grant.
  public var reference: GrantReference
  /// `dom`: who granted it.
  public var domain: DomainID
  /// Out: what became of it.
  public var status: GrantStatus
  /// Out: for the unmapping.
  public var handle: GrantHandle
  /// Out: `dev_bus_addr`: the machine address, for devices.
  public var deviceAddress: UInt64

  @inline(__always) public init(
    hostAddress: UInt64 = 0, flags: GrantMapFlags = GrantMapFlags(rawValue: 0),
    reference: GrantReference = GrantReference(0), domain: DomainID = .zero
  ) {
    self.hostAddress = hostAddress
    self.flags = flags
    self.reference = reference
    self.domain = domain
    status = .okay
    handle = GrantHandle(0)
    deviceAddress = 0
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 32 }
  @inline(__always) public init(from reader: inout WireReader) {
    hostAddress = reader.alignedU64()
    flags = GrantMapFlags(rawValue: reader.u32())
    reference = GrantReference(reader.u32())
    domain = DomainID(reader.u16())
    status = GrantStatus(reader.i16())
    handle = GrantHandle(reader.u32())
    deviceAddress = reader.alignedU64()
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.alignedU64(hostAddress)
    writer.u32(flags.rawValue)
    writer.u32(reference.rawValue)
    writer.u16(domain.rawValue)
    writer.i16(status.rawValue)
    writer.u32(handle.rawValue)
    writer.alignedU64(deviceAddress)
  }
}

/// Ends a mapping (public header `grant_table.h`, `gnttab_unmap_grant_ref`).
public struct GrantUnmap: WireStructure, Equatable, Sendable {
  /// `host_addr`: where the frame appears; 0 leaves it there.
  public var hostAddress: UInt64
  /// `dev_bus_addr`: as the map gave it; 0 if devices are not concerned.
  public var deviceAddress: UInt64
  /// As the map gave it.
  public var handle: GrantHandle
  /// Out: what became of it.
  public var status: GrantStatus

  @inline(__always) public init(
    hostAddress: UInt64 = 0, deviceAddress: UInt64 = 0, handle: GrantHandle = GrantHandle(0)
  ) {
    self.hostAddress = hostAddress
    self.deviceAddress = deviceAddress
    self.handle = handle
    status = .okay
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 24 }
  @inline(__always) public init(from reader: inout WireReader) {
    hostAddress = reader.alignedU64()
    deviceAddress = reader.alignedU64()
    handle = GrantHandle(reader.u32())
    status = GrantStatus(reader.i16())
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.alignedU64(hostAddress)
    writer.alignedU64(deviceAddress)
    writer.u32(handle.rawValue)
    writer.i16(status.rawValue)
  }
}
