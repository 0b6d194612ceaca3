/// How a hypercall's arguments lie in its registers.
public enum Convention: Sendable {
  /// memory_op: the sub-operation in the low six bits of the first register, above it the extent where a continued
  /// call goes on; the second points to the structure.
  case memory
  /// The sub-operation, and a pointer to its structure.
  case command
  /// grant_table_op: the sub-operation, a pointer to an array, and the number of its elements.
  case grantTable
  /// vcpu_op: the sub-operation, the vCPU, and a pointer to the structure.
  case vcpu
  /// console_io: the sub-operation, the number of bytes, and a pointer to them.
  case console
  /// vm_assist: the sub-operation and what to switch.
  case vmAssist
  /// sysctl: one pointer to a structure that begins with sub-operation and version.
  case systemControl
  /// domctl: the same, and the domain.
  case domainControl
  /// multicall: a pointer to a list, and the number of its entries.
  case multicall
  /// set_timer_op: a 64-bit time; in two registers, the low half first, for 32-bit callers.
  case deadline

  /// What each register holds, for the reference page.
  public var registers: [String] {
    switch self {
    case .memory: ["sub-operation; from bit 6 on, where in the list to go on (0 at first)", "address of the structure"]
    case .command: ["sub-operation", "address of the structure"]
    case .grantTable: ["sub-operation", "address of an array of structures", "number of its elements"]
    case .vcpu: ["sub-operation", "vCPU", "address of the structure"]
    case .console: ["sub-operation", "number of bytes", "address of the bytes"]
    case .vmAssist: ["sub-operation", "what to switch"]
    case .systemControl, .domainControl: ["address of the structure"]
    case .multicall: ["address of an array of entries", "number of its entries"]
    case .deadline: ["system time in nanoseconds; for 32-bit callers its low half, and the high half in the next"]
    }
  }
}
