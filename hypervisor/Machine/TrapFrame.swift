/// What `save` in boot/traps.asm leaves on the stack: fifteen registers, the vector, the error code, and the
/// processor's own five words (Intel SDM vol. 3 6.14.2).
package struct TrapFrame: BitwiseCopyable {
  package var r15, r14, r13, r12, r11, r10, r9, r8: UInt64
  package var rdi, rsi, rbp, rbx, rdx, rcx, rax: UInt64
  package var vector: UInt64
  package var errorCode: UInt64
  package var rip, cs, rflags, rsp, ss: UInt64

  /// The exception's name by its vector (Intel SDM vol. 3 table 6-1).
  package var name: StaticString {
    switch vector {
    case 0: "#DE divide error"
    case 1: "#DB debug"
    case 2: "NMI"
    case 3: "#BP breakpoint"
    case 4: "#OF overflow"
    case 5: "#BR bound range"
    case 6: "#UD invalid opcode"
    case 7: "#NM no device"
    case 8: "#DF double fault"
    case 10: "#TS invalid TSS"
    case 11: "#NP segment not present"
    case 12: "#SS stack fault"
    case 13: "#GP general protection"
    case 14: "#PF page fault"
    case 16: "#MF x87 error"
    case 17: "#AC alignment check"
    case 18: "#MC machine check"
    case 19: "#XM SIMD error"
    case 20: "#VE virtualization"
    case 21: "#CP control protection"
    case 30: "#SX security"
    default: "an exception without a name"
    }
  }
}
