/// On which processors a vCPU may run (public header `domctl.h`, `XEN_VCPUAFFINITY_*`).
public struct AffinityFlags: OptionSet, BitwiseCopyable, Sendable {
  public var rawValue: UInt32
  @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// `XEN_VCPUAFFINITY_HARD`: nowhere else.
  public static var hard: Self { Self(rawValue: 1 << 0) }
  /// `XEN_VCPUAFFINITY_SOFT`: there by preference.
  public static var soft: Self { Self(rawValue: 1 << 1) }
  /// `XEN_VCPUAFFINITY_FORCE`: undoes what a domain pinned by itself.
  public static var force: Self { Self(rawValue: 1 << 2) }
}

/// A set of processors in the caller's memory, a bit each (public header `domctl.h`, `xenctl_bitmap`).
public struct ProcessorSet: WireStructure, Equatable, Sendable {
  /// `bitmap`.
  public var buffer: GuestVirtualAddress
  /// `nr_bits`.
  public var bitCount: UInt32
  /// Padding.
  public var reserved: UInt32

  @inline(__always) public init(buffer: GuestVirtualAddress = GuestVirtualAddress(0), bitCount: UInt32 = 0) {
    self.buffer = buffer
    self.bitCount = bitCount
    reserved = 0
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 16 }
  @inline(__always) public init(from reader: inout WireReader) {
    buffer = reader.pointer64()
    bitCount = reader.u32()
    reserved = reader.u32()
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.pointer64(buffer)
    writer.u32(bitCount)
    writer.u32(reserved)
  }
}

/// A vCPU's affinity (public header `domctl.h`, `xen_domctl` with `xen_domctl_vcpuaffinity`).
public struct DomainControlAffinity: WireStructure, Sendable {
  /// Which one, and the domain.
  public var header: DomainControlHeader
  /// `vcpu`.
  public var vcpu: VCPUID
  /// `flags`: which of the two sets.
  public var flags: AffinityFlags
  /// `cpumap_hard`.
  public var hard: ProcessorSet
  /// `cpumap_soft`.
  public var soft: ProcessorSet
  /// The rest of the union, which no field uses.
  public var unused: InlineArray<11, UInt64>

  @inline(__always) public init(
    _ operation: DomainControlOperation = .getAffinity, domain: DomainID = .zero, vcpu: VCPUID = .zero,
    flags: AffinityFlags = .hard, hard: ProcessorSet = ProcessorSet(), soft: ProcessorSet = ProcessorSet()
  ) {
    header = DomainControlHeader(operation: operation, domain: domain)
    self.vcpu = vcpu
    self.flags = flags
    self.hard = hard
    self.soft = soft
    unused = InlineArray(repeating: 0)
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 144 }
  @inline(__always) public init(from reader: inout WireReader) {
    header = DomainControlHeader(from: &reader)
    vcpu = VCPUID(reader.u32())
    flags = AffinityFlags(rawValue: reader.u32())
    hard = ProcessorSet(from: &reader)
    soft = ProcessorSet(from: &reader)
    unused = InlineArray(repeating: 0)
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    header.write(to: &writer)
    writer.u32(vcpu.rawValue)
    writer.u32(flags.rawValue)
    hard.write(to: &writer)
    soft.write(to: &writer)
  }
}

/// What a vCPU is doing (public header `domctl.h`, `xen_domctl` with `xen_domctl_getvcpuinfo`).
public struct DomainControlVCPUInformation: WireStructure, Sendable {
  /// Which one, and the domain.
  public var header: DomainControlHeader
  /// `vcpu`.
  public var vcpu: VCPUID
  /// Out: `online`: 1 where it takes part.
  public var online: UInt8
  /// Out: `blocked`: 1 where it waits for an event.
  public var blocked: UInt8
  /// Out: `running`: 1 where it has a processor.
  public var running: UInt8
  /// Padding.
  public var reserved: UInt8
  /// Out: `cpu_time`: the time that it has run.
  public var cpuTime: Nanoseconds
  /// Out: `cpu`: the processor whose queue it is in.
  public var cpu: UInt32
  /// Padding.
  public var reserved2: UInt32
  /// The rest of the union, which no field uses.
  public var unused: InlineArray<13, UInt64>

