import XenABI

private let otherVersion = Refusal(.accessDenied, "the interface version is not 0x15")

private let badVCPU = Refusal(.invalidArgument, "the domain can't have such a vCPU")
private let badAffinity = Refusal(.invalidArgument, "neither set is named, or no processor is left")

let systemControlCall = Hypercall(
  .systemControl, "systemControl", cName: "sysctl", header: "sysctl.h", .systemControl,
  "The machine as a whole.",
  operations: [
    Operation(
      SystemControlOperation.readConsole.rawValue, "readConsole", cName: "XEN_SYSCTL_readconsole",
      "systemControlReadConsole",
      "Reads what the hypervisor's log holds, at most 16 KiB a call: from its start, or incrementally from an index on.",
      .updates(SystemControlReadConsole.self), by: .controlDomain,
      errors: [otherVersion, Refusal(.badAddress, "the buffer can't be written")]),
    Operation(
      SystemControlOperation.physicalInformation.rawValue, "physicalInformation", cName: "XEN_SYSCTL_physinfo",
      "systemControlPhysicalInformation", "The machine's processors and memory.",
      .updates(SystemControlPhysicalInformation.self), by: .controlDomain, errors: [otherVersion]),
    Operation(
      SystemControlOperation.scheduler.rawValue, "scheduler", cName: "XEN_SYSCTL_sched_id", "systemControlScheduler",
      "The scheduler: 6, credit2, whose weights and caps the one here has.", .updates(SystemControlScheduler.self),
      by: .controlDomain, errors: [otherVersion]),
    Operation(
      SystemControlOperation.counters.rawValue, "counters", cName: "XEN_SYSCTL_perfc_op", "systemControlCounters",
      "The performance counters: names, values, or back to zero. There is one for each reason of an exit, over all "
        + "domains that there ever were, and some for the hypervisor's own work.",
      .updates(SystemControlCounters.self), by: .controlDomain,
      errors: [
        otherVersion, Refusal(.invalidArgument, "no such command"), Refusal(.badAddress, "a buffer can't be written"),
      ]),
    Operation(
      SystemControlOperation.listDomains.rawValue, "listDomains", cName: "XEN_SYSCTL_getdomaininfolist",
      "systemControlListDomains", "Information on all domains from a given number on, by ascending number.",
      .updates(SystemControlListDomains.self), by: .controlDomain,
      errors: [otherVersion, Refusal(.badAddress, "the buffer can't be written")]),
    Operation(
      SystemControlOperation.processors.rawValue, "processors", cName: "XEN_SYSCTL_getcpuinfo",
      "systemControlProcessors", "How long each processor had nothing to run, in nanoseconds.",
      .updates(SystemControlProcessors.self), by: .controlDomain,
      errors: [otherVersion, Refusal(.badAddress, "the buffer can't be written")]),
  ])

