/// Times the hypervisor's operations, as domain 0 of Apus or of Xen, and prints a table line for each.
///
/// With the argument `pong` it is the other domain of the event ping-pong instead; with `services` a guest that uses
/// what domain 0 offers.
@main
struct BenchGuest: Guest {
  static func run() throws(GuestError) {
    switch Hypervisor.hypercallPath {
    case .vmcall: try run(VMCallInstruction.self)
    case .vmmcall: try run(VMMCallInstruction.self)
    case .page: Panic.report("the bench needs the hypercall instruction itself")
    }
  }

  private static func run<Instruction: HypercallInstruction>(_: Instruction.Type) throws(GuestError) {
    if CommandLineOptions.current["pong"] != nil {
      try Pong<Instruction>.run()
      return
    }
    if CommandLineOptions.current["services"] != nil {
      services()
      return
    }
    let version = Hypervisor.version
    Stopwatch.note("\(Hypervisor.isApus ? "Apus" : "Xen"), ABI \(version.major).\(version.minor)")
    // The other domain starts meanwhile, and not within a measurement.
    Clock.sleep(for: .milliseconds(500))
    // Only the row that measures upcalls lets interrupts come.
    InterruptFlag.clear()
    CallRows<Instruction>.run()
    try EventRows<Instruction>.run()
    try GrantRows<Instruction>.run()
    InterruptFlag.set()
    try PingPongRow<Instruction>.run()
    console.print("bench done")
  }

  /// Domain 0's services, as far as this guest was given them.
  private static func services() {
    do throws(GuestError) {
      try StoreRows.run()
    } catch {
      Stopwatch.note("\(error)")
    }
    do throws(GuestError) {
      try DiskRows.run()
    } catch {
      Stopwatch.note("\(error)")
    }
    console.print("bench done")
  }
}
