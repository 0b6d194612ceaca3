/// A tiny paravirtual kernel: it takes its machine over, tries every part of the hypercall table, says what it saw, and
/// then keeps time, or does what else its command line asks for, while its toolstack resizes and ends it.
///
/// Command line:
///
/// | | |
/// |---|---|
/// | `tour=on` (default), `tour=off` | whether it begins with the tour |
/// | `disk=write:MIB:SEED`, `verify`, `churn`, `refused` | uses the first disk: see `DiskJob` |
/// | `mode=tick` (default) | a line a second: `ticks=N` (default 10) or `ticks=forever` |
/// | `mode=burn`, `mode=wake` | a load, and a sleeper that measures how late it wakes: see `BurnTime`, `WakeTime` |
/// | `mode=shell` | keeps what it found, and answers who attaches to its console: see `KernelShell` |
/// | `mode=idle` | waits for its toolstack |
/// | `on_end=poweroff` (default), `on_end=idle` | what follows |
/// | `upcall=vector` (default), `upcall=apic` | how events come |
/// | `tsc_mhz=N` | what the time-stamp counter is known to run at |
@main
struct GuestKernel: Guest {
  static func run() throws(GuestError) {
    // The first port of all, so that the control domain finds it among the low ones: unbound, and meant for it.
    let offer = try EventChannel(unboundFor: .zero)

    var findings = Findings()
    console.print("guest kernel: ring 0 of its own, on \(Hypervisor.isApus ? "Apus" : "Xen")")
    findings.isKept = CommandLineOptions.current.has("mode", "shell")
    banner(&findings)
    for fault in CommandLineOptions.current.faults(knowing: knownOptions) { console.print("command line: \(fault)") }
    if CommandLineOptions.current.has("upcall", "apic") {
      findings.done("event.upcall_by_apic") { () throws(GuestError) in try EventDispatcher.useLocalAPIC() }
    }
    let isTour = !CommandLineOptions.current.has("tour", "off")
    if isTour {
      MemoryTour.map(&findings)
      TrapTour.exceptions(&findings)
    }
    let space: AddressSpace
    do {
      space = try KernelAddressSpace.build(userImage: true)
    } catch {
      Panic.report("the kernel's page tables could not be built")
    }
    space.activate()
    if isTour {
      try tour(space, offer, &findings)
    } else {
      UserMode.start()
    }
    if findings.isKept && isTour {
      console.print("tour of the hypercall table: \(findings.passed) checks passed, \(findings.failed) failed")
    }
    let services = KernelServices()
    if let job = DiskJob.find(CommandLineOptions.current) { job.run(services, &findings) }
    guard let mode = KernelMode.find(CommandLineOptions.current) else {
      Panic.report("no such mode=: expected tick, burn, wake, shell or idle")
    }
    try mode.run(services, space, &findings)

    findings.section("end")
    findings.fact("checks_passed", findings.passed)
    findings.fact("checks_failed", findings.failed)
    console.print("bye")
    if CommandLineOptions.current.has("on_end", "idle") { Processor.idle() }
  }

  private static var knownOptions: [KnownOption] {
    [
      KnownOption("tour", .oneOf(["on", "off"])),
      KnownOption("disk", .text("write:MIB:SEED, verify:MIB:SEED, churn:MIB:SEED or refused")),
      KnownOption("mode", .oneOf(["tick", "burn", "wake", "shell", "idle"])),
      KnownOption("ticks", .number(or: ["forever"])), KnownOption("from", .number()),
      KnownOption("for", .number(or: ["ever"])), KnownOption("count", .number()),
      KnownOption("on_end", .oneOf(["poweroff", "idle"])), KnownOption("upcall", .oneOf(["vector", "apic"])),
      KnownOption("tsc_mhz", .number()),
    ]
  }

  /// Every part of the hypercall table, on the kernel's own page tables.
  private static func tour(
    _ space: borrowing AddressSpace, _ offer: borrowing EventChannel, _ findings: inout Findings
  ) throws(GuestError) {
    TrapTour.pageTables(space, &findings)
    try MemoryTour.run(&findings)
    try TimeTour.run(&findings)
    try EventTour.run(&findings)
    try EventTour.fromControlDomain(offer, &findings)
    try GrantTour.run(&findings)
    StoreTour.run(&findings)
    try CallTour.run(&findings)
    RefusalTour.run(&findings)
    UserTour.run(space, &findings)
    measure(&findings)
  }

  private static func banner(_ findings: inout Findings) {
    let version = Hypervisor.version
    // A vCPU is offline until its domain is started.
    let age = (try? XenVCPU.runstate())?.online
    if let age { findings.fact("first_line_us_after_start", age.rawValue / 1000) }
    findings.fact("abi", "\(version.major).\(version.minor)\(Hypervisor.extraVersion)")
    findings.fact("capabilities", Hypervisor.capabilities)
    findings.fact("features", hexadecimal(UInt64(Hypervisor.features.rawValue)))
    findings.fact("domain", Hypervisor.domainID.map { "\($0.rawValue)" } ?? "not told")
    findings.fact("command_line", BootInformation.commandLine)
    findings.check(
      "features.auto_translated", Hypervisor.features.contains(.autoTranslatedPhysmap), "looked at",
      expected: "guest frames are translated")
    findings.check(
      "features.callback_vector", Hypervisor.features.contains(.hvmCallbackVector), "looked at",
      expected: "events by vector")
  }

  /// The price of a hypercall in ticks of the time-stamp counter.
  private static func measure(_ findings: inout Findings) {
    findings.section("measurements")
    let rounds: UInt64 = 1000
    let start = Processor.timeStamp
    for _ in 0..<rounds { _ = hypercall(.version) }
    findings.fact("null_hypercall_ticks", Processor.timeStamp.since(start).rawValue / rounds)
    findings.fact("heap_bytes", Heap.usedBytes)
    findings.fact("timer_events", Timers.eventCount)
  }
}
