import CGuest

/// The interrupt descriptor table, the task-state segment, and who handles which vector.
enum TrapTable {
  typealias Handler = (inout TrapFrame) -> Void

  /// The vector that events arrive at. Any from 0x20 on would do; this is the one Linux uses too.
  static var upcallVector: UInt8 { 0xF3 }
  /// The vector of system calls by INT: the only one that ring 3 may call.
  static var systemCallVector: UInt8 { 0x80 }

  private static var kernelCode: UInt16 { 0x08 }
  private static var taskState: UInt16 { 0x28 }
  nonisolated(unsafe) private static var gates = InlineArray<512, UInt64>(repeating: 0)
  nonisolated(unsafe) private static var handlers: [Handler?] = []

  /// Fills and loads the tables (Intel SDM vol. 3 6.14.1, 7.2.3, 7.7).
  static func install() {
    installTaskState()
    for vector in 0..<256 {
      let target = cguest_trap_stubs() + UInt64(vector) * 16
      let ring: UInt64 = vector == Int(systemCallVector) ? 3 : 0
      // Present, 64-bit interrupt gate.
      let rights: UInt64 = 0x8E00 | ring << 13 | interruptStack(of: UInt64(vector))
      unsafe gates[vector * 2] =
        target & 0xFFFF | UInt64(kernelCode) << 16 | rights << 32 | (target >> 16 & 0xFFFF) << 48
      unsafe gates[vector * 2 + 1] = target >> 32
    }
    unsafe withUnsafeMutablePointer(to: &gates) { cguest_load_idt(UInt64(UInt(bitPattern: $0)), 4095) }
  }

  /// The interrupt stack of the vectors that may come at any instruction, 0 for none.
  private static func interruptStack(of vector: UInt64) -> UInt64 {
    switch vector {
    case ExceptionVector.doubleFault: 1
    case ExceptionVector.nonMaskable: 2
    case ExceptionVector.machineCheck: 3
    default: 0
    }
  }

  private static func installTaskState() {
    let segment = unsafe MemoryWindow(unsafeAddress: cguest_tss(), byteCount: 104)
    for index in 0..<3 {
      // Above a guard page each; a stack grows down.
      segment.store64(cguest_ist_stacks() + UInt64(index + 1) * 2 * pageSize, at: 36 + index * 8)
    }
    segment.store16(104, at: 102)  // no I/O permission map
    let base = segment.address
    let table = unsafe MemoryWindow(unsafeAddress: cguest_gdt(), byteCount: 56)
    table.store64(
      103 | (base & 0xFF_FFFF) << 16 | 0x89 << 40 | (base >> 24 & 0xFF) << 56, at: Int(taskState))
    table.store64(base >> 32, at: Int(taskState) + 8)
    cguest_load_task_register(taskState)
  }

  /// Has `handler` called, with interrupts off, when `vector` arrives in ring 0. It may change the frame.
  static func handle(_ vector: UInt8, _ handler: @escaping Handler) {
    withInterruptsOff {
      if unsafe handlers.isEmpty { unsafe handlers = Array(repeating: nil, count: 256) }
      unsafe handlers[Int(vector)] = handler
    }
  }

  /// A trap out of ring 0.
  static func dispatch(_ frame: inout TrapFrame) {
    if frame.vector == UInt64(upcallVector) {
      EventDispatcher.upcall()
    } else if !Probe.recover(&frame) {
      dispatchOther(&frame)
    }
  }

  /// An interrupt that came while ring 3 ran. Interrupts are off.
  static func dispatchFromUser(_ frame: inout TrapFrame) {
    if frame.vector == UInt64(upcallVector) { EventDispatcher.upcall() } else { dispatchOther(&frame) }
  }

  private static func dispatchOther(_ frame: inout TrapFrame) {
    if unsafe frame.vector < UInt64(handlers.count), let handler = unsafe handlers[Int(frame.vector)] {
      handler(&frame)
    } else if frame.vector != LocalAPIC.spuriousVector {
      Panic.report(frame)
    }
  }
}

/// Called by Entry/TrapEntry.asm with the address of the frame that it built on the stack.
@c(guestkit_trap)
func trap(_ address: UInt) {
  // The stub's frame has just this layout, and nobody else has its address.
  guard let frame = unsafe UnsafeMutablePointer<TrapFrame>(bitPattern: address) else { return }
  unsafe TrapTable.dispatch(&frame.pointee)
}
