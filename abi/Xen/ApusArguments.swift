/// The name that a domain was built with. The same bytes in both widths.
public struct ApusDomainName: WireStructure, Sendable {
  /// Whose; only the control domain may name another.
  public var domain: DomainID
  /// The bytes of `name` that the caller has, from 33 to 128; anything else means 32, as callers of version 0.1 have it.
  public var capacity: UInt16
  /// Padding.
  public var reserved: UInt32
  /// The name in UTF-8, filled up with zeros; the last byte that the caller has is always 0.
  public var name: InlineArray<128, UInt8>

  /// The most bytes of a name.
  @inline(__always) public static var nameLimit: Int { 127 }

  @inline(__always) public init(domain: DomainID = .current, capacity: UInt16 = 128) {
    self.domain = domain
    self.capacity = capacity
    reserved = 0
    name = InlineArray(repeating: 0)
  }

  /// The bytes of the whole structure as the caller has it.
  @inline(__always) public var byteCount: Int { 8 + (capacity > 32 && capacity <= 128 ? Int(capacity) : 32) }

  @inline(__always) public static func size(_: CallWidth) -> Int { 136 }
  @inline(__always) public init(from reader: inout WireReader) {
    domain = DomainID(reader.u16())
    capacity = reader.u16()
    reserved = reader.u32()
    name = reader.byteArray()
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.u16(domain.rawValue)
    writer.u16(capacity)
    writer.seek(8)
    writer.byteArray(name)
  }
}

/// How often a vCPU left guest mode, by reason. The same bytes in both widths.
public struct ApusExitStatistics: WireStructure, Equatable, Sendable {
  /// Whose; only the control domain may name another.
  public var domain: DomainID
  /// Padding.
  public var reserved: UInt16
  /// Which vCPU.
  public var vcpu: VCPUID
  /// The buffer, of `ApusExitCount`s.
  public var buffer: GuestVirtualAddress
  /// In: the elements that the buffer holds. Out: the reasons that there are, of which as many as fit were written.
  public var count: UInt32
  /// Padding.
  public var reserved2: UInt32

  @inline(__always) public init(
    domain: DomainID = .current, vcpu: VCPUID = .zero, buffer: GuestVirtualAddress = GuestVirtualAddress(0),
    count: UInt32 = 0
  ) {
    self.domain = domain
    reserved = 0
    self.vcpu = vcpu
    self.buffer = buffer
    self.count = count
    reserved2 = 0
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 24 }
  @inline(__always) public init(from reader: inout WireReader) {
    domain = DomainID(reader.u16())
    reserved = reader.u16()
    vcpu = VCPUID(reader.u32())
    buffer = reader.pointer64()
    count = reader.u32()
    reserved2 = reader.u32()
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.u16(domain.rawValue)
    writer.u16(reserved)
    writer.u32(vcpu.rawValue)
    writer.pointer64(buffer)
    writer.u32(count)
    writer.u32(reserved2)
  }
}

/// One reason to leave guest mode, and how often it came. The same bytes in both widths.
public struct ApusExitCount: WireStructure, Equatable, Sendable {
  /// The reason: its place in the list that docs/ring-layouts.md gives; the same in every layout.
  public var reason: UInt32
  /// Padding.
  public var reserved: UInt32
  /// How often, since the vCPU was made.
  public var count: UInt64

  @inline(__always) public init(reason: UInt32 = 0, count: UInt64 = 0) {
    self.reason = reason
    reserved = 0
    self.count = count
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 16 }
  @inline(__always) public init(from reader: inout WireReader) {
    reason = reader.u32()
    reserved = reader.u32()
    count = reader.alignedU64()
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.u32(reason)
    writer.u32(reserved)
    writer.alignedU64(count)
  }
}

/// Which rings a domain runs in, and the root of its nested page tables. The same bytes in both widths.
public struct ApusRingLayout: WireStructure, Equatable, Sendable {
  /// Whose; only the control domain may name another.
  public var domain: DomainID
  /// Padding.
  public var reserved: UInt16
  /// Out: a `RingLayout`.
  public var layoutNumber: UInt32
  /// Out: the machine address of the root of its nested tables, for the control domain; 0 for others.
  public var root: UInt64

  @inline(__always) public init(domain: DomainID = .current) {
    self.domain = domain
    reserved = 0
    layoutNumber = 0
    root = 0
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 16 }
  @inline(__always) public init(from reader: inout WireReader) {
    domain = DomainID(reader.u16())
    reserved = reader.u16()
    layoutNumber = reader.u32()
    root = reader.alignedU64()
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.u16(domain.rawValue)
    writer.u16(reserved)
    writer.u32(layoutNumber)
    writer.alignedU64(root)
  }
}

extension ApusRingLayout {
  /// The layout, if it is one that this version knows.
  public var layout: RingLayout? { RingLayout(rawValue: layoutNumber) }
}
