import XenABI

let schedulerCall = Hypercall(
  .scheduler, "scheduler", cName: "sched_op", header: "sched.h", .command,
  "When the calling vCPU runs, and when its domain ends.",
  operations: [
    Operation(
      SchedulerOperation.yield.rawValue, "yield", cName: "SCHEDOP_yield", "schedulerYield",
      "Lets others run first. Returns when it is the vCPU's turn again."),
    Operation(
      SchedulerOperation.block.rawValue, "block", cName: "SCHEDOP_block", "schedulerBlock",
      "Allows upcalls and waits for an event. Returns at once if one is pending that the vCPU can be told of: by the "
        + "callback vector, or by its own."),
    Operation(
      SchedulerOperation.shutdown.rawValue, "shutdown", cName: "SCHEDOP_shutdown", "schedulerShutdown",
      "Ends the domain with a reason. Does not return, except where a domain that suspended is resumed.",
      .reads(SchedulerShutdown.self), errors: [Refusal(.invalidArgument, "no such reason")]),
    Operation(
      SchedulerOperation.poll.rawValue, "poll", cName: "SCHEDOP_poll", "schedulerPoll",
      "Waits until one of the given ports is pending, masked or not, or until a system time. Returns at once if one "
        + "is, and may return early: at an interrupt or upcall where the guest has interrupts on, and, with several "
        + "ports, at any event.",
      .reads(SchedulerPoll.self),
      errors: [
        Refusal(.invalidArgument, "more than 128 ports, or no port can have that number"),
        Refusal(.badAddress, "the list can't be read"),
      ]),
    Operation(
      SchedulerOperation.remoteShutdown.rawValue, "remoteShutdown", cName: "SCHEDOP_remote_shutdown",
      "schedulerRemoteShutdown", "Ends another domain with a reason, as if it had done so itself.",
      .reads(SchedulerRemoteShutdown.self), by: .controlDomain,
      errors: [
        noSuchDomain, Refusal(.invalidArgument, "no such reason"),
        Refusal(.notPermitted, "the domain is the control domain"),
      ]),
  ],
  absences: [
    Absence("the reason goes with `SCHEDOP_shutdown`", [5: "SCHEDOP_shutdown_code"]),
    Absence("no watchdog", [6: "SCHEDOP_watchdog"]),
    Absence("one processor", [7: "SCHEDOP_pin_override"]),
  ])
