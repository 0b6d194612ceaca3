/// The commands about what domains have and use.
extension CommandVerb {
  var resourceDescription: CommandDescription {
    switch self {
    case .memSet:
      CommandDescription(
        name: "mem-set", summary: "ask a guest to have so much memory, while it runs",
        arguments: [CommandArgument("DOMAIN", .guest), CommandArgument("SIZE", .size)],
        details: ["The guest's balloon does it, up to mem-max and as far as there is free memory: list shows how far."],
        example: "mem-set guest 24")
    case .memMax:
      CommandDescription(
        name: "mem-max", summary: "the most memory that a guest may have",
        arguments: [CommandArgument("DOMAIN", .guest), CommandArgument("SIZE", .size)], example: "mem-max guest 64")
    case .vcpuList:
      CommandDescription(
        name: "vcpu-list", summary: "the virtual CPUs: where they run, what they do, how long they ran",
        arguments: [CommandArgument("DOMAIN", .domain, .any)], example: "vcpu-list")
    case .sched: Self.schedDescription
    case .top:
      CommandDescription(
        name: "top", summary: "the domains live: CPU share, memory, exits and events a second; q leaves",
        options: [CommandOption("n", value: CommandArgument("COUNT", .number), "leave after so many seconds")],
        details: ["The exits are those that hand the CPU to ring -1, by reason; the three most frequent are named."],
        example: "top")
    case .rings:
      CommandDescription(
        name: "rings", summary: "for each virtual CPU: which code runs in which ring, and how it enters ring -1",
        arguments: [CommandArgument("DOMAIN", .domain, .any)], example: "rings guest")
    default:
      CommandDescription(
        name: "block-list", summary: "a guest's disks, and how far they are connected",
        arguments: [CommandArgument("DOMAIN", .guest)], example: "block-list guest")
    }
  }

  private static var schedDescription: CommandDescription {
    CommandDescription(
      name: "sched", summary: "the scheduler's weights and caps, shown or set",
      options: [
        CommandOption("d", value: CommandArgument("DOMAIN", .domain), "only this domain"),
        CommandOption("w", value: CommandArgument("WEIGHT", .number), "its share beside the others'; 256 at first"),
        CommandOption(
          "c", value: CommandArgument("CAP", .number), "the most of one CPU that it gets, in percent; 0 for no cap"),
      ],
      example: "sched -d guest -w 512 -c 50")
  }
}
