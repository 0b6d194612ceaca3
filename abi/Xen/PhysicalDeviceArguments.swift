/// What a physical interrupt comes from (public header `physdev.h`, `MAP_PIRQ_TYPE_*`).
public struct PhysicalIRQKind: RawRepresentable, Equatable, BitwiseCopyable, Sendable {
  public var rawValue: Int32
  @inline(__always) public init(rawValue: Int32) { self.rawValue = rawValue }
  @inline(__always) public init(_ number: Int32) { rawValue = number }

  /// `MAP_PIRQ_TYPE_MSI`: a message of a device on segment 0.
  @inline(__always) public static var msi: Self { Self(0) }
  /// `MAP_PIRQ_TYPE_GSI`: a line of an I/O APIC.
  @inline(__always) public static var gsi: Self { Self(1) }
  /// `MAP_PIRQ_TYPE_MSI_SEG`: a message; the segment is in the bus number's upper half.
  @inline(__always) public static var msiWithSegment: Self { Self(3) }
  /// `MAP_PIRQ_TYPE_MULTI_MSI`: several messages in a block.
  @inline(__always) public static var multipleMSI: Self { Self(4) }
}

/// A number for a line or a message (public header `physdev.h`, `physdev_map_pirq`).
public struct MapPhysicalIRQ: WireStructure, Equatable, Sendable {
  /// `domid`: for whom.
  public var domain: DomainID
  /// `type`.
  public var kind: PhysicalIRQKind
  /// The line (GSI), for a GSI.
  public var index: Int32
  /// `pirq`. In: the number wanted, or negative. Out: the number.
  public var physicalIRQ: Int32
  /// The bus; the PCI segment in the upper 16 bits.
  public var bus: Int32
  /// `devfn`: device number << 3 | function.
  public var deviceFunction: Int32
  /// `entry_nr`: the entry of the MSI-X table, or the number of messages.
  public var entryNumber: Int32
  /// `table_base`: the machine address of the MSI-X table; 0 for MSI.
  public var tableBase: UInt64

  @inline(__always) public init(
    domain: DomainID = .current, kind: PhysicalIRQKind = .gsi, index: Int32 = 0, physicalIRQ: Int32 = -1,
    bus: Int32 = 0, deviceFunction: Int32 = 0, entryNumber: Int32 = 0, tableBase: UInt64 = 0
  ) {
    self.domain = domain
    self.kind = kind
    self.index = index
    self.physicalIRQ = physicalIRQ
    self.bus = bus
    self.deviceFunction = deviceFunction
    self.entryNumber = entryNumber
    self.tableBase = tableBase
  }

  @inline(__always) public static func size(_ width: CallWidth) -> Int { width == .bits64 ? 40 : 36 }
  @inline(__always) public init(from reader: inout WireReader) {
    domain = DomainID(reader.u16())
    kind = PhysicalIRQKind(reader.i32())
    index = reader.i32()
    physicalIRQ = reader.i32()
    bus = reader.i32()
    deviceFunction = reader.i32()
    entryNumber = reader.i32()
    tableBase = reader.u64()
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.u16(domain.rawValue)
    writer.i32(kind.rawValue)
    writer.i32(index)
    writer.i32(physicalIRQ)
    writer.i32(bus)
    writer.i32(deviceFunction)
    writer.i32(entryNumber)
    writer.u64(tableBase)
  }
}

/// Gives a number back (public header `physdev.h`, `physdev_unmap_pirq`).
public struct UnmapPhysicalIRQ: WireStructure, Equatable, Sendable {
  /// `domid`: whose.
  public var domain: DomainID
  /// `pirq`.
  public var physicalIRQ: Int32

  @inline(__always) public init(domain: DomainID = .current, physicalIRQ: Int32 = 0) {
    self.domain = domain
    self.physicalIRQ = physicalIRQ
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 8 }
  @inline(__always) public init(from reader: inout WireReader) {
    domain = DomainID(reader.u16())
    physicalIRQ = reader.i32()
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.u16(domain.rawValue)
    writer.i32(physicalIRQ)
  }
}

/// The interrupt has been served (public header `physdev.h`, `physdev_eoi`).
public struct EndOfInterrupt: WireStructure, Equatable, Sendable {
  /// `irq`.
  public var physicalIRQ: PhysicalIRQ

  @inline(__always) public init(physicalIRQ: PhysicalIRQ = PhysicalIRQ(0)) {
    self.physicalIRQ = physicalIRQ
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 4 }
  @inline(__always) public init(from reader: inout WireReader) {
    physicalIRQ = PhysicalIRQ(reader.u32())
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.u32(physicalIRQ.rawValue)
  }
}

/// What an interrupt needs (public header `physdev.h`, `physdev_irq_status_query`).
public struct IRQStatusQuery: WireStructure, Equatable, Sendable {
  /// `irq`.
  public var physicalIRQ: PhysicalIRQ
  /// Out: `flags`.
  public var status: IRQStatus

  @inline(__always) public init(physicalIRQ: PhysicalIRQ = PhysicalIRQ(0)) {
    self.physicalIRQ = physicalIRQ
    status = IRQStatus(rawValue: 0)
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 8 }
  @inline(__always) public init(from reader: inout WireReader) {
    physicalIRQ = PhysicalIRQ(reader.u32())
    status = IRQStatus(rawValue: reader.u32())
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.u32(physicalIRQ.rawValue)
    writer.u32(status.rawValue)
  }
}

/// What an interrupt needs (public header `physdev.h`, `XENIRQSTAT_*`).
public struct IRQStatus: OptionSet, BitwiseCopyable, Sendable {
  public var rawValue: UInt32
  @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// `XENIRQSTAT_needs_eoi`: call `EndOfInterrupt` when it has been served.
  @inline(__always) public static var needsEndOfInterrupt: Self { Self(rawValue: 1 << 0) }
  /// `XENIRQSTAT_shared`: others have it bound too.
  @inline(__always) public static var shared: Self { Self(rawValue: 1 << 1) }
}

/// Reserves a number (public header `physdev.h`, `physdev_get_free_pirq`).
public struct GetFreePhysicalIRQ: WireStructure, Equatable, Sendable {
  /// `type`.
  public var kind: PhysicalIRQKind
  /// Out: `pirq`.
  public var physicalIRQ: PhysicalIRQ

  @inline(__always) public init(kind: PhysicalIRQKind = .gsi) {
    self.kind = kind
    physicalIRQ = PhysicalIRQ(0)
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 8 }
  @inline(__always) public init(from reader: inout WireReader) {
    kind = PhysicalIRQKind(reader.i32())
    physicalIRQ = PhysicalIRQ(reader.u32())
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.i32(kind.rawValue)
    writer.u32(physicalIRQ.rawValue)
  }
}