  @inline(__always) public init(domain: DomainID = .zero, vcpu: VCPUID = .zero) {
    header = DomainControlHeader(operation: .getVCPUInformation, domain: domain)
    self.vcpu = vcpu
    online = 0
    blocked = 0
    running = 0
    reserved = 0
    cpuTime = .zero
    cpu = 0
    reserved2 = 0
    unused = InlineArray(repeating: 0)
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 144 }
  @inline(__always) public init(from reader: inout WireReader) {
    header = DomainControlHeader(from: &reader)
    vcpu = VCPUID(reader.u32())
    online = reader.u8()
    blocked = reader.u8()
    running = reader.u8()
    reserved = reader.u8()
    cpuTime = Nanoseconds(reader.alignedU64())
    cpu = reader.u32()
    reserved2 = reader.u32()
    unused = InlineArray(repeating: 0)
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    header.write(to: &writer)
    writer.u32(vcpu.rawValue)
    writer.u8(online)
    writer.u8(blocked)
    writer.u8(running)
    writer.u8(reserved)
    writer.alignedU64(cpuTime.rawValue)
    writer.u32(cpu)
    writer.u32(reserved2)
  }
}

/// What is to be done with a domain's scheduling (public header `domctl.h`, `XEN_DOMCTL_SCHEDOP_*`).
public struct SchedulingCommand: RawRepresentable, Equatable, BitwiseCopyable, Sendable {
  public var rawValue: UInt32
  @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }
  @inline(__always) public init(_ number: UInt32) { rawValue = number }

  /// `XEN_DOMCTL_SCHEDOP_putinfo`: sets weight and cap.
  public static var set: Self { Self(0) }
  /// `XEN_DOMCTL_SCHEDOP_getinfo`: gets them.
  public static var get: Self { Self(1) }
}

/// A domain's scheduling, in the terms of the weighted scheduler (public header `domctl.h`, `xen_domctl` with
/// `xen_domctl_scheduler_op`, `xen_domctl_sched_credit2`).
public struct DomainControlScheduling: WireStructure, Sendable {
  /// Which one, and the domain.
  public var header: DomainControlHeader
  /// `sched_id`.
  public var scheduler: UInt32
  /// `cmd`.
  public var command: SchedulingCommand
  /// `u.credit2.weight`: 1 to 65535; 0 leaves it as it is.
  public var weight: UInt16
  /// `u.credit2.cap`: in percent of a CPU, 0 for none; 65535 leaves it as it is.
  public var cap: UInt16
  /// Padding.
  public var reserved: UInt32
  /// The rest of the union, which no field uses.
  public var unused: InlineArray<14, UInt64>

  @inline(__always) public init(
    _ command: SchedulingCommand = .get, domain: DomainID = .zero, weight: UInt16 = 0, cap: UInt16 = .max
  ) {
    header = DomainControlHeader(operation: .scheduling, domain: domain)
    scheduler = Self.credit2
    self.command = command
    self.weight = weight
    self.cap = cap
    reserved = 0
    unused = InlineArray(repeating: 0)
  }

  /// `XEN_SCHEDULER_CREDIT2`, whose parameters the scheduler here has.
  public static var credit2: UInt32 { 6 }

  @inline(__always) public static func size(_: CallWidth) -> Int { 144 }
  @inline(__always) public init(from reader: inout WireReader) {
    header = DomainControlHeader(from: &reader)
    scheduler = reader.u32()
    command = SchedulingCommand(reader.u32())
    weight = reader.u16()
    cap = reader.u16()
    reserved = reader.u32()
    unused = InlineArray(repeating: 0)
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    header.write(to: &writer)
    writer.u32(scheduler)
    writer.u32(command.rawValue)
    writer.u16(weight)
    writer.u16(cap)
    writer.u32(reserved)
  }
}
