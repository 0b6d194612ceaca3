import XenABI

let multicallCall = Hypercall(
  .multicall, "multicall", cName: "multicall", header: "xen.h", .multicall, "Several hypercalls in one.",
  operations: [
    Operation(
      nil, "multicall", cName: "multicall", "multicall",
      "Does the calls of a list in order and writes each one's result into its entry. An entry that fails does not "
        + "stop the others. A multicall within a multicall is refused with -ENOSYS in its entry.",
      .list(MulticallEntry.self), continues: true,
      errors: [Refusal(.badAddress, "an entry can't be read or written")])
  ])

let versionCall = Hypercall(
  .version, "version", cName: "xen_version", header: "version.h", .command,
  "What runs here and what it can do. The version is Xen's, whose ABI this is; the strings tell that it is Apus.",
  operations: [
    Operation(
      VersionOperation.version.rawValue, "version", cName: "XENVER_version", "versionNumber",
      "The version of the ABI. The cheapest call there is.",
      result: "major version in bits 31:16, minor in 15:0: 0x00040011", frequent: true),
    Operation(
      VersionOperation.extraVersion.rawValue, "extraVersion", cName: "XENVER_extraversion", "versionExtra",
      "What follows the version's numbers.", .bytes(16)),
    Operation(
      VersionOperation.compileInformation.rawValue, "compileInformation", cName: "XENVER_compile_info",
      "versionCompileInformation",
      "The compiler (64 bytes), by whom (16), where (32) and when (32) it was compiled.", .bytes(144)),
    Operation(
      VersionOperation.capabilities.rawValue, "capabilities", cName: "XENVER_capabilities", "versionCapabilities",
      "The kinds of domains that can be built.", .bytes(1024)),
    Operation(
      VersionOperation.changeSet.rawValue, "changeSet", cName: "XENVER_changeset", "versionChangeSet",
      "The revision of the source.", .bytes(64)),
    Operation(
      VersionOperation.platformParameters.rawValue, "platformParameters", cName: "XENVER_platform_parameters",
      "versionPlatformParameters", "Where the hypervisor's part of a pv domain's address space begins.",
      .updates(PlatformParameters.self)),
    Operation(
      VersionOperation.getFeatures.rawValue, "getFeatures", cName: "XENVER_get_features", "versionGetFeatures",
      "The caller's feature bits, 32 at a time.", .updates(FeatureInformation.self),
      errors: [Refusal(.invalidArgument, "there is no such word of bits")]),
    Operation(
      VersionOperation.pageSize.rawValue, "pageSize", cName: "XENVER_pagesize", "versionPageSize",
      "The bytes of a page.", result: "4096"),
    Operation(
      VersionOperation.guestHandle.rawValue, "guestHandle", cName: "XENVER_guest_handle", "versionGuestHandle",
      "The 16 bytes by which tools know the caller.", .bytes(16)),
    Operation(
      VersionOperation.commandLine.rawValue, "commandLine", cName: "XENVER_commandline", "versionCommandLine",
      "The hypervisor's command line; `<denied>` for all but the control domain.", .bytes(1024)),
  ],
  absences: [
    Absence("the image has no build ID", [10: "XENVER_build_id"], answer: .noData, by: .controlDomain)
  ])

let consoleCall = Hypercall(
  .console, "console", cName: "console_io", header: "xen.h", .console, "The hypervisor's own console.",
  operations: [
    Operation(
      ConsoleOperation.write.rawValue, "write", cName: "CONSOLEIO_write", "consoleWrite",
      "Writes characters, a piece at a time. The control domain's appear as they are. Another domain has a console of "
        + "its own and is refused, as on a release build of Xen, unless the command line has `guest_loglvl=debug`: then "
        + "its lines appear with its name in front.",
      continues: true,
      errors: [
        Refusal(.notPermitted, "the caller is not the control domain, and guests' lines are not shown"),
        Refusal(.badAddress, "the bytes can't be read"),
      ]),
    Operation(
      ConsoleOperation.read.rawValue, "read", cName: "CONSOLEIO_read", "consoleRead",
      "Takes characters that were typed. `VIRQ_CONSOLE` tells when there are some.", by: .controlDomain,
      result: "the number of characters",
      errors: [
        Refusal(.badAddress, "the bytes can't be written"),
        Refusal(.ioError, "once, where the line has lost characters between those read before and those read next"),
      ]),
  ])

