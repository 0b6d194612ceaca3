/// The commands that make domains and end them.
extension CommandVerb {
  var domainDescription: CommandDescription {
    switch self {
    case .create: Self.createDescription
    case .console:
      CommandDescription(
        name: "console", summary: "type to a guest and see it alone; Ctrl-] leaves",
        arguments: [CommandArgument("DOMAIN", .guest)], example: "console guest")
    case .log:
      CommandDescription(
        name: "log", summary: "what a guest has written to its console, the last 16 KiB of it",
        arguments: [CommandArgument("DOMAIN", .guest)],
        details: ["The logs of the last eight guests that are gone are kept too."], example: "log guest")
    case .pause:
      CommandDescription(
        name: "pause", summary: "keep a guest from running",
        arguments: [CommandArgument("DOMAIN", .guest)], example: "pause guest")
    case .unpause:
      CommandDescription(
        name: "unpause", summary: "let it run again",
        arguments: [CommandArgument("DOMAIN", .guest)], example: "unpause guest")
    case .shutdown:
      CommandDescription(
        name: "shutdown", summary: "ask a guest to switch itself off",
        options: [CommandOption("w", "wait until it is gone; Ctrl-C stops waiting")],
        arguments: [CommandArgument("DOMAIN", .guest)],
        details: ["The request is in the guest's control/shutdown. A guest that does not look stays:", "see destroy."],
        example: "shutdown -w guest")
    case .reboot:
      CommandDescription(
        name: "reboot", summary: "ask a guest to start anew; without a name, start the machine anew",
        arguments: [CommandArgument("DOMAIN", .guest, .optional)],
        details: ["The guest is built again from its configuration. For the machine, see poweroff."],
        example: "reboot guest")
    case .destroy:
      CommandDescription(
        name: "destroy", summary: "end a guest at once and take its memory back",
        arguments: [CommandArgument("DOMAIN", .guest)], example: "destroy guest")
    case .rename:
      CommandDescription(
        name: "rename", summary: "give a guest another name",
        arguments: [CommandArgument("DOMAIN", .guest), CommandArgument("NAME", .text)], example: "rename guest web")
    case .dumpCore:
      CommandDescription(
        name: "dump-core", summary: "write a guest's memory and registers as an ELF core, for gdb",
        arguments: [CommandArgument("DOMAIN", .guest), CommandArgument("DISK", .disk)],
        details: ["The core is written to a disk, from its first sector on: see disks."],
        example: "dump-core guest vdb")
    default:
      CommandDescription(
        name: "list", summary: "the domains: r running, b blocked, p paused, s shut down, c crashed, d dying",
        arguments: [CommandArgument("DOMAIN", .domain, .any)], example: "list")
    }
  }

  private static var createDescription: CommandDescription {
    CommandDescription(
      name: "create", summary: "build a guest from its configuration and start it",
      options: [
        CommandOption("c", "show its console from its first line on"), CommandOption("p", "leave it paused"),
      ],
      arguments: [CommandArgument("FILE", .configuration), CommandArgument("KEY=VALUE", .setting, .any)],
      details: [
        "Settings on the line go before those in the file. Ctrl-C gives up, and takes apart what is", "built so far.",
      ],
      example: "create guest.cfg name=g2 memory=48")
  }
}
