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
  ],
  absences: [
    Absence("the log is read by `XEN_SYSCTL_readconsole`; there are no other traces", [2: "XEN_SYSCTL_tbuf_op"]),
    Absence("debug keys are typed on the hypervisor's console", [7: "XEN_SYSCTL_debug_keys"]),
    Absence("`XEN_SYSCTL_physinfo` has it", [9: "XEN_SYSCTL_availheap"]),
    Absence(
      "processors are neither slowed down nor taken away",
      [10: "XEN_SYSCTL_get_pmstat", 11: "XEN_SYSCTL_cpu_hotplug", 12: "XEN_SYSCTL_pm_op"]),
    Absence("memory is not taken away", [14: "XEN_SYSCTL_page_offline_op"]),
    Absence("for builds of Xen's that measure it", [15: "XEN_SYSCTL_lockprof_op", 20: "XEN_SYSCTL_coverage_op"]),
    Absence(
      "one processor, one node",
      [
        16: "XEN_SYSCTL_cputopoinfo", 17: "XEN_SYSCTL_numainfo", 18: "XEN_SYSCTL_cpupool_op",
        22: "XEN_SYSCTL_pcitopoinfo",
      ]),
    Absence("the scheduler has no parameters", [19: "XEN_SYSCTL_scheduler_op"]),
    Absence("caches are not shared out", [21: "XEN_SYSCTL_psr_cmt_op", 23: "XEN_SYSCTL_psr_alloc"]),
    Absence(
      "`XEN_DOMCTL_get_cpu_policy` of a new domain tells what there is",
      [
        25: "XEN_SYSCTL_get_cpu_levelling_caps", 26: "XEN_SYSCTL_get_cpu_featureset", 29: "XEN_SYSCTL_get_cpu_policy",
      ]),
    Absence("the hypervisor is not patched while it runs", [27: "XEN_SYSCTL_livepatch_op"]),
    Absence(
      "no longer in Xen, or never used",
      [0: "", 13: "", 24: "XEN_SYSCTL_tmem_op", 28: "XEN_SYSCTL_set_parameter"]),
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
  ],
  absences: [
    Absence(
      "for pv domains only",
      [
        12: "XEN_DOMCTL_setvcpucontext", 13: "XEN_DOMCTL_getvcpucontext", 22: "XEN_DOMCTL_hypercall_init",
        35: "XEN_DOMCTL_set_address_size", 36: "XEN_DOMCTL_get_address_size", 42: "XEN_DOMCTL_set_ext_vcpucontext",
        43: "XEN_DOMCTL_get_ext_vcpucontext",
      ]),
    Absence(
      "no migration: nothing logs dirty pages or asks for their types",
      [10: "XEN_DOMCTL_shadow_op", 61: "XEN_DOMCTL_getpageframeinfo3"]),
    Absence(
      "nested page tables come out of the pool",
      [
        85: "XEN_DOMCTL_get_paging_mempool_size", 86: "XEN_DOMCTL_set_paging_mempool_size",
      ]),
    Absence(
      "the vCPU's whole state goes by `gethvmcontext` and `sethvmcontext`",
      [
        55: "XEN_DOMCTL_gethvmcontext_partial", 62: "XEN_DOMCTL_setvcpuextstate", 63: "XEN_DOMCTL_getvcpuextstate",
        72: "XEN_DOMCTL_get_vcpu_msrs", 73: "XEN_DOMCTL_set_vcpu_msrs",
      ]),
    Absence("it is set by `createdomain`", [17: "XEN_DOMCTL_setdomainhandle"]),
    Absence(
      "debuggers stop the whole machine",
      [
        18: "XEN_DOMCTL_setdebugging", 54: "XEN_DOMCTL_debug_op", 1000: "XEN_DOMCTL_gdbsx_guestmemio",
        1001: "XEN_DOMCTL_gdbsx_pausevcpu", 1002: "XEN_DOMCTL_gdbsx_unpausevcpu", 1003: "XEN_DOMCTL_gdbsx_domstatus",
      ]),
    Absence(
      "devices are domain 0's",
      [
        19: "XEN_DOMCTL_irq_permission", 20: "XEN_DOMCTL_iomem_permission", 21: "XEN_DOMCTL_ioport_permission",
        37: "XEN_DOMCTL_assign_device", 38: "XEN_DOMCTL_bind_pt_irq", 39: "XEN_DOMCTL_memory_mapping",
        40: "XEN_DOMCTL_ioport_mapping", 45: "XEN_DOMCTL_test_assign_device", 46: "XEN_DOMCTL_set_target",
        47: "XEN_DOMCTL_deassign_device", 48: "XEN_DOMCTL_unbind_pt_irq", 50: "XEN_DOMCTL_get_device_group",
      ]),
    Absence(
      "all domains have the machine's time and its time-stamp counter",
      [24: "XEN_DOMCTL_settimeoffset", 59: "XEN_DOMCTL_gettscinfo", 60: "XEN_DOMCTL_settscinfo"]),
    Absence(
      "no suspended domain goes on",
      [23: "XEN_DOMCTL_soft_reset_cont", 27: "XEN_DOMCTL_resumedomain", 79: "XEN_DOMCTL_soft_reset"]),
    Absence("no buttons and no NMI from outside", [28: "XEN_DOMCTL_sendtrigger"]),
    Absence("`VIRQ_DOM_EXC` tells of all domains", [29: "XEN_DOMCTL_subscribe"]),
    Absence("all of them are domain 0's", [66: "XEN_DOMCTL_set_virq_handler"]),
    Absence(
      "no sharing, paging or watching of memory",
      [
        56: "XEN_DOMCTL_vm_event_op", 57: "XEN_DOMCTL_mem_sharing_op", 64: "XEN_DOMCTL_set_access_required",
        77: "XEN_DOMCTL_monitor_op", 84: "XEN_DOMCTL_vmtrace_op",
      ]),
    Absence("Apus's own `audit` looks at all maps", [65: "XEN_DOMCTL_audit_p2m"]),
    Absence("broken memory ends the machine", [67: "XEN_DOMCTL_set_broken_page_p2m"]),
    Absence(
      "one node",
      [68: "XEN_DOMCTL_setnodeaffinity", 69: "XEN_DOMCTL_getnodeaffinity", 74: "XEN_DOMCTL_setvnumainfo"]),
    Absence("caches are not shared out", [75: "XEN_DOMCTL_psr_cmt_op", 78: "XEN_DOMCTL_psr_alloc"]),
    Absence("for Arm", [71: "XEN_DOMCTL_cacheflush", 81: "XEN_DOMCTL_vuart_op"]),
    Absence(
      "no longer in Xen, or never used",
      [
        0: "", 6: "XEN_DOMCTL_getmemlist", 7: "XEN_DOMCTL_getpageframeinfo", 8: "XEN_DOMCTL_getpageframeinfo2",
        26: "XEN_DOMCTL_real_mode_area", 30: "", 31: "", 32: "", 41: "XEN_DOMCTL_pin_mem_cacheattr",
        44: "XEN_DOMCTL_set_opt_feature", 49: "XEN_DOMCTL_set_cpuid", 51: "XEN_DOMCTL_set_machine_address_size",
        52: "XEN_DOMCTL_get_machine_address_size", 53: "XEN_DOMCTL_suppress_spurious_page_faults",
        58: "XEN_DOMCTL_disable_migrate", 70: "XEN_DOMCTL_set_max_evtchn", 76: "", 80: "XEN_DOMCTL_set_gnttab_limits",
      ]),
  ])
