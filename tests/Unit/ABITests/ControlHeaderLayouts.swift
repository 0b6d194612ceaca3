import HypercallTable
import XenABI

/// The structures by which a control domain makes and runs others.
let controlHeaderLayouts: [HeaderLayout] = [
  HeaderLayout(
    DomainControlCreate.self, "xen_domctl", 144, 144,
    [
      ("cmd", 0, 0), ("interface_version", 4, 4), ("domain", 8, 8), ("ssidref", 16, 16), ("handle", 20, 20),
      ("flags", 36, 36), ("iommu_opts", 40, 40), ("max_vcpus", 44, 44), ("max_evtchn_port", 48, 48),
      ("max_grant_frames", 52, 52), ("max_maptrack_frames", 56, 56), ("grant_opts", 60, 60), ("vmtrace_size", 64, 64),
      ("cpupool_id", 68, 68), ("arch.emulation_flags", 72, 72), ("arch.misc_flags", 76, 76),
    ]),
  HeaderLayout(
    DomainControlVCPUCount.self, "xen_domctl", 144, 144,
    [("cmd", 0, 0), ("interface_version", 4, 4), ("domain", 8, 8), ("max", 16, 16)]),
  HeaderLayout(
    DomainControlContext.self, "xen_domctl", 144, 144,
    [("cmd", 0, 0), ("interface_version", 4, 4), ("domain", 8, 8), ("size", 16, 16), ("buffer", 24, 24)]),
  HeaderLayout(
    DomainControlAffinity.self, "xen_domctl", 144, 144,
    [
      ("cmd", 0, 0), ("interface_version", 4, 4), ("domain", 8, 8), ("vcpu", 16, 16), ("flags", 20, 20),
      ("cpumap_hard.bitmap", 24, 24), ("cpumap_hard.nr_bits", 32, 32), ("cpumap_soft.bitmap", 40, 40),
      ("cpumap_soft.nr_bits", 48, 48),
    ]),
  HeaderLayout(
    DomainControlVCPUInformation.self, "xen_domctl", 144, 144,
    [
      ("cmd", 0, 0), ("interface_version", 4, 4), ("domain", 8, 8), ("vcpu", 16, 16), ("online", 20, 20),
      ("blocked", 21, 21), ("running", 22, 22), ("cpu_time", 24, 24), ("cpu", 32, 32),
    ]),
  HeaderLayout(
    DomainControlScheduling.self, "xen_domctl", 144, 144,
    [
      ("cmd", 0, 0), ("interface_version", 4, 4), ("domain", 8, 8), ("sched_id", 16, 16), ("cmd", 20, 20),
      ("u.credit2.weight", 24, 24), ("u.credit2.cap", 26, 26),
    ]),
  HeaderLayout(
    DomainControlCPUPolicy.self, "xen_domctl", 144, 144,
    [
      ("cmd", 0, 0), ("interface_version", 4, 4), ("domain", 8, 8), ("nr_leaves", 16, 16), ("nr_msrs", 20, 20),
      ("leaves", 24, 24), ("msrs", 32, 32), ("err_leaf", 40, 40), ("err_subleaf", 44, 44), ("err_msr", 48, 48),
    ]),
  HeaderLayout(
    SystemControlScheduler.self, "xen_sysctl", 136, 136,
    [("cmd", 0, 0), ("interface_version", 4, 4), ("sched_id", 8, 8)]),
  HeaderLayout(
    SystemControlCounters.self, "xen_sysctl", 136, 136,
    [
      ("cmd", 0, 0), ("interface_version", 4, 4), ("cmd", 8, 8), ("nr_counters", 12, 12), ("nr_vals", 16, 16),
      ("desc", 24, 24), ("val", 32, 32),
    ]),
  HeaderLayout(
    SystemControlProcessors.self, "xen_sysctl", 136, 136,
    [("cmd", 0, 0), ("interface_version", 4, 4), ("max_cpus", 8, 8), ("info", 16, 16), ("nr_cpus", 24, 24)]),
  HeaderLayout(
    ProcessorSet.self, "xenctl_bitmap", 16, 16, [("bitmap", 0, 0), ("nr_bits", 8, 8)]),
  HeaderLayout(
    CounterDescription.self, "xen_sysctl_perfc_desc", 84, 84, [("name", 0, 0), ("nr_vals", 80, 80)]),
  HeaderLayout(
    CPUIDLeafEntry.self, "xen_cpuid_leaf", 24, 24,
    [("leaf", 0, 0), ("subleaf", 4, 4), ("a", 8, 8), ("b", 12, 12), ("c", 16, 16), ("d", 20, 20)]),
  HeaderLayout(
    MSREntry.self, "xen_msr_entry", 16, 16, [("idx", 0, 0), ("flags", 4, 4), ("val", 8, 8)]),
  HeaderLayout(
    ForeignMemoryMap.self, "xen_foreign_memory_map", 24, 12,
    [("domid", 0, 0), ("map.nr_entries", 8, 4), ("map.buffer", 16, 8)]),
  HeaderLayout(
    HVMSaveDescriptor.self, "hvm_save_descriptor", 8, 8, [("typecode", 0, 0), ("instance", 2, 2), ("length", 4, 4)]),
  HeaderLayout(
    HVMSaveHeader.self, "hvm_save_header", 24, 24,
    [("magic", 0, 0), ("version", 4, 4), ("changeset", 8, 8), ("cpuid", 16, 16), ("gtsc_khz", 20, 20)]),
  HeaderLayout(
    HVMLocalAPIC.self, "hvm_hw_lapic", 24, 24,
    [("apic_base_msr", 0, 0), ("disabled", 8, 8), ("timer_divisor", 12, 12), ("tdt_msr", 16, 16)]),
  HeaderLayout(
    HVMGeneralRegisters.self, "hvm_hw_cpu from 512 on", 144, 144,
    [
      ("rax", 0, 0), ("rbx", 8, 8), ("rcx", 16, 16), ("rdx", 24, 24), ("rbp", 32, 32), ("rsi", 40, 40), ("rdi", 48, 48),
      ("rsp", 56, 56), ("r8", 64, 64), ("r9", 72, 72), ("r10", 80, 80), ("r11", 88, 88), ("r12", 96, 96),
      ("r13", 104, 104), ("r14", 112, 112), ("r15", 120, 120), ("rip", 128, 128), ("rflags", 136, 136),
    ]),
  HeaderLayout(
    HVMControlRegisters.self, "hvm_hw_cpu from 656 on", 80, 80,
    [
      ("cr0", 0, 0), ("cr2", 8, 8), ("cr3", 16, 16), ("cr4", 24, 24), ("dr0", 32, 32), ("dr1", 40, 40), ("dr2", 48, 48),
      ("dr3", 56, 56), ("dr6", 64, 64), ("dr7", 72, 72),
    ]),
  HeaderLayout(
    HVMSegmentRegisters.self, "hvm_hw_cpu from 736 on", 184, 184,
    [("cs_sel", 0, 0), ("cs_limit", 32, 32), ("cs_base", 72, 72), ("cs_arbytes", 152, 152)]),
  HeaderLayout(
    HVMSystemRegisters.self, "hvm_hw_cpu from 920 on", 112, 112,
    [
      ("sysenter_cs", 0, 0), ("sysenter_esp", 8, 8), ("sysenter_eip", 16, 16), ("shadow_gs", 24, 24),
      ("msr_flags", 32, 32), ("msr_lstar", 40, 40), ("msr_star", 48, 48), ("msr_cstar", 56, 56),
      ("msr_syscall_mask", 64, 64), ("msr_efer", 72, 72), ("msr_tsc_aux", 80, 80), ("tsc", 88, 88),
      ("pending_event", 96, 96), ("error_code", 100, 100), ("flags", 104, 104),
    ]),
]
