import XenABI

let eventChannelCall = Hypercall(
  .eventChannel, "eventChannel", cName: "event_channel_op", header: "event_channel.h", .command,
  "Event channels: one-bit signals between domains, and what carries interrupts.",
  notes: [
    "Delivery is the 2-level one: a domain has 4096 ports, or 1024 while its `shared_info` is of 32 bits. "
      + "`EVTCHNOP_init_control`, `_expand_array` and `_set_priority` (FIFO delivery) are not offered."
  ],
  operations: [
    Operation(
      EventChannelOperation.bindInterdomain.rawValue, "bindInterdomain", cName: "EVTCHNOP_bind_interdomain",
      "eventChannelBindInterdomain",
      "Connects a new port to one that the remote domain allocated for the caller. The new port is pending at once, "
        + "so that nothing sent before is lost.",
      .updates(EventChannelBindInterdomain.self),
      errors: [
        noSuchDomain, Refusal(.invalidArgument, "the remote port is not open, or not for the caller"), noFreePort,
        noPortMemory,
      ]),
    Operation(
      EventChannelOperation.bindVirtualIRQ.rawValue, "bindVirtualIRQ", cName: "EVTCHNOP_bind_virq",
      "eventChannelBindVirtualIRQ",
      "A new port for a virtual interrupt. Timer, debug and profiling interrupts are bound once a vCPU, the others "
        + "once a domain and on vCPU 0 at first.",
      .updates(EventChannelBindVirtualIRQ.self),
      errors: [
        Refusal(.invalidArgument, "no such virtual interrupt, or one of the domain's on another vCPU than 0"),
        noSuchVCPU, Refusal(.alreadyExists, "it is bound already"), noFreePort, noPortMemory,
        Refusal(.notPermitted, "the interrupt is for the control domain"),
      ]),
    Operation(
      EventChannelOperation.bindPhysicalIRQ.rawValue, "bindPhysicalIRQ", cName: "EVTCHNOP_bind_pirq",
      "eventChannelBindPhysicalIRQ",
      "A new port for a physical interrupt that `map_pirq` has given a number, and starts the interrupt.",
      .updates(EventChannelBindPhysicalIRQ.self), by: .controlDomain,
      errors: [
        Refusal(.invalidArgument, "the number stands for no interrupt, or the device refuses to be programmed"),
        Refusal(.alreadyExists, "it is bound already"), noFreePort, noPortMemory,
      ]),
    Operation(
      EventChannelOperation.close.rawValue, "close", cName: "EVTCHNOP_close", "eventChannelClose",
      "Frees a port. The other end of a connected one becomes unbound again; an interrupt's is stopped.",
      .reads(EventChannelClose.self), errors: [badPort]),
    Operation(
      EventChannelOperation.send.rawValue, "send", cName: "EVTCHNOP_send", "eventChannelSend",
      "Signals the other end of a port: sets its pending bit, and tells the vCPU that it is bound to if the bit was "
        + "not set before and is not masked. To send on a port that nobody has connected to has no effect.",
      .reads(EventChannelSend.self), errors: [badPort], frequent: true),
    Operation(
      EventChannelOperation.status.rawValue, "status", cName: "EVTCHNOP_status", "eventChannelStatus",
      "What a port is bound to.", .updates(EventChannelStatus.self), by: .itself,
      errors: [noSuchDomain, otherDomain, Refusal(.invalidArgument, "no port can have that number")]),
    Operation(
      EventChannelOperation.allocateUnbound.rawValue, "allocateUnbound", cName: "EVTCHNOP_alloc_unbound",
      "eventChannelAllocateUnbound",
      "A new port that the named domain, which need not exist yet, and nobody else may connect to. The control domain "
        + "can open one for another domain, which then has it.",
      .updates(EventChannelAllocateUnbound.self), by: .itself,
      errors: [noSuchDomain, otherDomain, noFreePort, noPortMemory]),
    Operation(
      EventChannelOperation.bindIPI.rawValue, "bindIPI", cName: "EVTCHNOP_bind_ipi", "eventChannelBindIPI",
      "A new port that signals a vCPU of the caller's domain.", .updates(EventChannelBindIPI.self),
      errors: [noSuchVCPU, noFreePort, noPortMemory]),
    Operation(
      EventChannelOperation.bindVCPU.rawValue, "bindVCPU", cName: "EVTCHNOP_bind_vcpu", "eventChannelBindVCPU",
      "Chooses the vCPU that is told of a port's events.", .reads(EventChannelBindVCPU.self),
      errors: [badPort, noSuchVCPU, Refusal(.invalidArgument, "the port is an IPI's or a vCPU's own interrupt")]),
    Operation(
      EventChannelOperation.unmask.rawValue, "unmask", cName: "EVTCHNOP_unmask", "eventChannelUnmask",
      "Clears a port's mask, and delivers the event if it is pending: what a guest can't do by itself without a race.",
      .reads(EventChannelUnmask.self), errors: [badPort]),
    Operation(
      EventChannelOperation.reset.rawValue, "reset", cName: "EVTCHNOP_reset", "eventChannelReset",
      "Closes all of a domain's ports, also those that are opened before the call is finished.",
      .reads(EventChannelReset.self),
      by: .itself, continues: true, errors: [noSuchDomain, otherDomain]),
  ],
  absences: [
    Absence(
      "events of the two-level kind only: a guest that is refused the other takes it",
      [11: "EVTCHNOP_init_control", 12: "EVTCHNOP_expand_array", 13: "EVTCHNOP_set_priority"]),
    Absence("Xen's own, for going on with a long `EVTCHNOP_reset`", [14: "EVTCHNOP_reset_cont"]),
  ])
