/// A vCPU's registers, in the four parts of the public header's record that follow its 512 bytes of FXSAVE
/// (`arch-x86/hvm/save.h`, `hvm_hw_cpu`). Each part fits a structure of the ABI by itself.
public struct HVMProcessorState: Equatable, BitwiseCopyable, Sendable {
  /// Bytes 512 to 655 of the record.
  public var general: HVMGeneralRegisters
  /// Bytes 656 to 735.
  public var control: HVMControlRegisters
  /// Bytes 736 to 919.
  public var segments: HVMSegmentRegisters
  /// Bytes 920 to 1031.
  public var system: HVMSystemRegisters

  public init() {
    general = HVMGeneralRegisters()
    control = HVMControlRegisters()
    segments = HVMSegmentRegisters()
    system = HVMSystemRegisters()
  }

  /// The bytes of the record.
  public static var recordSize: UInt32 { 1032 }
  /// The bytes of x87 and SSE state that come first in it.
  public static var vectorSize: Int { 512 }

  /// How a pvh kernel starts (public document `pvh.pandoc`): 32-bit protected mode, paging off, flat segments, EBX the
  /// address of the start info.
  public static func start(at entry: GuestPhysicalAddress, startInfo: GuestPhysicalAddress) -> Self {
    var state = Self()
    state.general.rip = entry.rawValue
    state.general.rbx = startInfo.rawValue
    state.general.rflags = 2
    state.control.cr0 = 0x11  // PE, ET
    state.control.dr6 = 0xFFFF_0FF0
    state.control.dr7 = 0x400
    state.segments[.cs] = HVMSegmentValue(limit: .max, attributes: 0xC9B)  // present, code, readable, 32-bit, granular
    let data = HVMSegmentValue(limit: .max, attributes: 0xC93)
    state.segments[.ds] = data
    state.segments[.es] = data
    state.segments[.fs] = data
    state.segments[.gs] = data
    state.segments[.ss] = data
    state.segments[.tr] = HVMSegmentValue(limit: 0x67, attributes: 0x8B)
    state.segments[.ldtr] = HVMSegmentValue(limit: 0, attributes: 0x82)
    return state
  }
}

/// The general registers, instruction pointer and flags.
public struct HVMGeneralRegisters: WireStructure, Equatable, Sendable {
  public var rax: UInt64 = 0
  public var rbx: UInt64 = 0
  public var rcx: UInt64 = 0
  public var rdx: UInt64 = 0
  public var rbp: UInt64 = 0
  public var rsi: UInt64 = 0
  public var rdi: UInt64 = 0
  public var rsp: UInt64 = 0
  public var r8: UInt64 = 0
  public var r9: UInt64 = 0
  public var r10: UInt64 = 0
  public var r11: UInt64 = 0
  public var r12: UInt64 = 0
  public var r13: UInt64 = 0
  public var r14: UInt64 = 0
  public var r15: UInt64 = 0
  public var rip: UInt64 = 0
  public var rflags: UInt64 = 0

  @inline(__always) public init() {}

  @inline(__always) public static func size(_: CallWidth) -> Int { 144 }
  public init(from reader: inout WireReader) {
    rax = reader.register()
    rbx = reader.register()
    rcx = reader.register()
    rdx = reader.register()
    rbp = reader.register()
    rsi = reader.register()
    rdi = reader.register()
    rsp = reader.register()
    r8 = reader.register()
    r9 = reader.register()
    r10 = reader.register()
    r11 = reader.register()
    r12 = reader.register()
    r13 = reader.register()
    r14 = reader.register()
    r15 = reader.register()
    rip = reader.register()
    rflags = reader.register()
  }
  public func write(to writer: inout WireWriter) {
    writer.register(rax)
    writer.register(rbx)
    writer.register(rcx)
    writer.register(rdx)
    writer.register(rbp)
    writer.register(rsi)
    writer.register(rdi)
    writer.register(rsp)
    writer.register(r8)
    writer.register(r9)
    writer.register(r10)
    writer.register(r11)
    writer.register(r12)
    writer.register(r13)
    writer.register(r14)
    writer.register(r15)
    writer.register(rip)
    writer.register(rflags)
  }
}

/// Control and debug registers.
public struct HVMControlRegisters: WireStructure, Equatable, Sendable {
  public var cr0: UInt64 = 0
  public var cr2: UInt64 = 0
  public var cr3: UInt64 = 0
  public var cr4: UInt64 = 0
  public var dr0: UInt64 = 0
  public var dr1: UInt64 = 0
  public var dr2: UInt64 = 0
  public var dr3: UInt64 = 0
  public var dr6: UInt64 = 0
  public var dr7: UInt64 = 0

  @inline(__always) public init() {}

  @inline(__always) public static func size(_: CallWidth) -> Int { 80 }
  public init(from reader: inout WireReader) {
    cr0 = reader.register()
    cr2 = reader.register()
    cr3 = reader.register()
    cr4 = reader.register()
    dr0 = reader.register()
    dr1 = reader.register()
    dr2 = reader.register()
    dr3 = reader.register()
    dr6 = reader.register()
    dr7 = reader.register()
  }
  public func write(to writer: inout WireWriter) {
    writer.register(cr0)
    writer.register(cr2)
    writer.register(cr3)
    writer.register(cr4)
    writer.register(dr0)
    writer.register(dr1)
    writer.register(dr2)
    writer.register(dr3)
    writer.register(dr6)
    writer.register(dr7)
  }
}

/// The records are long and seldom read: their fields are calls, for the sake of the code's size.
extension WireReader {
  @inline(never) mutating func register() -> UInt64 { alignedU64() }
}

extension WireWriter {
  @inline(never) mutating func register(_ value: UInt64) { alignedU64(value) }
}
