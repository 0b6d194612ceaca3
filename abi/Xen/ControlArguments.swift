/// How every `sysctl` begins (public header `sysctl.h`, `xen_sysctl`).
public struct SystemControlHeader: WireStructure, Sendable {
  /// `cmd`: which one.
  public var operation: SystemControlOperation
  /// `interface_version`: `SystemControlOperation.interfaceVersion`.
  public var version: UInt32

  @inline(__always) public init(
    operation: SystemControlOperation = .listDomains, version: UInt32 = SystemControlOperation.interfaceVersion
  ) {
    self.operation = operation
    self.version = version
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 8 }
  @inline(__always) public init(from reader: inout WireReader) {
    operation = SystemControlOperation(reader.u32())
    version = reader.u32()
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.u32(operation.rawValue)
    writer.u32(version)
  }
}

/// Information on domains (public header `sysctl.h`, `xen_sysctl` with `xen_sysctl_getdomaininfolist`).
public struct SystemControlListDomains: WireStructure, Sendable {
  /// `cmd`.
  public var operation: SystemControlOperation
  /// `interface_version`.
  public var version: UInt32
  /// `first_domain`: the lowest number that is of interest.
  public var firstDomain: DomainID
  /// `max_domains`: the elements that the buffer holds.
  public var maximumCount: UInt32
  /// The buffer, of `DomainInformation`s.
  public var buffer: GuestVirtualAddress
  /// Out: `num_domains`: the elements that were written.
  public var count: UInt32
  /// The rest of the union, which no field uses.
  public var unused: InlineArray<13, UInt64>

  @inline(__always) public init(
    firstDomain: DomainID = .zero, maximumCount: UInt32 = 0, buffer: GuestVirtualAddress = GuestVirtualAddress(0)
  ) {
    operation = .listDomains
    version = SystemControlOperation.interfaceVersion
    self.firstDomain = firstDomain
    self.maximumCount = maximumCount
    self.buffer = buffer
    count = 0
    unused = InlineArray(repeating: 0)
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 136 }
  @inline(__always) public init(from reader: inout WireReader) {
    operation = SystemControlOperation(reader.u32())
    version = reader.u32()
    firstDomain = DomainID(reader.u16())
    maximumCount = reader.u32()
    buffer = reader.pointer64()
    count = reader.u32()
    unused = InlineArray(repeating: 0)
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.u32(operation.rawValue)
    writer.u32(version)
    writer.u16(firstDomain.rawValue)
    writer.u32(maximumCount)
    writer.pointer64(buffer)
    writer.u32(count)
  }
}

/// How every `domctl` begins (public header `domctl.h`, `xen_domctl`).
public struct DomainControlHeader: WireStructure, Sendable {
  /// `cmd`: which one.
  public var operation: DomainControlOperation
  /// `interface_version`: `DomainControlOperation.interfaceVersion`.
  public var version: UInt32
  /// The domain.
  public var domain: DomainID
  /// Padding.
  public var reserved: InlineArray<3, UInt16>

  @inline(__always) public init(
    operation: DomainControlOperation = .getInformation, version: UInt32 = DomainControlOperation.interfaceVersion,
    domain: DomainID = .zero
  ) {
    self.operation = operation
    self.version = version
    self.domain = domain
    reserved = InlineArray(repeating: 0)
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 16 }
  @inline(__always) public init(from reader: inout WireReader) {
    operation = DomainControlOperation(reader.u32())
    version = reader.u32()
    domain = DomainID(reader.u16())
    reserved = InlineArray(repeating: 0)
    reader.seek(16)
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.u32(operation.rawValue)
    writer.u32(version)
    writer.u16(domain.rawValue)
    writer.seek(16)
  }
}

/// A `domctl` that has no arguments but its domain (public header `domctl.h`, `xen_domctl`).
public struct DomainControl: WireStructure, Sendable {
  /// Which one, and the domain.
  public var header: DomainControlHeader
  /// The union, which no field uses.
  public var unused: InlineArray<16, UInt64>

  @inline(__always) public init(header: DomainControlHeader = DomainControlHeader()) {
    self.header = header
    unused = InlineArray(repeating: 0)
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 144 }
  @inline(__always) public init(from reader: inout WireReader) {
    header = DomainControlHeader(from: &reader)
    unused = InlineArray(repeating: 0)
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    header.write(to: &writer)
  }
}

/// Information on a domain (public header `domctl.h`, `xen_domctl` with `xen_domctl_getdomaininfo`).
public struct DomainControlGetInformation: WireStructure, Sendable {
  /// Which one, and the domain.
  public var header: DomainControlHeader
  /// Out: what there is to know.
  public var information: DomainInformation
  /// The rest of the union, which no field uses.
  public var unused: InlineArray<2, UInt64>

  @inline(__always) public init(header: DomainControlHeader = DomainControlHeader()) {
    self.header = header
    information = DomainInformation()
    unused = InlineArray(repeating: 0)
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 144 }
  @inline(__always) public init(from reader: inout WireReader) {
    header = DomainControlHeader(from: &reader)
    information = DomainInformation(from: &reader)
    unused = InlineArray(repeating: 0)
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    header.write(to: &writer)
    information.write(to: &writer)
  }
}

/// The memory that a domain may have (public header `domctl.h`, `xen_domctl` with `xen_domctl_max_mem`).
public struct DomainControlMaximumMemory: WireStructure, Sendable {
  /// Which one, and the domain.
  public var header: DomainControlHeader
  /// `max_memkb`: in KiB.
  public var kibibytes: UInt64
  /// The rest of the union, which no field uses.
  public var unused: InlineArray<15, UInt64>

  @inline(__always) public init(
    header: DomainControlHeader = DomainControlHeader(operation: .setMaximumMemory), kibibytes: UInt64 = 0
  ) {
    self.header = header
    self.kibibytes = kibibytes
    unused = InlineArray(repeating: 0)
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 144 }
  @inline(__always) public init(from reader: inout WireReader) {
    header = DomainControlHeader(from: &reader)
    kibibytes = reader.alignedU64()
    unused = InlineArray(repeating: 0)
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    header.write(to: &writer)
    writer.alignedU64(kibibytes)
  }
}
