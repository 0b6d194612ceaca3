/// What can be asked for at the prompt.
enum CommandVerb: CaseIterable {
  case help
  // Domains.
  case list, create, console, log, pause, unpause, shutdown, reboot, destroy, rename, dumpCore
  // What they use.
  case memSet, memMax, vcpuList, sched, top, rings, blockList
  // The store and the files.
  case storeList, storeRead, storeWrite, storeRemove, disks, files
  // The machine.
  case info, uptime, dmesg, perf, audit, powerOff

  var name: StaticString { description.name }

  /// The verb of that name, or of `?`; nil where there is none.
  static func named(_ name: String) -> CommandVerb? {
    if name.utf8.elementsEqual("?".utf8) { return .help }
    return allCases.first { name.utf8.elementsEqual("\($0.name)".utf8) }
  }

  /// What is meant by a word that other shells know.
  static func hint(for name: String) -> StaticString {
    let leaves: [StaticString] = ["exit", "quit", "logout", "halt"]
    if leaves.contains(where: { name.utf8.elementsEqual("\($0)".utf8) }) {
      return "'poweroff' ends the machine; under 'make run' Ctrl-T x leaves at any time"
    }
    return "'help' names those there are"
  }

  /// How it is typed and what it does.
  var description: CommandDescription {
    switch self {
    case .help: Self.helpDescription
    case .list, .create, .console, .log, .pause, .unpause, .shutdown, .reboot, .destroy, .rename, .dumpCore:
      domainDescription
    case .memSet, .memMax, .vcpuList, .sched, .top, .rings, .blockList: resourceDescription
    case .storeList, .storeRead, .storeWrite, .storeRemove, .disks, .files: storeDescription
    case .info, .uptime, .dmesg, .perf, .audit, .powerOff: machineDescription
    }
  }

  private static var helpDescription: CommandDescription {
    CommandDescription(
      name: "help", summary: "the commands, or all about one of them",
      arguments: [CommandArgument("COMMAND", .command, .optional)],
      details: ["At the prompt Tab completes, Up and Down go through what was typed, Ctrl-C gives up."],
      example: "help create")
  }
}
