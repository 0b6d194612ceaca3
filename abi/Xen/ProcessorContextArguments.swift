/// Where a domain's processor state goes, or comes from (public header `domctl.h`, `xen_domctl` with
/// `xen_domctl_hvmcontext`): records of the public header `hvm/save.h`, each behind an `HVMSaveDescriptor`.
public struct DomainControlContext: WireStructure, Sendable {
  /// Which one, and the domain.
  public var header: DomainControlHeader
  /// `size`: in, the buffer's size in bytes; out, the bytes written, or needed where the buffer is null.
  public var byteCount: UInt32
  /// Padding.
  public var reserved: UInt32
  /// The buffer.
  public var buffer: GuestVirtualAddress
  /// The rest of the union, which no field uses.
  public var unused: InlineArray<14, UInt64>

  @inline(__always) public init(
    _ operation: DomainControlOperation = .getContext, domain: DomainID = .zero, byteCount: UInt32 = 0,
    buffer: GuestVirtualAddress = GuestVirtualAddress(0)
  ) {
    header = DomainControlHeader(operation: operation, domain: domain)
    self.byteCount = byteCount
    reserved = 0
    self.buffer = buffer
    unused = InlineArray(repeating: 0)
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 144 }
  @inline(__always) public init(from reader: inout WireReader) {
    header = DomainControlHeader(from: &reader)
    byteCount = reader.u32()
    reserved = reader.u32()
    buffer = reader.pointer64()
    unused = InlineArray(repeating: 0)
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    header.write(to: &writer)
    writer.u32(byteCount)
    writer.u32(reserved)
    writer.pointer64(buffer)
  }
}

/// What a record of saved state holds (public header `arch-x86/hvm/save.h`).
public struct HVMSaveType: RawRepresentable, Equatable, BitwiseCopyable, Sendable {
  public var rawValue: UInt16
  @inline(__always) public init(rawValue: UInt16) { self.rawValue = rawValue }
  @inline(__always) public init(_ number: UInt16) { rawValue = number }

  /// `END`: nothing follows.
  public static var end: Self { Self(0) }
  /// `HEADER`: the first record.
  public static var header: Self { Self(1) }
  /// `CPU`: a vCPU's registers.
  public static var processor: Self { Self(2) }
  /// `LAPIC`: a vCPU's local APIC, what is not among its registers.
  public static var localAPIC: Self { Self(5) }
  /// `MTRR`: memory types, which a toolstack sends along for each vCPU.
  public static var memoryTypes: Self { Self(14) }
}

/// What stands before each record (public header `hvm/save.h`, `hvm_save_descriptor`).
public struct HVMSaveDescriptor: WireStructure, Equatable, Sendable {
  /// `typecode`.
  public var type: HVMSaveType
  /// `instance`: the vCPU.
  public var instance: UInt16
  /// `length`: of the record, in bytes.
  public var length: UInt32

  @inline(__always) public init(type: HVMSaveType = .end, instance: UInt16 = 0, length: UInt32 = 0) {
    self.type = type
    self.instance = instance
    self.length = length
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 8 }
  @inline(__always) public init(from reader: inout WireReader) {
    type = HVMSaveType(reader.u16())
    instance = reader.u16()
    length = reader.u32()
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.u16(type.rawValue)
    writer.u16(instance)
    writer.u32(length)
  }
}

/// The first record (public header `arch-x86/hvm/save.h`, `hvm_save_header`).
public struct HVMSaveHeader: WireStructure, Equatable, Sendable {
  /// `magic`.
  public var magic: UInt32
  /// `version`.
  public var version: UInt32
  /// `changeset`: who wrote it.
  public var changeSet: UInt64
  /// `cpuid`: EAX of leaf 1.
  public var cpuid: UInt32
  /// `gtsc_khz`: the rate of the guest's time-stamp counter.
  public var kilohertz: UInt32

  @inline(__always) public init(cpuid: UInt32 = 0, kilohertz: UInt32 = 0) {
    magic = Self.magic
    version = Self.version
    changeSet = 0
    self.cpuid = cpuid
    self.kilohertz = kilohertz
  }

  /// `HVM_FILE_MAGIC`.
  public static var magic: UInt32 { 0x5438_1286 }
  /// `HVM_FILE_VERSION`.
  public static var version: UInt32 { 1 }

  @inline(__always) public static func size(_: CallWidth) -> Int { 24 }
  @inline(__always) public init(from reader: inout WireReader) {
    magic = reader.u32()
    version = reader.u32()
    changeSet = reader.alignedU64()
    cpuid = reader.u32()
    kilohertz = reader.u32()
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.u32(magic)
    writer.u32(version)
    writer.alignedU64(changeSet)
    writer.u32(cpuid)
    writer.u32(kilohertz)
  }
}

/// A vCPU's local APIC (public header `arch-x86/hvm/save.h`, `hvm_hw_lapic`).
public struct HVMLocalAPIC: WireStructure, Equatable, Sendable {
  /// `apic_base_msr`: the APIC_BASE MSR.
  public var base: UInt64
  /// `disabled`: bit 0 by software, bit 1 in the MSR.
  public var disabled: UInt32
  /// `timer_divisor`.
  public var timerDivisor: UInt32
  /// `tdt_msr`: the TSC_DEADLINE MSR.
  public var deadline: UInt64

  @inline(__always) public init(
    base: UInt64 = 0, disabled: UInt32 = 0, timerDivisor: UInt32 = 0, deadline: UInt64 = 0
  ) {
    self.base = base
    self.disabled = disabled
    self.timerDivisor = timerDivisor
    self.deadline = deadline
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 24 }
  @inline(__always) public init(from reader: inout WireReader) {
    base = reader.alignedU64()
    disabled = reader.u32()
    timerDivisor = reader.u32()
    deadline = reader.alignedU64()
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.alignedU64(base)
    writer.u32(disabled)
    writer.u32(timerDivisor)
    writer.alignedU64(deadline)
  }
}
