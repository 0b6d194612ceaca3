/// What a guest was left for, as it is counted (`apus_op` exit_statistics and the debug keys show it).
package enum ExitKind: UInt8, BitwiseCopyable {
  case hypercall, cpuid, halt, readMSR, writeMSR, extendedControl, port, nestedFault, controlRegister, debugRegister
  case hostInterrupt, nmi, machineCheck, deadline, interruptWindow, exception, refusedInstruction, tripleFault, other

  /// The number of kinds.
  package static var count: Int { 19 }

  /// The kind's name, for people.
  package var name: StaticString {
    switch self {
    case .hypercall: "hypercall"
    case .cpuid: "CPUID"
    case .halt: "HLT"
    case .readMSR: "RDMSR"
    case .writeMSR: "WRMSR"
    case .extendedControl: "XSETBV"
    case .port: "port"
    case .nestedFault: "nested fault"
    case .controlRegister: "control register"
    case .debugRegister: "debug register"
    case .hostInterrupt: "host interrupt"
    case .nmi: "NMI"
    case .machineCheck: "machine check"
    case .deadline: "deadline"
    case .interruptWindow: "interrupt window"
    case .exception: "exception"
    case .refusedInstruction: "refused instruction"
    case .tripleFault: "triple fault"
    case .other: "other"
    }
  }
}

/// How often a vCPU was left, by kind.
package struct ExitStatistics: BitwiseCopyable {
  private var counts = InlineArray<19, UInt64>(repeating: 0)

  package init() {}

  /// Counts one exit.
  @inline(__always)
  package mutating func count(_ kind: ExitKind) {
    // A kind's number is below `ExitKind.count` by the enumeration.
    unsafe counts[unchecked: Int(kind.rawValue)] &+= 1
  }

  /// The exits of a kind so far.
  package subscript(kind: ExitKind) -> UInt64 { counts[Int(kind.rawValue)] }

  /// All exits so far.
  package var total: UInt64 {
    var sum: UInt64 = 0
    for index in 0..<ExitKind.count { sum &+= counts[index] }
    return sum
  }
}