let vmAssistCall = Hypercall(
  .vmAssist, "vmAssist", cName: "vm_assist", header: "xen.h", .vmAssist,
  "Behaviours that a domain can switch on. For a domain with nested page tables there is `runstateUpdateFlag` alone.",
  operations: [
    Operation(
      VMAssistOperation.enable.rawValue, "enable", cName: "VMASST_CMD_enable", "vmAssistEnable", "Switches one on.",
      errors: [Refusal(.invalidArgument, "it is not offered")]),
    Operation(
      VMAssistOperation.disable.rawValue, "disable", cName: "VMASST_CMD_disable", "vmAssistDisable",
      "Switches one off.",
      errors: [Refusal(.invalidArgument, "it is not offered")]),
  ])

let hvmCall = Hypercall(
  .hvm, "hvm", cName: "hvm_op", header: "hvm/hvm_op.h", .command,
  "Parameters and callback vectors of hardware-assisted domains.",
  operations: [
    Operation(
      HVMOperation.setParameter.rawValue, "setParameter", cName: "HVMOP_set_param", "hvmSetParameter",
      "Sets a parameter. A domain may set its own callback and triple-fault reason; the rest is the control domain's. "
        + "Setting the callback also tells the hypervisor the width of the domain's `shared_info`.",
      .reads(HVMParameterValue.self), by: .itself,
      errors: [
        noSuchDomain, otherDomain, Refusal(.notPermitted, "the parameter is not the domain's own to set"),
        Refusal(.invalidArgument, "no such parameter, or no such value"),
      ]),
    Operation(
      HVMOperation.getParameter.rawValue, "getParameter", cName: "HVMOP_get_param", "hvmGetParameter",
      "Gets a parameter. What was never set is 0.", .updates(HVMParameterValue.self), by: .itself,
      errors: [
        noSuchDomain, otherDomain, Refusal(.notPermitted, "the parameter is not the domain's to see"),
        Refusal(.invalidArgument, "no such parameter"),
      ]),
    Operation(
      HVMOperation.setUpcallVector.rawValue, "setUpcallVector", cName: "HVMOP_set_evtchn_upcall_vector",
      "hvmSetUpcallVector",
      "The vector of a vCPU's event upcall, which then comes by its local APIC and needs an end of interrupt there, "
        + "beside the domain's callback where that has a vector, too.",
      .reads(HVMUpcallVector.self),
      errors: [noSuchVCPU, Refusal(.invalidArgument, "the vector is below 16")]),
  ],
  absences: [
    Absence(
      "interrupt lines are pieces of a PC",
      [2: "HVMOP_set_pci_intx_level", 3: "HVMOP_set_isa_irq_level", 4: "HVMOP_set_pci_link_route"]),
    Absence("a guest flushes its own translations without help", [5: "HVMOP_flush_tlbs"]),
    Absence("on purpose: a guest that finds it would call it at every end of a process", [9: "HVMOP_pagetable_dying"]),
    Absence("the time is in `shared_info`", [10: "HVMOP_get_time"]),
    Absence("no traces", [11: "HVMOP_xentrace"]),
    Absence(
      "no sharing, paging or watching of memory",
      [
        12: "HVMOP_set_mem_access", 13: "HVMOP_get_mem_access", 24: "HVMOP_guest_request_vm_event", 25: "HVMOP_altp2m",
      ]),
    Absence("`XENMEM_memory_map` has it", [15: "HVMOP_get_mem_type"]),
    Absence(
      "no longer in Xen: moved to `dm_op`, which is not there either",
      [
        6: "HVMOP_track_dirty_vram", 7: "HVMOP_modified_memory", 8: "HVMOP_set_mem_type", 14: "HVMOP_inject_trap",
        16: "HVMOP_inject_msi", 17: "HVMOP_create_ioreq_server", 18: "HVMOP_get_ioreq_server_info",
        19: "HVMOP_map_io_range_to_ioreq_server", 20: "HVMOP_unmap_io_range_from_ioreq_server",
        21: "HVMOP_destroy_ioreq_server", 22: "HVMOP_set_ioreq_server_state",
      ]),
  ])
