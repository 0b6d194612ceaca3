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
