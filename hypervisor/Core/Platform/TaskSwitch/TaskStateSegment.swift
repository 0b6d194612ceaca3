#if canImport(XenABI)
  import XenABI
#endif

/// Where a task-state segment keeps what: of 32 bits (Intel SDM vol. 3 7.2.1, figure 7-2) or of 16 (7.6, figure 7-10).
struct TaskFormat: BitwiseCopyable {
  let is32Bit: Bool

  /// The format by a descriptor's type, available or busy; nil for what is no task's.
  init?(type: UInt8) {
    switch type {
    case 1, 3: is32Bit = false
    case 9, 11: is32Bit = true
    default: return nil
    }
  }

  /// The lowest limit that such a segment may have.
  var minimumLimit: UInt32 { is32Bit ? 0x67 : 0x2B }
  /// The bytes of a general register, of instruction pointer and flags.
  var size: Int { is32Bit ? 4 : 2 }
  /// The instruction pointer, the flags, eight registers by their encoding, then the segments: what a switch saves.
  var instructionPointer: UInt64 { is32Bit ? 0x20 : 0x0E }
  func register(_ number: UInt8) -> UInt64 { instructionPointer &+ UInt64(size) &* UInt64(2 &+ number) }
  func segment(_ index: Int) -> UInt64 { register(8) &+ UInt64(size) &* UInt64(truncatingIfNeeded: index) }
  /// The segments in the order of their encoding; a task of 16 bits has no FS and GS.
  var segmentCount: Int { is32Bit ? 6 : 4 }
  /// The bytes from the instruction pointer to the last segment.
  var savedCount: Int { size &* (10 &+ segmentCount) }
  var localTable: UInt64 { is32Bit ? 0x60 : 0x2A }
  /// CR3, and the word whose bit 0 asks for a trap; both of 32-bit tasks only.
  static var pageTables: UInt64 { 0x1C }
  static var trap: UInt64 { 0x64 }
}

/// What a task-state segment holds of a task.
struct TaskImage {
  var registers = GeneralRegisters()
  /// By their encoding: ES, CS, SS, DS, FS, GS.
  var segments = InlineArray<6, UInt16>(repeating: 0)
  var localTable: UInt16 = 0
  /// CR3, where the format has it.
  var pageTables: UInt64?
  /// T: a debug exception before the first instruction.
  var traps = false

  /// The flags that a task may have (Intel SDM vol. 1 3.4.3).
  private static var definedFlags: UInt64 { 0x3F_7FD5 }

  init(_ memory: some LinearMemory, at base: GuestVirtualAddress, _ format: TaskFormat) throws(LinearAccessError) {
    let size = format.size
    registers.rip = try memory.read(size, at: base.advanced(by: format.instructionPointer))
    let flags = try memory.read(size, at: base.advanced(by: format.instructionPointer &+ UInt64(size)))
    registers.rflags = flags & Self.definedFlags | 2
    var number: UInt8 = 0
    while number < 8 {
      registers[encoding: number] = try memory.read(size, at: base.advanced(by: format.register(number)))
      number &+= 1
    }
    var index = 0
    while index < format.segmentCount {
      segments[index] = UInt16(try memory.read(2, at: base.advanced(by: format.segment(index))))
      index &+= 1
    }
    localTable = UInt16(try memory.read(2, at: base.advanced(by: format.localTable)))
    guard format.is32Bit else { return }
    pageTables = try memory.read(4, at: base.advanced(by: TaskFormat.pageTables))
    traps = try memory.read(1, at: base.advanced(by: TaskFormat.trap)) & 1 != 0
  }
}
