import CGuest

/// Ring 3: two tasks with system calls and preemption, and tasks that do what they must not.
struct UserTour {
  static func run(_ space: borrowing AddressSpace, _ findings: inout Findings) {
    findings.section("ring 3")
    UserMode.start()
    twoTasks(space, &findings)
    offenders(space, &findings)
    hypercall(space, &findings)
  }

  private static func twoTasks(_ space: borrowing AddressSpace, _ findings: inout Findings) {
    guard let spinner = UserTask("spinner", sharing: space, argument: 0x1111_2222_3333_0000, UserPrograms.spinner),
      let interrupter = UserTask("interrupter", sharing: space, argument: 0x4444, UserPrograms.interrupter)
    else { return }
    var rounds = 0
    var lost: UInt64 = 0
    var yields = 0
    var faults = 0
    var scheduler = UserScheduler([spinner, interrupter], slice: .milliseconds(2))
    scheduler.run(
      onSystemCall: { _, number, first, _ in
        switch number {
        case UserPrograms.Call.progress:
          rounds += 1
          lost += first
          return .result(0)
        case UserPrograms.Call.increment: return .result(first + 1)
        case UserPrograms.Call.yield:
          yields += 1
          return .yield
        default: return .end
        }
      }, onException: { _, _, _, _ in faults += 1 })
    findings.check("user.rounds", rounds, equals: 2 * Int(UserPrograms.rounds))
    findings.check("user.yields", yields, equals: Int(UserPrograms.rounds) / 4)
    findings.check("user.registers_lost", lost, equals: 0)
    findings.check("user.faults", faults, equals: 0)
    findings.check(
      "user.preempted", scheduler.preemptionCount > 0, "\(scheduler.preemptionCount)", expected: "at least once")
    findings.fact("spinner_exits", spinner.exitCount)
    findings.fact("interrupter_exits", interrupter.exitCount)
  }

  private static func offenders(_ space: borrowing AddressSpace, _ findings: inout Findings) {
    exception(
      space, "user.kernel_data", UserPrograms.writer, cguest_data_start(), vector: ExceptionVector.pageFault,
      errorCode: 7, &findings)
    exception(
      space, "user.code_not_written", UserPrograms.writer, cguest_image_start(), vector: ExceptionVector.pageFault,
      errorCode: 7, &findings)
    exception(
      space, "user.unmapped", UserPrograms.writer, 0x7F_0000_0000, vector: ExceptionVector.pageFault, errorCode: 6,
      &findings)
    exception(
      space, "user.halt", UserPrograms.halter, 0, vector: ExceptionVector.generalProtection, errorCode: 0, &findings)
  }

  /// Runs a task that ends by an exception.
  private static func exception(
    _ space: borrowing AddressSpace, _ name: String, _ program: UserTask.Entry, _ argument: UInt64, vector: UInt64,
    errorCode: UInt64, _ findings: inout Findings
  ) {
    guard let task = UserTask("offender", sharing: space, argument: argument, program) else { return }
    var found = "no exception"
    var isExpected = false
    var scheduler = UserScheduler([task], slice: .milliseconds(10))
    scheduler.run(
      onSystemCall: { _, _, _, _ in .end },
      onException: { _, seenVector, seenCode, _ in
        found = "vector \(seenVector), error code \(seenCode)"
        isExpected = seenVector == vector && seenCode == errorCode
      })
    findings.check(name, isExpected, found, expected: "vector \(vector), error code \(errorCode)")
  }

  /// The hypervisor takes no hypercall from ring 3.
  private static func hypercall(_ space: borrowing AddressSpace, _ findings: inout Findings) {
    var isVMMCALL = false
    if case .vmmcall = Hypervisor.hypercallPath { isVMMCALL = true }
    guard let task = UserTask("caller", sharing: space, argument: isVMMCALL ? 1 : 0, UserPrograms.caller) else {
      return
    }
    var found = "no result"
    var isExpected = false
    var scheduler = UserScheduler([task], slice: .milliseconds(10))
    scheduler.run(
      onSystemCall: { _, _, first, _ in
        found = "\(Int64(bitPattern: first))"
        isExpected = Int64(bitPattern: first) == HypercallError.notPermitted.result
        return .result(0)
      }, onException: { _, vector, _, _ in found = "vector \(vector)" })
    findings.check("user.hypercall_refused", isExpected, found, expected: "-1, EPERM")
  }
}
