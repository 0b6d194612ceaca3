/// The scheduler (public header `sysctl.h`, `xen_sysctl` with `xen_sysctl_sched_id`).
public struct SystemControlScheduler: WireStructure, Sendable {
  /// `cmd` and `interface_version`.
  public var header: SystemControlHeader
  /// Out: `sched_id`: `DomainControlScheduling.credit2`.
  public var scheduler: UInt32
  /// Padding.
  public var reserved: UInt32
  /// The rest of the union, which no field uses.
  public var unused: InlineArray<15, UInt64>

  @inline(__always) public init() {
    header = SystemControlHeader(operation: .scheduler)
    scheduler = 0
    reserved = 0
    unused = InlineArray(repeating: 0)
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 136 }
  @inline(__always) public init(from reader: inout WireReader) {
    header = SystemControlHeader(from: &reader)
    scheduler = reader.u32()
    reserved = reader.u32()
    unused = InlineArray(repeating: 0)
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    header.write(to: &writer)
    writer.u32(scheduler)
    writer.u32(reserved)
  }
}

/// What is to be done with the performance counters (public header `sysctl.h`, `XEN_SYSCTL_PERFCOP_*`).
public struct CounterCommand: RawRepresentable, Equatable, BitwiseCopyable, Sendable {
  public var rawValue: UInt32
  @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }
  @inline(__always) public init(_ number: UInt32) { rawValue = number }

  /// `XEN_SYSCTL_PERFCOP_reset`: all of them to zero.
  public static var reset: Self { Self(1) }
  /// `XEN_SYSCTL_PERFCOP_query`.
  public static var query: Self { Self(2) }
}

/// The performance counters (public header `sysctl.h`, `xen_sysctl` with `xen_sysctl_perfc_op`).
public struct SystemControlCounters: WireStructure, Sendable {
  /// `cmd` and `interface_version`.
  public var header: SystemControlHeader
  /// `cmd` of the operation.
  public var command: CounterCommand
  /// Out: `nr_counters`: the descriptions that there are.
  public var counterCount: UInt32
  /// Out: `nr_vals`: the values that there are.
  public var valueCount: UInt32
  /// Padding.
  public var reserved: UInt32
  /// `desc`: room for `CounterDescription`s, or null.
  public var descriptions: GuestVirtualAddress
  /// `val`: room for 32-bit values, or null.
  public var values: GuestVirtualAddress
  /// The rest of the union, which no field uses.
  public var unused: InlineArray<12, UInt64>

  @inline(__always) public init(
    _ command: CounterCommand = .query, descriptions: GuestVirtualAddress = GuestVirtualAddress(0),
    values: GuestVirtualAddress = GuestVirtualAddress(0)
  ) {
    header = SystemControlHeader(operation: .counters)
    self.command = command
    counterCount = 0
    valueCount = 0
    reserved = 0
    self.descriptions = descriptions
    self.values = values
    unused = InlineArray(repeating: 0)
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 136 }
  @inline(__always) public init(from reader: inout WireReader) {
    header = SystemControlHeader(from: &reader)
    command = CounterCommand(reader.u32())
    counterCount = reader.u32()
    valueCount = reader.u32()
    reserved = reader.u32()
    descriptions = reader.pointer64()
    values = reader.pointer64()
    unused = InlineArray(repeating: 0)
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    header.write(to: &writer)
    writer.u32(command.rawValue)
    writer.u32(counterCount)
    writer.u32(valueCount)
    writer.u32(reserved)
    writer.pointer64(descriptions)
    writer.pointer64(values)
  }
}

/// A performance counter (public header `sysctl.h`, `xen_sysctl_perfc_desc`).
public struct CounterDescription: WireStructure, Sendable {
  /// `name`, filled up with zeros.
  public var name: InlineArray<80, UInt8>
  /// `nr_vals`: how many values are its.
  public var valueCount: UInt32

  @inline(__always) public init() {
    name = InlineArray(repeating: 0)
    valueCount = 1
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 84 }
  @inline(__always) public init(from reader: inout WireReader) {
    name = reader.byteArray()
    valueCount = reader.u32()
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.byteArray(name)
    writer.u32(valueCount)
  }
}

/// How long the processors were idle (public header `sysctl.h`, `xen_sysctl` with `xen_sysctl_getcpuinfo`).
public struct SystemControlProcessors: WireStructure, Sendable {
  /// `cmd` and `interface_version`.
  public var header: SystemControlHeader
  /// `max_cpus`: the elements that the buffer holds.
  public var maximumCount: UInt32
  /// Padding.
  public var reserved: UInt32
  /// `info`: room for a time each, 8 bytes of nanoseconds.
  public var buffer: GuestVirtualAddress
  /// Out: `nr_cpus`: the elements that were written.
  public var count: UInt32
  /// Padding.
  public var reserved2: UInt32
  /// The rest of the union, which no field uses.
  public var unused: InlineArray<13, UInt64>

  @inline(__always) public init(maximumCount: UInt32 = 0, buffer: GuestVirtualAddress = GuestVirtualAddress(0)) {
    header = SystemControlHeader(operation: .processors)
    self.maximumCount = maximumCount
    reserved = 0
    self.buffer = buffer
    count = 0
    reserved2 = 0
    unused = InlineArray(repeating: 0)
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 136 }
  @inline(__always) public init(from reader: inout WireReader) {
    header = SystemControlHeader(from: &reader)
    maximumCount = reader.u32()
    reserved = reader.u32()
    buffer = reader.pointer64()
    count = reader.u32()
    reserved2 = reader.u32()
    unused = InlineArray(repeating: 0)
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    header.write(to: &writer)
    writer.u32(maximumCount)
    writer.u32(reserved)
    writer.pointer64(buffer)
    writer.u32(count)
    writer.u32(reserved2)
  }
}
