/// What a guest was left for, as it is counted: `ApusExitCount.reason` has the number. The same in every ring layout.
public enum ExitKind: UInt8, BitwiseCopyable, Sendable {
  case hypercall, cpuid, halt, readMSR, writeMSR, extendedControl, port, nestedFault, controlRegister, debugRegister
  case hostInterrupt, nmi, machineCheck, deadline, interruptWindow, exception, refusedInstruction, tripleFault, other

  /// The number of kinds.
  public static var count: Int { 19 }

  /// The kind's name, for people.
  public var name: StaticString {
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