let domainControlCall = Hypercall(
  .domainControl, "domainControl", cName: "domctl", header: "domctl.h", .domainControl, "Other domains.",
  operations: [
    Operation(
      DomainControlOperation.create.rawValue, "create", cName: "XEN_DOMCTL_createdomain", "domainControlCreate",
      "Makes a domain, of the number in the structure's head or, with 0 there, of one that the hypervisor chooses and "
        + "writes there. It is hardware-assisted with nested page tables, has a local APIC and one vCPU, and no memory "
        + "yet; it is paused, for its maker to let it run.",
      .updates(DomainControlCreate.self), by: .controlDomain,
      errors: [
        otherVersion, Refusal(.alreadyExists, "the number is in use"),
        Refusal(.invalidArgument, "something is asked for that is not offered; the log says what"),
        Refusal(.notSupported, "other pieces of a PC than a local APIC"),
        Refusal(.outOfMemory, "no memory is left for it, or no number"),
      ]),
    Operation(
      DomainControlOperation.destroy.rawValue, "destroy", cName: "XEN_DOMCTL_destroydomain", "domainControlDestroy",
      "Takes a domain apart, a piece at a time: it never runs again, its ports are closed, its frames go back to the "
        + "pool as soon as nobody else refers to them.",
      .reads(DomainControl.self), by: .controlDomain, continues: true,
      errors: [
        otherVersion, Refusal(.noSuchDomain, "no such domain"),
        Refusal(.invalidArgument, "the domain is the caller itself"),
      ]),
    Operation(
      DomainControlOperation.pause.rawValue, "pause", cName: "XEN_DOMCTL_pausedomain", "domainControlPause",
      "Keeps a domain from running. Pauses add up.", .reads(DomainControl.self), by: .controlDomain,
      errors: [otherVersion, noSuchDomain, Refusal(.invalidArgument, "the domain is the caller itself")]),
    Operation(
      DomainControlOperation.unpause.rawValue, "unpause", cName: "XEN_DOMCTL_unpausedomain", "domainControlUnpause",
      "Undoes a pause.", .reads(DomainControl.self), by: .controlDomain,
      errors: [
        otherVersion, noSuchDomain, Refusal(.invalidArgument, "the domain is not paused, or is the caller itself"),
      ]),
    Operation(
      DomainControlOperation.getInformation.rawValue, "getInformation", cName: "XEN_DOMCTL_getdomaininfo",
      "domainControlGetInformation",
      "Information on a domain, or on the next by number if there is none of that number.",
      .updates(DomainControlGetInformation.self), by: .controlDomain,
      errors: [otherVersion, Refusal(.noSuchDomain, "no domain has that number or a higher one")]),
    Operation(
      DomainControlOperation.setAffinity.rawValue, "setAffinity", cName: "XEN_DOMCTL_setvcpuaffinity",
      "domainControlSetAffinity",
      "The processors that a vCPU may run on (hard) and those it should (soft). There is one processor, which a hard "
        + "affinity has to have. What has an effect is written back.",
      .reads(DomainControlAffinity.self), by: .controlDomain,
      errors: [
        otherVersion, noSuchDomain, badVCPU, badAffinity, Refusal(.badAddress, "a set can't be read or written"),
      ]),
    Operation(
      DomainControlOperation.setMaximumMemory.rawValue, "setMaximumMemory", cName: "XEN_DOMCTL_max_mem",
      "domainControlSetMaximumMemory",
      "Sets the most memory that a domain may have, in KiB. What it has above that stays with it.",
      .reads(DomainControlMaximumMemory.self), by: .controlDomain, errors: [otherVersion, noSuchDomain]),
    Operation(
      DomainControlOperation.getVCPUInformation.rawValue, "getVCPUInformation", cName: "XEN_DOMCTL_getvcpuinfo",
      "domainControlGetVCPUInformation", "What a vCPU is doing, and how long it has run.",
      .updates(DomainControlVCPUInformation.self), by: .controlDomain, errors: [otherVersion, noSuchDomain, badVCPU]),
    Operation(
      DomainControlOperation.setVCPUCount.rawValue, "setVCPUCount", cName: "XEN_DOMCTL_max_vcpus",
      "domainControlSetVCPUCount",
      "Makes a domain's vCPUs, as many as createdomain announced. They are offline until they get registers.",
      .reads(DomainControlVCPUCount.self), by: .controlDomain,
      errors: [
        otherVersion, noSuchDomain,
        Refusal(.invalidArgument, "another number than was announced, or the domain is the caller itself"),
        Refusal(.outOfMemory, "no memory is left for them"),
      ]),
    Operation(
      DomainControlOperation.scheduling.rawValue, "scheduling", cName: "XEN_DOMCTL_scheduler_op",
      "domainControlScheduling",
      "Sets or gets the weight and the cap of a domain's vCPUs, as credit2's: a weight of 0 and a cap of 65535 leave "
        + "what there is. There are none for a single vCPU.",
      .updates(DomainControlScheduling.self), by: .controlDomain,
      errors: [otherVersion, noSuchDomain, Refusal(.invalidArgument, "another scheduler than 6, or another command")]),
    Operation(
      DomainControlOperation.getAffinity.rawValue, "getAffinity", cName: "XEN_DOMCTL_getvcpuaffinity",
      "domainControlGetAffinity", "The processors that a vCPU may and should run on, as they were asked for.",
      .reads(DomainControlAffinity.self), by: .controlDomain,
      errors: [otherVersion, noSuchDomain, badVCPU, badAffinity, Refusal(.badAddress, "a set can't be written")]),
    Operation(
      DomainControlOperation.getContext.rawValue, "getContext", cName: "XEN_DOMCTL_gethvmcontext",
      "domainControlGetContext",
      "Writes the state of a domain's vCPUs into a buffer: a header, of each vCPU the registers and the local APIC's "
        + "mode, and the end (public header `arch-x86/hvm/save.h`). Without a buffer, tells the size.",
      .updates(DomainControlContext.self), by: .controlDomain,
      errors: [
        otherVersion, noSuchDomain, Refusal(.invalidArgument, "the domain is the caller itself"),
        Refusal(.noSpace, "the buffer is too small"), Refusal(.badAddress, "the buffer can't be written"),
      ]),
    Operation(
      DomainControlOperation.setContext.rawValue, "setContext", cName: "XEN_DOMCTL_sethvmcontext",
      "domainControlSetContext",
      "Gives a domain's vCPUs their registers, from the same records, and brings them online. Each state is checked "
        + "by the processor's own rules before it is taken. MTRR records are read over.",
      .reads(DomainControlContext.self), by: .controlDomain,
      errors: [
        otherVersion, noSuchDomain,
        Refusal(
          .invalidArgument,
          "the domain is the caller itself; a record is unknown, of a wrong size, or of no vCPU; or the processor would "
            + "not enter a guest with the state: the log names the rule"),
        Refusal(.noData, "the records end too early"), Refusal(.badAddress, "the buffer can't be read"),
      ]),
    Operation(
      DomainControlOperation.getCPUPolicy.rawValue, "getCPUPolicy", cName: "XEN_DOMCTL_get_cpu_policy",
      "domainControlGetCPUPolicy",
      "What CPUID answers a domain, leaf by leaf; what depends on the vCPU is zero. The policy has no MSRs. Without "
        + "buffers, how many elements there can be.",
      .updates(DomainControlCPUPolicy.self), by: .controlDomain,
      errors: [
        otherVersion, noSuchDomain, Refusal(.noBuffers, "the buffer is too small"),
        Refusal(.badAddress, "the buffer can't be written"),
      ]),
    Operation(
      DomainControlOperation.setCPUPolicy.rawValue, "setCPUPolicy", cName: "XEN_DOMCTL_set_cpu_policy",
      "domainControlSetCPUPolicy",
      "Takes from what CPUID answers a domain that has not run yet: features less, a lower highest leaf, another brand. "
        + "Leaves that are not in the list stay. Where one is refused it is named in the structure, and nothing changes.",
      .updates(DomainControlCPUPolicy.self), by: .controlDomain,
      errors: [
        otherVersion, noSuchDomain,
        Refusal(.invalidArgument, "a leaf or an MSR asks for more than is offered, or the domain is the caller itself"),
        Refusal(.outOfRange, "a leaf or an MSR is not known"), Refusal(.alreadyExists, "the domain was let run"),
        Refusal(.tooBig, "more than 256 leaves or 16 MSRs"), Refusal(.badAddress, "a list can't be read"),
      ]),
  ])
