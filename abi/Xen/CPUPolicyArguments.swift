/// What CPUID answers a domain, and the MSRs that go with it (public header `domctl.h`, `xen_domctl` with
/// `xen_domctl_cpu_policy`).
public struct DomainControlCPUPolicy: WireStructure, Sendable {
  /// Which one, and the domain.
  public var header: DomainControlHeader
  /// `nr_leaves`: in, the elements in the buffer; out, those written, or needed where there is no buffer.
  public var leafCount: UInt32
  /// `nr_msrs`: the same.
  public var registerCount: UInt32
  /// `leaves`: of `CPUIDLeafEntry`s.
  public var leaves: GuestVirtualAddress
  /// `msrs`: of `MSREntry`s.
  public var registers: GuestVirtualAddress
  /// Out: `err_leaf`: the leaf that asks for too much; all ones for none.
  public var refusedLeaf: UInt32
  /// Out: `err_subleaf`.
  public var refusedSubleaf: UInt32
  /// Out: `err_msr`.
  public var refusedRegister: UInt32
  /// Padding.
  public var reserved: UInt32
  /// The rest of the union, which no field uses.
  public var unused: InlineArray<11, UInt64>

  @inline(__always) public init(
    _ operation: DomainControlOperation = .getCPUPolicy, domain: DomainID = .zero, leafCount: UInt32 = 0,
    leaves: GuestVirtualAddress = GuestVirtualAddress(0), registerCount: UInt32 = 0,
    registers: GuestVirtualAddress = GuestVirtualAddress(0)
  ) {
    header = DomainControlHeader(operation: operation, domain: domain)
    self.leafCount = leafCount
    self.registerCount = registerCount
    self.leaves = leaves
    self.registers = registers
    refusedLeaf = .max
    refusedSubleaf = .max
    refusedRegister = .max
    reserved = 0
    unused = InlineArray(repeating: 0)
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 144 }
  @inline(__always) public init(from reader: inout WireReader) {
    header = DomainControlHeader(from: &reader)
    leafCount = reader.u32()
    registerCount = reader.u32()
    leaves = reader.pointer64()
    registers = reader.pointer64()
    refusedLeaf = reader.u32()
    refusedSubleaf = reader.u32()
    refusedRegister = reader.u32()
    reserved = reader.u32()
    unused = InlineArray(repeating: 0)
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    header.write(to: &writer)
    writer.u32(leafCount)
    writer.u32(registerCount)
    writer.pointer64(leaves)
    writer.pointer64(registers)
    writer.u32(refusedLeaf)
    writer.u32(refusedSubleaf)
    writer.u32(refusedRegister)
    writer.u32(reserved)
  }
}

/// A leaf of CPUID (public header `arch-x86/xen.h`, `xen_cpuid_leaf`).
public struct CPUIDLeafEntry: WireStructure, Equatable, Sendable {
  public var leaf: UInt32
  /// `noSubleaf` where the leaf has none.
  public var subleaf: UInt32
  /// `a` to `d`.
  public var eax: UInt32
  public var ebx: UInt32
  public var ecx: UInt32
  public var edx: UInt32

  @inline(__always) public init(
    leaf: UInt32 = 0, subleaf: UInt32 = Self.noSubleaf, eax: UInt32 = 0, ebx: UInt32 = 0, ecx: UInt32 = 0,
    edx: UInt32 = 0
  ) {
    self.leaf = leaf
    self.subleaf = subleaf
    self.eax = eax
    self.ebx = ebx
    self.ecx = ecx
    self.edx = edx
  }

  /// `XEN_CPUID_NO_SUBLEAF`.
  public static var noSubleaf: UInt32 { .max }

  @inline(__always) public static func size(_: CallWidth) -> Int { 24 }
  @inline(__always) public init(from reader: inout WireReader) {
    leaf = reader.u32()
    subleaf = reader.u32()
    eax = reader.u32()
    ebx = reader.u32()
    ecx = reader.u32()
    edx = reader.u32()
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.u32(leaf)
    writer.u32(subleaf)
    writer.u32(eax)
    writer.u32(ebx)
    writer.u32(ecx)
    writer.u32(edx)
  }
}

/// A model-specific register of a policy (public header `arch-x86/xen.h`, `xen_msr_entry`).
public struct MSREntry: WireStructure, Equatable, Sendable {
  /// `idx`.
  public var number: UInt32
  /// `flags`: 0.
  public var flags: UInt32
  /// `val`.
  public var value: UInt64

  @inline(__always) public init(number: UInt32 = 0, value: UInt64 = 0) {
    self.number = number
    flags = 0
    self.value = value
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 16 }
  @inline(__always) public init(from reader: inout WireReader) {
    number = reader.u32()
    flags = reader.u32()
    value = reader.alignedU64()
  }
  @inline(__always) public func write(to writer: inout WireWriter) {
    writer.u32(number)
    writer.u32(flags)
    writer.alignedU64(value)
  }
}
