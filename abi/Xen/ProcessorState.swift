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
    rax = reader.alignedU64()
    rbx = reader.alignedU64()
    rcx = reader.alignedU64()
    rdx = reader.alignedU64()
    rbp = reader.alignedU64()
    rsi = reader.alignedU64()
    rdi = reader.alignedU64()
    rsp = reader.alignedU64()
    r8 = reader.alignedU64()
    r9 = reader.alignedU64()
    r10 = reader.alignedU64()
    r11 = reader.alignedU64()
    r12 = reader.alignedU64()
    r13 = reader.alignedU64()
    r14 = reader.alignedU64()
    r15 = reader.alignedU64()
    rip = reader.alignedU64()
    rflags = reader.alignedU64()
  }
  public func write(to writer: inout WireWriter) {
    writer.alignedU64(rax)
    writer.alignedU64(rbx)
    writer.alignedU64(rcx)
    writer.alignedU64(rdx)
    writer.alignedU64(rbp)
    writer.alignedU64(rsi)
    writer.alignedU64(rdi)
    writer.alignedU64(rsp)
    writer.alignedU64(r8)
    writer.alignedU64(r9)
    writer.alignedU64(r10)
    writer.alignedU64(r11)
    writer.alignedU64(r12)
    writer.alignedU64(r13)
    writer.alignedU64(r14)
    writer.alignedU64(r15)
    writer.alignedU64(rip)
    writer.alignedU64(rflags)
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
    cr0 = reader.alignedU64()
    cr2 = reader.alignedU64()
    cr3 = reader.alignedU64()
    cr4 = reader.alignedU64()
    dr0 = reader.alignedU64()
    dr1 = reader.alignedU64()
    dr2 = reader.alignedU64()
    dr3 = reader.alignedU64()
    dr6 = reader.alignedU64()
    dr7 = reader.alignedU64()
  }
  public func write(to writer: inout WireWriter) {
    writer.alignedU64(cr0)
    writer.alignedU64(cr2)
    writer.alignedU64(cr3)
    writer.alignedU64(cr4)
    writer.alignedU64(dr0)
    writer.alignedU64(dr1)
    writer.alignedU64(dr2)
    writer.alignedU64(dr3)
    writer.alignedU64(dr6)
    writer.alignedU64(dr7)
  }
}
