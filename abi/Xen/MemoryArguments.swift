/// How frames of a reservation are chosen (public header `memory.h`, `XENMEMF_*`).
///
/// Bits 7:0 limit the machine address to so many bits; 0 is no limit. Node hints are accepted and of no effect.
public struct MemoryFlags: OptionSet, BitwiseCopyable, Sendable {
  public var rawValue: UInt32
  @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// `XENMEMF_populate_on_demand`: refused.
  @inline(__always) public static var populateOnDemand: Self { Self(rawValue: 1 << 16) }
  /// `XENMEMF_exact_node_request`.
  @inline(__always) public static var exactNode: Self { Self(rawValue: 1 << 17) }
  /// `XENMEMF_vnode`.
  @inline(__always) public static var virtualNode: Self { Self(rawValue: 1 << 18) }
}

extension MemoryFlags {
  /// The number of machine address bits that the frames may have; 0 is no limit.
  public var addressBits: UInt8 { UInt8(truncatingIfNeeded: rawValue) }
}

/// What to add to or take from a domain's frames (public header `memory.h`, `xen_memory_reservation`).
public struct MemoryReservation: WireStructure, Equatable, Sendable {
  /// The list of extents: the first frame of each, an `unsigned long` apiece.
  public var extentStart: GuestVirtualAddress
  /// `nr_extents`.
  public var extentCount: UInt64
  /// The frames of an extent as a power of two.
  public var extentOrder: UInt32
  /// `mem_flags`.
  public var flags: MemoryFlags
  /// `domid`: the domain concerned; only the control domain may name another.
  public var domain: DomainID

  @inline(__always) public init(
    extentStart: GuestVirtualAddress = GuestVirtualAddress(0), extentCount: UInt64 = 0, extentOrder: UInt32 = 0,
    flags: MemoryFlags = MemoryFlags(rawValue: 0), domain: DomainID = .current
  ) {
    self.extentStart = extentStart
    self.extentCount = extentCount
    self.extentOrder = extentOrder
    self.flags = flags
    self.domain = domain
  }

  @inline(__always) public static func size(_ width: CallWidth) -> Int { width == .bits64 ? 32 : 20 }
  @inline(__always) public init(from reader: inout WireReader) {
    extentStart = reader.pointer()
    extentCount = reader.word()
    extentOrder = reader.u32()
    flags = MemoryFlags(rawValue: reader.u32())
    domain = DomainID(reader.u16())
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.pointer(extentStart)
    writer.word(extentCount)
    writer.u32(extentOrder)
    writer.u32(flags.rawValue)
    writer.u16(domain.rawValue)
  }
}

/// Which domain a question is about (public header `memory.h`, `xen_memory_domain`).
public struct MemoryDomain: WireStructure, Equatable, Sendable {
  /// `domid`: the domain concerned; only the control domain may name another.
  public var domain: DomainID

  @inline(__always) public init(domain: DomainID = .current) {
    self.domain = domain
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 2 }
  @inline(__always) public init(from reader: inout WireReader) {
    domain = DomainID(reader.u16())
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.u16(domain.rawValue)
  }
}

/// Where to put a memory map (public header `memory.h`, `xen_memory_map`).
public struct MemoryMapRequest: WireStructure, Equatable, Sendable {
  /// `nr_entries`: in: the entries that the buffer holds. Out: those that were written.
  public var entryCount: UInt32
  /// The buffer, of `MemoryMapEntry`s.
  public var buffer: GuestVirtualAddress

  @inline(__always) public init(entryCount: UInt32 = 0, buffer: GuestVirtualAddress = GuestVirtualAddress(0)) {
    self.entryCount = entryCount
    self.buffer = buffer
  }

  @inline(__always) public static func size(_ width: CallWidth) -> Int { width == .bits64 ? 16 : 8 }
  @inline(__always) public init(from reader: inout WireReader) {
    entryCount = reader.u32()
    buffer = reader.pointer()
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.u32(entryCount)
    writer.pointer(buffer)
  }
}

/// The memory map that a domain is to have (public header `memory.h`, `xen_foreign_memory_map`).
public struct ForeignMemoryMap: WireStructure, Equatable, Sendable {
  /// `domid`: the domain concerned; only the control domain may name another.
  public var domain: DomainID
  /// Padding.
  public var reserved: UInt16
  /// Padding.
  public var reserved2: UInt32
  /// `map`: how many entries there are, and where.
  public var map: MemoryMapRequest

  @inline(__always) public init(domain: DomainID = .current, map: MemoryMapRequest = MemoryMapRequest()) {
    self.domain = domain
    reserved = 0
    reserved2 = 0
    self.map = map
  }

  @inline(__always) public static func size(_ width: CallWidth) -> Int { width == .bits64 ? 24 : 12 }
  @inline(__always) public init(from reader: inout WireReader) {
    domain = DomainID(reader.u16())
    reserved = 0
    reserved2 = 0
    reader.seek(reader.width.wordSize)
    map = MemoryMapRequest(from: &reader)
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.u16(domain.rawValue)
    writer.seek(writer.width.wordSize)
    map.write(to: &writer)
  }
}

/// One range of a memory map, as the BIOS's INT 15h, AX=E820h gives it: 20 bytes, packed.
public struct MemoryMapEntry: WireStructure, Equatable, Sendable {
  /// The guest-physical address of the first byte.
  public var address: UInt64
  /// The length.
  public var byteCount: UInt64
  /// What lies there.
  public var kind: MemoryKind

  @inline(__always) public init(address: UInt64 = 0, byteCount: UInt64 = 0, kind: MemoryKind = .ram) {
    self.address = address
    self.byteCount = byteCount
    self.kind = kind
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 20 }
  @inline(__always) public init(from reader: inout WireReader) {
    address = reader.u64()
    byteCount = reader.u64()
    kind = MemoryKind(reader.u32())
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.u64(address)
    writer.u64(byteCount)
    writer.u32(kind.rawValue)
  }
}

/// What a range of guest-physical memory is (ACPI 6.4, 15: address range types).
public struct MemoryKind: RawRepresentable, Equatable, BitwiseCopyable, Sendable {
  public var rawValue: UInt32
  @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }
  @inline(__always) public init(_ number: UInt32) { rawValue = number }

  /// Free RAM.
  @inline(__always) public static var ram: Self { Self(1) }
  /// Not RAM, or not the guest's to use.
  @inline(__always) public static var reserved: Self { Self(2) }
  /// ACPI tables; RAM once they are read.
  @inline(__always) public static var acpi: Self { Self(3) }
  /// ACPI non-volatile storage.
  @inline(__always) public static var nonvolatile: Self { Self(4) }
  /// Broken RAM.
  @inline(__always) public static var unusable: Self { Self(5) }
}
