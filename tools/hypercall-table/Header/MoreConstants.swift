import XenABI

let grantConstants: [ConstantGroup] = [
  ConstantGroup(
    title: "Entries of the grant table", type: "GrantEntryFlags", isHexadecimal: true,
    constants: [
      Constant("GTF_invalid", GrantEntryFlags.invalid.rawValue, "invalid"),
      Constant("GTF_permit_access", GrantEntryFlags.permitAccess.rawValue, "permitAccess"),
      Constant("GTF_type_mask", GrantEntryFlags.kindMask.rawValue, "kindMask"),
      Constant("GTF_readonly", GrantEntryFlags.readOnly.rawValue, "readOnly"),
      Constant("GTF_reading", GrantEntryFlags.reading.rawValue, "reading"),
      Constant("GTF_writing", GrantEntryFlags.writing.rawValue, "writing"),
    ]),
  ConstantGroup(
    title: "Entries set aside", type: "GrantEntry",
    constants: [
      Constant("GNTTAB_RESERVED_CONSOLE", GrantEntry.console.rawValue, "console"),
      Constant("GNTTAB_RESERVED_XENSTORE", GrantEntry.store.rawValue, "store"),
      Constant("GNTTAB_NR_RESERVED_ENTRIES", GrantEntry.reservedCount, "reservedCount"),
    ]),
  ConstantGroup(
    title: "How a grant is mapped", type: "GrantMapFlags", isHexadecimal: true,
    constants: [
      Constant("GNTMAP_device_map", GrantMapFlags.deviceMap.rawValue, "deviceMap"),
      Constant("GNTMAP_host_map", GrantMapFlags.hostMap.rawValue, "hostMap"),
      Constant("GNTMAP_readonly", GrantMapFlags.readOnly.rawValue, "readOnly"),
      Constant("GNTMAP_application_map", GrantMapFlags.applicationMap.rawValue, "applicationMap"),
      Constant("GNTMAP_contains_pte", GrantMapFlags.containsEntry.rawValue, "containsEntry"),
    ]),
  ConstantGroup(
    title: "What is copied", type: "GrantCopyFlags", isHexadecimal: true,
    constants: [
      Constant("GNTCOPY_source_gref", GrantCopyFlags.sourceIsGrant.rawValue, "sourceIsGrant"),
      Constant("GNTCOPY_dest_gref", GrantCopyFlags.destinationIsGrant.rawValue, "destinationIsGrant"),
    ]),
  ConstantGroup(
    title: "What became of a grant", type: "GrantStatus",
    constants: [
      ("okay", GrantStatus.okay), ("generalError", .generalError), ("badDomain", .badDomain),
      ("badReference", .badReference), ("badHandle", .badHandle), ("badVirtualAddress", .badVirtualAddress),
      ("badDeviceAddress", .badDeviceAddress), ("noDeviceSpace", .noDeviceSpace),
      ("permissionDenied", .permissionDenied), ("badPage", .badPage), ("badCopyArgument", .badCopyArgument),
      ("addressTooBig", .addressTooBig), ("tryAgain", .tryAgain), ("noSpace", .noSpace),
    ].map { member, status in Constant(status.name.map { "\($0)" } ?? "", status.rawValue, member) }),
]

let startConstants: [ConstantGroup] = [
  ConstantGroup(
    title: "Start of a guest", type: "HVMStartInfo", isHexadecimal: true,
    constants: [Constant("XEN_HVM_START_MAGIC_VALUE", HVMStartInfo.magic, "magic")]),
  ConstantGroup(
    title: "What kind of domain starts", type: "HVMStartFlags", isHexadecimal: true,
    constants: [
      Constant("SIF_PRIVILEGED", HVMStartFlags.privileged.rawValue, "privileged"),
      Constant("SIF_INITDOMAIN", HVMStartFlags.initialDomain.rawValue, "initialDomain"),
    ]),
  ConstantGroup(
    title: "Ranges of the memory map", type: "HVMMemoryType",
    constants: [
      Constant("XEN_HVM_MEMMAP_TYPE_RAM", HVMMemoryType.ram.rawValue, "ram"),
      Constant("XEN_HVM_MEMMAP_TYPE_RESERVED", HVMMemoryType.reserved.rawValue, "reserved"),
      Constant("XEN_HVM_MEMMAP_TYPE_ACPI", HVMMemoryType.acpi.rawValue, "acpi"),
      Constant("XEN_HVM_MEMMAP_TYPE_NVS", HVMMemoryType.acpiNVS.rawValue, "acpiNVS"),
      Constant("XEN_HVM_MEMMAP_TYPE_UNUSABLE", HVMMemoryType.unusable.rawValue, "unusable"),
    ]),
  ConstantGroup(
    title: "CPUID leaves", type: "XenLeaf", isHexadecimal: true,
    constants: [
      Constant("XEN_CPUID_LEAF_SIGNATURE", XenLeaf.signature, "signature"),
      Constant("XEN_CPUID_LEAF_VERSION", XenLeaf.version, "version"),
      Constant("XEN_CPUID_LEAF_HYPERCALL_PAGE", XenLeaf.hypercallPage, "hypercallPage"),
      Constant("XEN_CPUID_LEAF_TSC", XenLeaf.timeStampCounter, "timeStampCounter"),
      Constant("XEN_CPUID_LEAF_FEATURES", XenLeaf.features, "features"),
    ]),
]
