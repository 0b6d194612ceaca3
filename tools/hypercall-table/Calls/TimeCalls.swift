import XenABI

let setTimerCall = Hypercall(
  .setTimer, "setTimer", cName: "set_timer_op", header: "xen.h", .deadline,
  "The calling vCPU's one-shot timer, the same that `vcpu_op` sets.",
  operations: [
    Operation(
      nil, "setTimer", cName: "set_timer_op", "setTimer",
      "Asks for `VIRQ_TIMER` at a system time. 0 stops the timer. A time that has passed fires at once, and so does "
        + "one more than 13 days (2^50 ns) off, which can only be meant so.")
  ])

let vcpuCall = Hypercall(
  .vcpu, "vcpu", cName: "vcpu_op", header: "vcpu.h", .vcpu,
  "A virtual CPU's timers, and the areas where the hypervisor keeps it informed.",
  notes: [
    "An area's address is translated when it is registered: changing page tables afterwards does not move it."
  ],
  operations: [
    Operation(
      VCPUOperation.isUp.rawValue, "isUp", cName: "VCPUOP_is_up", "vcpuIsUp", "Whether a vCPU runs or could.",
      result: "1 if so, else 0", errors: [noSuchVCPU]),
    Operation(
      VCPUOperation.getRunstate.rawValue, "getRunstate", cName: "VCPUOP_get_runstate_info", "vcpuGetRunstate",
      "How long a vCPU has been running, runnable, blocked and offline until now.",
      .updates(RunstateInformation.self), errors: [noSuchVCPU]),
    Operation(
      VCPUOperation.registerRunstateArea.rawValue, "registerRunstateArea",
      cName: "VCPUOP_register_runstate_memory_area", "vcpuRegisterRunstateArea",
      "Keeps a copy of a vCPU's runstate at an address of the guest, renewed whenever the vCPU gets the processor. "
        + "Address 0 ends it.",
      .reads(RegisterRunstateArea.self),
      errors: [noSuchVCPU, Refusal(.badAddress, "the address leads to no RAM of the guest's own")]),
    Operation(
      VCPUOperation.setPeriodicTimer.rawValue, "setPeriodicTimer", cName: "VCPUOP_set_periodic_timer",
      "vcpuSetPeriodicTimer", "Asks for `VIRQ_TIMER` again and again.", .reads(SetPeriodicTimer.self),
      errors: [noSuchVCPU, Refusal(.invalidArgument, "the period is below a millisecond, or above 2^62 ns")]),
    Operation(
      VCPUOperation.stopPeriodicTimer.rawValue, "stopPeriodicTimer", cName: "VCPUOP_stop_periodic_timer",
      "vcpuStopPeriodicTimer", "Stops the periodic timer.", errors: [noSuchVCPU]),
    Operation(
      VCPUOperation.setSingleshotTimer.rawValue, "setSingleshotTimer", cName: "VCPUOP_set_singleshot_timer",
      "vcpuSetSingleshotTimer",
      "Asks for `VIRQ_TIMER` at a system time. A time that has passed fires at once, or is refused where the flag "
        + "`future` says so.",
      .reads(SetSingleshotTimer.self),
      errors: [
        noSuchVCPU, Refusal(.invalidArgument, "the vCPU is not the calling one"),
        Refusal(.timePassed, "the time has passed, and `future` is set"),
      ]),
    Operation(
      VCPUOperation.stopSingleshotTimer.rawValue, "stopSingleshotTimer", cName: "VCPUOP_stop_singleshot_timer",
      "vcpuStopSingleshotTimer", "Stops the one-shot timer.",
      errors: [noSuchVCPU, Refusal(.invalidArgument, "the vCPU is not the calling one")]),
    Operation(
      VCPUOperation.registerInfo.rawValue, "registerInfo", cName: "VCPUOP_register_vcpu_info", "vcpuRegisterInfo",
      "Moves a vCPU's `vcpu_info` out of `shared_info` to a place of the guest's choice, once. What it held is copied, "
        + "and all events are looked at again.",
      .reads(RegisterVCPUInfo.self),
      errors: [
        noSuchVCPU,
        Refusal(
          .invalidArgument,
          "it would cross the frame's end, is not aligned to 8 bytes, was moved before, or the frame is not the "
            + "domain's own RAM"),
      ]),
    Operation(
      VCPUOperation.registerTimeArea.rawValue, "registerTimeArea", cName: "VCPUOP_register_vcpu_time_memory_area",
      "vcpuRegisterTimeArea",
      "Keeps a second copy of the vCPU's time information at an address of the guest. Address 0 ends it.",
      .reads(RegisterTimeArea.self),
      errors: [noSuchVCPU, Refusal(.badAddress, "the address leads to no RAM of the guest's own")]),
  ],
  absences: [
    Absence(
      "a domain has one vCPU, which is up",
      [0: "VCPUOP_initialise", 1: "VCPUOP_up", 2: "VCPUOP_down", 11: "VCPUOP_send_nmi"]),
    Absence("no vCPU is tied to a processor", [12: "VCPUOP_get_physid"], answer: .invalidArgument),
  ])
