#if canImport(CMachine)
  import CMachine
#endif

/// A CPU's descriptor tables: GDT, TSS and IDT, in one page frame and a half of its own.
///
/// ```
///    0  GDT: null, 64-bit code, data, TSS (two entries)
///   64  the operand of LGDT, then of LIDT
///  128  TSS (Intel SDM vol. 3 7.7): 104 bytes
///  256  IDT: 256 gates of 16 bytes, 4096 bytes
/// ```
@safe
package struct DescriptorTables: BitwiseCopyable {
  private let base: UInt

  package static var byteCount: UInt64 { 8192 }
  package static var codeSelector: UInt16 { 0x08 }
  package static var dataSelector: UInt16 { 0x10 }
  package static var taskSelector: UInt16 { 0x18 }
  private static var taskOffset: UInt { 128 }
  private static var gateOffset: UInt { 256 }

  /// The exceptions that get a stack of their own, and which of the TSS's seven it is (IST).
  private static func stackIndex(_ vector: UInt) -> UInt64 {
    switch vector {
    case 2: 1
    case 18: 2
    case 8: 3
    default: 0
    }
  }

  /// The linear addresses of the code and of the stacks' ends that the tables lead to.
  package struct Targets: BitwiseCopyable {
    package var stubs: UInt
    package var nmiStack: UInt64
    package var machineCheckStack: UInt64
    package var doubleFaultStack: UInt64

    package init(stubs: UInt, nmiStack: UInt64, machineCheckStack: UInt64, doubleFaultStack: UInt64) {
      self.stubs = stubs
      self.nmiStack = nmiStack
      self.machineCheckStack = machineCheckStack
      self.doubleFaultStack = doubleFaultStack
    }
  }

  /// Fills the tables at `base`, `byteCount` zeroed bytes that are mapped for good.
  package init(at base: UInt, _ targets: Targets) {
    self.base = base
    apus_store64(base &+ 8, 0x00AF_9B00_0000_FFFF)
    apus_store64(base &+ 16, 0x00CF_9300_0000_FFFF)
    let task = UInt64(base &+ Self.taskOffset)
    apus_store64(
      base &+ 24, 103 | (task & 0xFF_FFFF) << 16 | 0x89 << 40 | (task >> 24 & 0xFF) << 56)
    apus_store64(base &+ 32, task >> 32)
    setOperand(at: base &+ 64, table: base, limit: 39)
    setOperand(at: base &+ 80, table: base &+ Self.gateOffset, limit: 4095)
    apus_store64(base &+ Self.taskOffset &+ 36, targets.nmiStack)
    apus_store64(base &+ Self.taskOffset &+ 44, targets.machineCheckStack)
    apus_store64(base &+ Self.taskOffset &+ 52, targets.doubleFaultStack)
    apus_store32(base &+ Self.taskOffset &+ 100, 104 << 16)  // no I/O map: it would start at the limit
    var vector: UInt = 0
    while vector < 256 {
      let target = UInt64(targets.stubs &+ vector &* 16)
      let low =
        target & 0xFFFF | UInt64(Self.codeSelector) << 16 | Self.stackIndex(vector) << 32 | 0x8E << 40
        | (target >> 16 & 0xFFFF) << 48
      apus_store64(base &+ Self.gateOffset &+ vector &* 16, low)
      apus_store64(base &+ Self.gateOffset &+ vector &* 16 &+ 8, target >> 32)
      vector &+= 1
    }
  }

  private func setOperand(at place: UInt, table: UInt, limit: UInt64) {
    apus_store64(place, limit | UInt64(table) << 16)
    apus_store64(place &+ 8, UInt64(table) >> 48)
  }

  /// Has the CPU use the tables.
  package func load() {
    apus_lgdt(base &+ 64)
    apus_load_segments(Self.codeSelector, Self.dataSelector)
    apus_lidt(base &+ 80)
    apus_ltr(Self.taskSelector)
  }

  /// Loads the task register anew: VMX leaves it with a limit of 0x67 and a busy type, and SVM's VMLOAD restores it.
  package var taskBase: UInt64 { UInt64(base &+ Self.taskOffset) }
  package var gdtBase: UInt64 { UInt64(base) }
  package var idtBase: UInt64 { UInt64(base &+ Self.gateOffset) }
}
