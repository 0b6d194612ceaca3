/// The commands about the machine as a whole.
extension CommandVerb {
  var machineDescription: CommandDescription {
    switch self {
    case .uptime:
      CommandDescription(
        name: "uptime", summary: "how long the domains have been there",
        arguments: [CommandArgument("DOMAIN", .domain, .any)], example: "uptime")
    case .dmesg:
      CommandDescription(
        name: "dmesg", summary: "the hypervisor's own log",
        options: [CommandOption("c", "forget it afterwards")], example: "dmesg")
    case .perf:
      CommandDescription(
        name: "perf", summary: "the hypervisor's performance counters",
        options: [CommandOption("r", "set them to zero")], example: "perf")
    case .audit:
      CommandDescription(
        name: "audit", summary: "have the hypervisor count its frames, ports and grants anew", example: "audit")
    case .powerOff:
      CommandDescription(
        name: "poweroff", summary: "end all guests, then switch the machine off",
        options: [CommandOption("f", "do not ask the guests, end them at once")],
        details: [
          "The guests are asked as by shutdown and have ten seconds; those that are left then are destroyed.",
          "Ctrl-C stops it; Enter ends the wait.",
        ],
        example: "poweroff")
    default:
      CommandDescription(name: "info", summary: "hypervisor, machine and memory", example: "info")
    }
  }
}
