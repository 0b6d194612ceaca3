import HypercallTable
import Testing
import XenABI

/// A structure as a C compiler lays it out from the public headers of Xen 4.17: sizes and offsets, of 64-bit code and
/// of 32-bit code.
struct HeaderLayout: Sendable {
  var type: StructureType
  var name: String
  var sizes: (wide: Int, narrow: Int)
  /// The fields of the header in order, each with its offsets.
  var fields: [(name: String, wide: Int, narrow: Int)]

  init(_ type: StructureType, _ name: String, _ wide: Int, _ narrow: Int, _ fields: [(String, Int, Int)]) {
    self.type = type
    self.name = name
    sizes = (wide, narrow)
    self.fields = fields
  }
}

/// Every structure of abi/Xen that the public headers have.
let headerLayouts: [HeaderLayout] = guestHeaderLayouts + controlHeaderLayouts

let guestHeaderLayouts: [HeaderLayout] = [
  HeaderLayout(
    MemoryReservation.self, "xen_memory_reservation", 32, 20,
    [
      ("extent_start", 0, 0), ("nr_extents", 8, 4), ("extent_order", 16, 8), ("mem_flags", 20, 12), ("domid", 24, 16),
    ]),
  HeaderLayout(MemoryDomain.self, "xen_memory_domain", 2, 2, [("domid", 0, 0)]),
  HeaderLayout(
    AddToPhysmap.self, "xen_add_to_physmap", 24, 16,
    [
      ("domid", 0, 0), ("size", 2, 2), ("space", 4, 4), ("idx", 8, 8), ("gpfn", 16, 12),
    ]),
  HeaderLayout(
    AddToPhysmapBatch.self, "xen_add_to_physmap_batch", 32, 20,
    [
      ("domid", 0, 0), ("space", 2, 2), ("size", 4, 4), ("u", 6, 6), ("idxs", 8, 8), ("gpfns", 16, 12),
      ("errs", 24, 16),
    ]),
  HeaderLayout(RemoveFromPhysmap.self, "xen_remove_from_physmap", 16, 8, [("domid", 0, 0), ("gpfn", 8, 4)]),
  HeaderLayout(MemoryMapRequest.self, "xen_memory_map", 16, 8, [("nr_entries", 0, 0), ("buffer", 8, 4)]),
  HeaderLayout(
    EventChannelAllocateUnbound.self, "evtchn_alloc_unbound", 8, 8,
    [
      ("dom", 0, 0), ("remote_dom", 2, 2), ("port", 4, 4),
    ]),
  HeaderLayout(
    EventChannelBindInterdomain.self, "evtchn_bind_interdomain", 12, 12,
    [
      ("remote_dom", 0, 0), ("remote_port", 4, 4), ("local_port", 8, 8),
    ]),
  HeaderLayout(
    EventChannelBindVirtualIRQ.self, "evtchn_bind_virq", 12, 12,
    [
      ("virq", 0, 0), ("vcpu", 4, 4), ("port", 8, 8),
    ]),
  HeaderLayout(
    EventChannelBindPhysicalIRQ.self, "evtchn_bind_pirq", 12, 12,
    [
      ("pirq", 0, 0), ("flags", 4, 4), ("port", 8, 8),
    ]),
  HeaderLayout(EventChannelBindIPI.self, "evtchn_bind_ipi", 8, 8, [("vcpu", 0, 0), ("port", 4, 4)]),
  HeaderLayout(EventChannelClose.self, "evtchn_close", 4, 4, [("port", 0, 0)]),
  HeaderLayout(EventChannelSend.self, "evtchn_send", 4, 4, [("port", 0, 0)]),
  HeaderLayout(
    EventChannelStatus.self, "evtchn_status", 24, 24,
    [
      ("dom", 0, 0), ("port", 4, 4), ("status", 8, 8), ("vcpu", 12, 12), ("u", 16, 16),
      ("u.interdomain.port", 20, 20),
    ]),
  HeaderLayout(EventChannelBindVCPU.self, "evtchn_bind_vcpu", 8, 8, [("port", 0, 0), ("vcpu", 4, 4)]),
  HeaderLayout(EventChannelUnmask.self, "evtchn_unmask", 4, 4, [("port", 0, 0)]),
  HeaderLayout(EventChannelReset.self, "evtchn_reset", 2, 2, [("dom", 0, 0)]),
  HeaderLayout(HVMParameterValue.self, "xen_hvm_param", 16, 16, [("domid", 0, 0), ("index", 4, 4), ("value", 8, 8)]),
  HeaderLayout(HVMUpcallVector.self, "xen_hvm_evtchn_upcall_vector", 8, 8, [("vcpu", 0, 0), ("vector", 4, 4)]),
  HeaderLayout(
    MapPhysicalIRQ.self, "physdev_map_pirq", 40, 36,
    [
      ("domid", 0, 0), ("type", 4, 4), ("index", 8, 8), ("pirq", 12, 12), ("bus", 16, 16), ("devfn", 20, 20),
      ("entry_nr", 24, 24), ("table_base", 32, 28),
    ]),
  HeaderLayout(UnmapPhysicalIRQ.self, "physdev_unmap_pirq", 8, 8, [("domid", 0, 0), ("pirq", 4, 4)]),
  HeaderLayout(EndOfInterrupt.self, "physdev_eoi", 4, 4, [("irq", 0, 0)]),
  HeaderLayout(IRQStatusQuery.self, "physdev_irq_status_query", 8, 8, [("irq", 0, 0), ("flags", 4, 4)]),
  HeaderLayout(GetFreePhysicalIRQ.self, "physdev_get_free_pirq", 8, 8, [("type", 0, 0), ("pirq", 4, 4)]),
  HeaderLayout(
    RegisterVCPUInfo.self, "vcpu_register_vcpu_info", 16, 16,
    [
      ("mfn", 0, 0), ("offset", 8, 8), ("rsvd", 12, 12),
    ]),
  HeaderLayout(RegisterRunstateArea.self, "vcpu_register_runstate_memory_area", 8, 8, [("addr", 0, 0)]),
  HeaderLayout(RegisterTimeArea.self, "vcpu_register_time_memory_area", 8, 8, [("addr", 0, 0)]),
  HeaderLayout(SetPeriodicTimer.self, "vcpu_set_periodic_timer", 8, 8, [("period_ns", 0, 0)]),
  HeaderLayout(
    SetSingleshotTimer.self, "vcpu_set_singleshot_timer", 16, 12,
    [
      ("timeout_abs_ns", 0, 0), ("flags", 8, 8),
    ]),
  HeaderLayout(
    RunstateInformation.self, "vcpu_runstate_info", 48, 44,
    [
      ("state", 0, 0), ("state_entry_time", 8, 4), ("time[0]", 16, 12), ("time[1]", 24, 20), ("time[2]", 32, 28),
      ("time[3]", 40, 36),
    ]),
  HeaderLayout(SchedulerPoll.self, "sched_poll", 24, 16, [("ports", 0, 0), ("nr_ports", 8, 4), ("timeout", 16, 8)]),
  HeaderLayout(SchedulerShutdown.self, "sched_shutdown", 4, 4, [("reason", 0, 0)]),
  HeaderLayout(SchedulerRemoteShutdown.self, "sched_remote_shutdown", 8, 8, [("domain_id", 0, 0), ("reason", 4, 4)]),
  HeaderLayout(GrantEntry.self, "grant_entry_v1", 8, 8, [("flags", 0, 0), ("domid", 2, 2), ("frame", 4, 4)]),
  HeaderLayout(
    GrantMap.self, "gnttab_map_grant_ref", 32, 32,
    [
      ("host_addr", 0, 0), ("flags", 8, 8), ("ref", 12, 12), ("dom", 16, 16), ("status", 18, 18), ("handle", 20, 20),
      ("dev_bus_addr", 24, 24),
    ]),
  HeaderLayout(
    GrantUnmap.self, "gnttab_unmap_grant_ref", 24, 24,
    [
      ("host_addr", 0, 0), ("dev_bus_addr", 8, 8), ("handle", 16, 16), ("status", 20, 20),
    ]),
  HeaderLayout(
    GrantSetupTable.self, "gnttab_setup_table", 24, 16,
    [
      ("dom", 0, 0), ("nr_frames", 4, 4), ("status", 8, 8), ("frame_list", 16, 12),
    ]),
  HeaderLayout(
    GrantCopy.self, "gnttab_copy", 40, 24,
    [
      ("source.u", 0, 0), ("source.domid", 8, 4), ("source.offset", 10, 6), ("dest.u", 16, 8), ("dest.domid", 24, 12),
      ("dest.offset", 26, 14), ("len", 32, 16), ("flags", 34, 18), ("status", 36, 20),
    ]),
  HeaderLayout(
    GrantQuerySize.self, "gnttab_query_size", 16, 16,
    [
      ("dom", 0, 0), ("nr_frames", 4, 4), ("max_nr_frames", 8, 8), ("status", 12, 12),
    ]),
  HeaderLayout(GrantSetVersion.self, "gnttab_set_version", 4, 4, [("version", 0, 0)]),
  HeaderLayout(GrantGetVersion.self, "gnttab_get_version", 8, 8, [("dom", 0, 0), ("version", 4, 4)]),
  HeaderLayout(
    MulticallEntry.self, "multicall_entry", 64, 32,
    [
      ("op", 0, 0), ("result", 8, 4), ("args[0]", 16, 8), ("args[1]", 24, 12), ("args[2]", 32, 16),
      ("args[3]", 40, 20), ("args[4]", 48, 24), ("args[5]", 56, 28),
    ]),
  HeaderLayout(FeatureInformation.self, "xen_feature_info", 8, 8, [("submap_idx", 0, 0), ("submap", 4, 4)]),
  HeaderLayout(PlatformParameters.self, "xen_platform_parameters", 8, 4, [("virt_start", 0, 0)]),
  HeaderLayout(
    SystemControlListDomains.self, "xen_sysctl", 136, 136,
    [
      ("cmd", 0, 0), ("interface_version", 4, 4), ("first_domain", 8, 8), ("max_domains", 12, 12), ("buffer", 16, 16),
      ("num_domains", 24, 24),
    ]),
  HeaderLayout(
    SystemControlReadConsole.self, "xen_sysctl", 136, 136,
    [
      ("cmd", 0, 0), ("interface_version", 4, 4), ("clear", 8, 8), ("incremental", 9, 9), ("index", 12, 12),
      ("buffer", 16, 16), ("count", 24, 24),
    ]),
  HeaderLayout(
    SystemControlPhysicalInformation.self, "xen_sysctl", 136, 136,
    [
      ("cmd", 0, 0), ("interface_version", 4, 4), ("threads_per_core", 8, 8), ("cores_per_socket", 12, 12),
      ("nr_cpus", 16, 16), ("max_cpu_id", 20, 20), ("nr_nodes", 24, 24), ("max_node_id", 28, 28), ("cpu_khz", 32, 32),
      ("capabilities", 36, 36), ("arch_capabilities", 40, 40), ("total_pages", 48, 48), ("free_pages", 56, 56),
      ("scrub_pages", 64, 64), ("outstanding_pages", 72, 72), ("max_mfn", 80, 80), ("hw_cap", 88, 88),
    ]),
  HeaderLayout(
    DomainControlMaximumMemory.self, "xen_domctl", 144, 144,
    [
      ("cmd", 0, 0), ("interface_version", 4, 4), ("domain", 8, 8), ("max_memkb", 16, 16),
    ]),
  HeaderLayout(
    DomainControl.self, "xen_domctl", 144, 144,
    [
      ("cmd", 0, 0), ("interface_version", 4, 4), ("domain", 8, 8),
    ]),
  HeaderLayout(
    DomainInformation.self, "xen_domctl_getdomaininfo", 112, 112,
    [
      ("domain", 0, 0), ("flags", 4, 4), ("tot_pages", 8, 8), ("max_pages", 16, 16), ("outstanding_pages", 24, 24),
      ("shr_pages", 32, 32), ("paged_pages", 40, 40), ("shared_info_frame", 48, 48), ("cpu_time", 56, 56),
      ("nr_online_vcpus", 64, 64), ("max_vcpu_id", 68, 68), ("ssidref", 72, 72), ("handle", 76, 76),
      ("cpupool", 92, 92), ("gpaddr_bits", 96, 96), ("arch_config.emulation_flags", 104, 104),
      ("arch_config.misc_flags", 108, 108),
    ]),
]
