/// A segment register, or a descriptor table's.
public struct HVMSegmentValue: Equatable, BitwiseCopyable, Sendable {
  public var selector: UInt32
  public var base: UInt64
  public var limit: UInt32
  /// Type, S, DPL, P in bits 7:0; AVL, L, D/B, G in bits 11:8.
  public var attributes: UInt32

  @inline(__always) public init(
    selector: UInt32 = 0, base: UInt64 = 0, limit: UInt32 = 0, attributes: UInt32 = 0
  ) {
    self.selector = selector
    self.base = base
    self.limit = limit
    self.attributes = attributes
  }
}

/// The segment registers in the record's order. The descriptor tables have neither a selector nor attributes.
public enum HVMSegment: Int, BitwiseCopyable, Sendable {
  case cs, ds, es, fs, gs, ss, tr, ldtr, idtr, gdtr
}

/// Segment registers and descriptor tables.
public struct HVMSegmentRegisters: WireStructure, Sendable {
  public var selectors: InlineArray<8, UInt32>
  public var limits: InlineArray<10, UInt32>
  public var bases: InlineArray<10, UInt64>
  public var attributes: InlineArray<8, UInt32>

  public init() {
    selectors = InlineArray(repeating: 0)
    limits = InlineArray(repeating: 0)
    bases = InlineArray(repeating: 0)
    attributes = InlineArray(repeating: 0)
  }

  public subscript(segment: HVMSegment) -> HVMSegmentValue {
    get {
      let index = segment.rawValue
      return HVMSegmentValue(
        selector: index < 8 ? selectors[index] : 0, base: bases[index], limit: limits[index],
        attributes: index < 8 ? attributes[index] : 0)
    }
    set {
      let index = segment.rawValue
      bases[index] = newValue.base
      limits[index] = newValue.limit
      guard index < 8 else { return }
      selectors[index] = newValue.selector
      attributes[index] = newValue.attributes
    }
  }

  @inline(__always) public static func size(_: CallWidth) -> Int { 184 }
  public init(from reader: inout WireReader) {
    self.init()
    for index in 0..<8 { selectors[index] = reader.u32() }
    for index in 0..<10 { limits[index] = reader.u32() }
    for index in 0..<10 { bases[index] = reader.register() }
    for index in 0..<8 { attributes[index] = reader.u32() }
  }
  public func write(to writer: inout WireWriter) {
    for index in 0..<8 { writer.u32(selectors[index]) }
    for index in 0..<10 { writer.u32(limits[index]) }
    for index in 0..<10 { writer.register(bases[index]) }
    for index in 0..<8 { writer.u32(attributes[index]) }
  }
}

extension HVMSegmentRegisters: Equatable {
  public static func == (a: Self, b: Self) -> Bool {
    for index in 0..<10 where a.limits[index] != b.limits[index] || a.bases[index] != b.bases[index] { return false }
    for index in 0..<8 where a.selectors[index] != b.selectors[index] || a.attributes[index] != b.attributes[index] {
      return false
    }
    return true
  }
}

/// The MSRs that entries and system calls use, the counter, and an event in delivery.
public struct HVMSystemRegisters: WireStructure, Equatable, Sendable {
  public var sysenterCS: UInt64 = 0
  public var sysenterESP: UInt64 = 0
  public var sysenterEIP: UInt64 = 0
  /// `shadow_gs`: KERNEL_GS_BASE.
  public var kernelGSBase: UInt64 = 0
  /// `msr_flags`: 0.
  public var msrFlags: UInt64 = 0
  public var lstar: UInt64 = 0
  public var star: UInt64 = 0
  public var cstar: UInt64 = 0
  /// `msr_syscall_mask`.
  public var sfmask: UInt64 = 0
  public var efer: UInt64 = 0
  public var tscAux: UInt64 = 0
  /// What the guest's RDTSC gives.
  public var tsc: UInt64 = 0
  /// `pending_event`: vector, type in bits 10:8, bit 11 with an error code, bit 31 valid.
  public var pendingEvent: UInt32 = 0
  public var errorCode: UInt32 = 0
  /// `flags`: bit 0, the x87 and SSE state is there.
  public var flags: UInt32 = 0
  /// Padding.
  public var reserved: UInt32 = 0

  /// `XEN_X86_FPU_INITIALISED`.
  public static var vectorStateIsValid: UInt32 { 1 << 0 }

  @inline(__always) public init() {}

  @inline(__always) public static func size(_: CallWidth) -> Int { 112 }
  public init(from reader: inout WireReader) {
    sysenterCS = reader.register()
    sysenterESP = reader.register()
    sysenterEIP = reader.register()
    kernelGSBase = reader.register()
    msrFlags = reader.register()
    lstar = reader.register()
    star = reader.register()
    cstar = reader.register()
    sfmask = reader.register()
    efer = reader.register()
    tscAux = reader.register()
    tsc = reader.register()
    pendingEvent = reader.u32()
    errorCode = reader.u32()
    flags = reader.u32()
    reserved = reader.u32()
  }
  public func write(to writer: inout WireWriter) {
    writer.register(sysenterCS)
    writer.register(sysenterESP)
    writer.register(sysenterEIP)
    writer.register(kernelGSBase)
    writer.register(msrFlags)
    writer.register(lstar)
    writer.register(star)
    writer.register(cstar)
    writer.register(sfmask)
    writer.register(efer)
    writer.register(tscAux)
    writer.register(tsc)
    writer.u32(pendingEvent)
    writer.u32(errorCode)
    writer.u32(flags)
    writer.u32(reserved)
  }
}
