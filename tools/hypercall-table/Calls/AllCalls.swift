/// The one table of hypercalls: what is not in it is answered with -ENOSYS, or as its absences say.
///
/// Dispatch, the guest's stubs and the reference page are made from it; `make hypercalls` renews them, and a test
/// compares them with what the table gives.
public let hypercalls: [Hypercall] = [
  memoryCall, multicallCall, setTimerCall, versionCall, consoleCall, grantTableCall, vmAssistCall, vcpuCall,
  schedulerCall, eventChannelCall, physicalDeviceCall, hvmCall, systemControlCall, domainControlCall, apusCall,
]

/// The whole hypercalls that are not there.
public let absentCalls: [Absence] = [
  Absence(
    "for pv domains only, on Xen too",
    [
      0: "set_trap_table", 1: "mmu_update", 2: "set_gdt", 3: "stack_switch", 4: "set_callbacks", 5: "fpu_taskswitch",
      8: "set_debugreg", 9: "get_debugreg", 10: "update_descriptor", 14: "update_va_mapping",
      22: "update_va_mapping_otherdomain", 23: "iret", 25: "set_segment_base", 28: "nmi_op", 30: "callback_op",
      31: "xenoprof_op", 37: "kexec_op", 48: "mca",
    ]),
  Absence("page tables are the domain's own; there are no pv domains", [26: "mmuext_op"]),
  Absence(
    "as it was before 2006, for pv domains only",
    [6: "sched_op_compat", 16: "event_channel_op_compat", 19: "physdev_op_compat"]),
  Absence("the platform is domain 0's, or the hypervisor's alone", [7: "platform_op"]),
  Absence("no security modules", [27: "xsm_op"]),
  Absence("an optional part of Xen, left out there by default", [39: "argo_op"]),
  Absence(
    "no performance counters for guests, which Xen refuses to all domains with a local APIC", [40: "xenpmu_op"],
    answer: .notSupported),
  Absence("no device models: disks and consoles are domain 0's", [41: "dm_op"]),
  Absence("no tree of settings", [42: "hypfs_op"]),
  Absence("Xen's own, for going on with a long `domctl`", [49: "paging_domctl_cont"]),
  Absence(
    "no longer in Xen, or never used",
    [
      11: "", 38: "tmem_op", 43: "", 44: "", 45: "", 46: "", 47: "", 50: "arch_2", 51: "arch_3", 53: "arch_5",
      54: "arch_6", 55: "arch_7",
    ]),
]
