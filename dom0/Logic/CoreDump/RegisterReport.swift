#if canImport(XenABI)
  import XenABI
#endif

/// The registers of a vCPU as people read them.
enum RegisterReport {
  static func lines(_ registers: CoreRegisters, control: HVMControlRegisters) -> [String] {
    let rows: [[(String, UInt64)]] = [
      [("rip", registers.rip), ("rsp", registers.rsp), ("rflags", registers.rflags)],
      [("rax", registers.rax), ("rbx", registers.rbx), ("rcx", registers.rcx), ("rdx", registers.rdx)],
      [("rsi", registers.rsi), ("rdi", registers.rdi), ("rbp", registers.rbp)],
      [("r8", registers.r8), ("r9", registers.r9), ("r10", registers.r10), ("r11", registers.r11)],
      [("r12", registers.r12), ("r13", registers.r13), ("r14", registers.r14), ("r15", registers.r15)],
      [("cr0", control.cr0), ("cr2", control.cr2), ("cr3", control.cr3), ("cr4", control.cr4)],
      [("cs", registers.cs), ("ss", registers.ss), ("fs base", registers.fsBase), ("gs base", registers.gsBase)],
    ]
    return rows.map { row in row.map { "\($0.0) \(hexadecimal($0.1))" }.joined(separator: "  ") }
  }

  /// Sixteen digits.
  static func hexadecimal(_ value: UInt64) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: 16 - text.utf8.count) + text
  }
}
