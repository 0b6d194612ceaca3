/// The registers of a vCPU as a core file has them (`user_regs_struct` of x86-64, 27 words).
struct CoreRegisters: Equatable, BitwiseCopyable {
  var r15: UInt64 = 0
  var r14: UInt64 = 0
  var r13: UInt64 = 0
  var r12: UInt64 = 0
  var rbp: UInt64 = 0
  var rbx: UInt64 = 0
  var r11: UInt64 = 0
  var r10: UInt64 = 0
  var r9: UInt64 = 0
  var r8: UInt64 = 0
  var rax: UInt64 = 0
  var rcx: UInt64 = 0
  var rdx: UInt64 = 0
  var rsi: UInt64 = 0
  var rdi: UInt64 = 0
  var rip: UInt64 = 0
  var cs: UInt64 = 0
  var rflags: UInt64 = 0
  var rsp: UInt64 = 0
  var ss: UInt64 = 0
  var fsBase: UInt64 = 0
  var gsBase: UInt64 = 0
  var ds: UInt64 = 0
  var es: UInt64 = 0
  var fs: UInt64 = 0
  var gs: UInt64 = 0

  /// The words in the record's order. ORIG_RAX is all ones: the vCPU was not in a system call.
  var words: [UInt64] {
    [
      r15, r14, r13, r12, rbp, rbx, r11, r10, r9, r8, rax, rcx, rdx, rsi, rdi, .max, rip, cs, rflags, rsp, ss, fsBase,
      gsBase, ds, es, fs, gs,
    ]
  }
}
