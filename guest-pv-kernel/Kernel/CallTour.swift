/// The rest of the table: several calls in one, assists, the runstate area, waiting by sched_op.
struct CallTour {
  static func run(_ findings: inout Findings) throws(GuestError) {
    findings.section("other calls")
    try multicall(&findings)
    findings.check("call.page_size", try Hypercall.versionPageSize(), equals: pageSize)
    findings.done("call.vm_assist") { () throws(GuestError) in
      try Hypercall.vmAssistEnable(.runstateUpdateFlag)
    }
    var version = GrantGetVersion()
    try Hypercall.grantGetVersion(&version)
    findings.check("call.grant_version", UInt64(version.version), equals: 1)
    try runstateArea(&findings)
    try block(&findings)
    path(&findings)
  }

  private static func multicall(_ findings: inout Findings) throws(GuestError) {
    let version = UInt64(HypercallNumber.version.rawValue)
    var list: InlineArray<3, MulticallEntry> = [
      MulticallEntry(number: version), MulticallEntry(number: 63), MulticallEntry(number: version),
    ]
    var span = list.mutableSpan
    try Hypercall.multicall(&span)
    let expected = try Hypercall.versionNumber()
    findings.check("call.multicall_first", list[0].result, equals: expected)
    findings.check(
      "call.multicall_unknown", list[1].result == UInt64(bitPattern: HypercallError.notImplemented.result),
      "\(Int64(bitPattern: list[1].result))", expected: "-38, and the next call is made")
    findings.check("call.multicall_last", list[2].result, equals: expected)
  }

  /// The hypervisor keeps a copy of the runstate in this guest's memory.
  private static func runstateArea(_ findings: inout Findings) throws(GuestError) {
    guard let page = Pages() else { return }
    let area = page.window
    try Hypercall.vcpuRegisterRunstateArea(
      .zero, RegisterRunstateArea(address: GuestVirtualAddress(page.address.rawValue)))
    Clock.sleep(for: .milliseconds(20))
    let first = area.read(RunstateInformation.self, at: 0)
    Clock.sleep(for: .milliseconds(20))
    let second = area.read(RunstateInformation.self, at: 0)
    findings.check(
      "call.runstate_area", second.blocked > first.blocked, second.blocked.since(first.blocked).text,
      expected: "more time blocked after a sleep")
    // The hypervisor goes on writing there.
    _ = page.leak()
  }

  /// The timer ends the wait. Interrupts are off up to it: should the timer fire before, on a host that is busy, the call
  /// finds it pending. Other events end a wait too, so that there may be several.
  private static func block(_ findings: inout Findings) throws(GuestError) {
    let start = Clock.now
    let end = start.adding(.milliseconds(200))
    try XenVCPU.setSingleshotTimer(end)
    var waits = 0
    while Clock.now < end {
      withInterruptsOff {
        if Clock.now < end {
          XenScheduler.block()
          waits += 1
        }
      }
    }
    let waited = Clock.now.since(start)
    // How much more time is up to the host; a call that does not wait is made again and again.
    findings.check(
      "call.block", waits < 100, "\(waits) waits in \(waited.text)", expected: "0.200 s in a few")
  }

  /// The hypercall page does what the instruction does.
  private static func path(_ findings: inout Findings) {
    let byInstruction = hypercall(.version)
    let path = Hypervisor.hypercallPath
    Hypervisor.hypercallPath = .page
    let byPage = hypercall(.version)
    Hypervisor.hypercallPath = path
    findings.check("call.by_page", UInt64(bitPattern: byPage), equals: UInt64(bitPattern: byInstruction))
  }
}
