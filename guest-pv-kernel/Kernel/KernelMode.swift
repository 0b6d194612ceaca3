/// What the kernel does when its tour is over, by the option `mode=`.
enum KernelMode: CaseIterable {
  /// A line a second.
  case tick
  /// Keeps the processor busy.
  case burn
  /// Sleeps shortly, over and over, and measures how late it wakes.
  case wake
  /// Answers what is typed on its console.
  case shell
  /// Nothing but what its toolstack asks for.
  case idle

  /// What the command line names; nil for a name that there is not.
  static func find(_ options: CommandLineOptions) -> KernelMode? {
    guard let name = options["mode"] else { return .tick }
    return allCases.first { $0.name.utf8.elementsEqual(name.utf8) }
  }

  var name: String {
    switch self {
    case .tick: "tick"
    case .burn: "burn"
    case .wake: "wake"
    case .shell: "shell"
    case .idle: "idle"
    }
  }

  func run(
    _ services: KernelServices, _ space: borrowing AddressSpace, _ findings: inout Findings
  ) throws(GuestError) {
    switch self {
    case .tick: KeepTime.run(services, &findings)
    case .burn: try BurnTime.run()
    case .wake: WakeTime.run()
    case .shell:
      var shell = KernelShell(services, findings)
      try shell.run(space)
    case .idle: services.run()
    }
  }
}

extension CommandLineOptions {
  /// The system time of `from=SECONDS`, or now. It is one for all domains, so guests can begin together.
  var start: Nanoseconds { number("from").map { .seconds($0) } ?? Clock.now }
}
