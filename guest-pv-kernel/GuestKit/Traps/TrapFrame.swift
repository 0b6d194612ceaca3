/// The registers of the code that a trap interrupted, as Entry/registers.inc and the processor leave them on the stack.
struct TrapFrame: BitwiseCopyable {
  var r15, r14, r13, r12, r11, r10, r9, r8: UInt64
  var rdi, rsi, rbp, rbx, rdx, rcx, rax: UInt64
  /// The vector; 256 for a SYSCALL.
  var vector: UInt64
  /// What the processor pushed for the vectors that have one, else 0.
  var errorCode: UInt64
  var rip, cs, rflags, rsp, ss: UInt64
}

/// The processor's exceptions (Intel SDM vol. 3 table 6-1; AMD APM vol. 2 8.2).
enum ExceptionVector {
  static var nonMaskable: UInt64 { 2 }
  static var breakpoint: UInt64 { 3 }
  static var invalidOpcode: UInt64 { 6 }
  static var doubleFault: UInt64 { 8 }
  static var generalProtection: UInt64 { 13 }
  static var pageFault: UInt64 { 14 }
  static var machineCheck: UInt64 { 18 }
  /// The vectors below this one are exceptions.
  static var end: UInt64 { 32 }

  static func name(_ vector: UInt64) -> StaticString {
    switch vector {
    case 0: "divide error"
    case 1: "debug exception"
    case 2: "non-maskable interrupt"
    case 3: "breakpoint"
    case 4: "overflow"
    case 5: "bound range exceeded"
    case 6: "invalid opcode (a failed check in Swift, or a bad instruction)"
    case 7: "device not available"
    case 8: "double fault"
    case 10: "invalid TSS"
    case 11: "segment not present"
    case 12: "stack fault"
    case 13: "general protection fault"
    case 14: "page fault"
    case 16: "x87 floating-point error"
    case 17: "alignment check"
    case 18: "machine check"
    case 19: "SIMD floating-point error"
    case 20: "virtualization exception"
    case 21: "control protection exception"
    default: "unexpected interrupt"
    }
  }
}
