import XenABI

let grantTableCall = Hypercall(
  .grantTable, "grantTable", cName: "grant_table_op", header: "grant_table.h", .grantTable,
  "Frames that a domain lets others use: a table of permissions, entries of version 1.",
  notes: [
    "Each element carries a status of its own (`GrantStatus`): the call itself succeeds when its array could be read "
      + "and written.",
    "Entries of version 2 are not offered.",
  ],
  operations: [
    Operation(
      GrantTableOperation.map.rawValue, "map", cName: "GNTTABOP_map_grant_ref", "grantMap",
      "Maps frames that other domains granted, where the caller has no RAM, and gives a handle for each. With "
        + "`deviceMap`, which is for the control domain, it also gives the address for devices.",
      .list(GrantMap.self), continues: true,
      errors: [
        Refusal(.badAddress, "the array can't be read or written")
      ]),
    Operation(
      GrantTableOperation.unmap.rawValue, "unmap", cName: "GNTTABOP_unmap_grant_ref", "grantUnmap",
      "Ends such mappings. An element's place and device address are each either 0, which leaves that use as it is, or in "
        + "the very frame that the mapping gave: any other has the status `generalError`, and nothing is unmapped. The "
        + "granter's entry is free to be changed when the last use is gone.",
      .list(GrantUnmap.self), continues: true,
      errors: [
        Refusal(.badAddress, "the array can't be read or written")
      ]),
    Operation(
      GrantTableOperation.setupTable.rawValue, "setupTable", cName: "GNTTABOP_setup_table", "grantSetupTable",
      "Makes a grant table at least so many frames long, and lists where its frames appear in the domain's memory; a "
        + "frame without a place, which `add_to_physmap` gives, is listed as all ones.",
      .updates(GrantSetupTable.self), by: .itself,
      errors: [
        Refusal(.invalidArgument, "the count of structures is not 1"),
        Refusal(.badAddress, "the structure or the list can't be written"),
      ]),
    Operation(
      GrantTableOperation.copy.rawValue, "copy", cName: "GNTTABOP_copy", "grantCopy",
      "Copies bytes between frames of the caller and granted ones, within a page each.", .list(GrantCopy.self),
      continues: true, errors: [Refusal(.badAddress, "the array can't be read or written")]),
    Operation(
      GrantTableOperation.querySize.rawValue, "querySize", cName: "GNTTABOP_query_size", "grantQuerySize",
      "How many frames a grant table has and may have.", .updates(GrantQuerySize.self), by: .itself,
      errors: [
        Refusal(.invalidArgument, "the count of structures is not 1"),
        Refusal(.badAddress, "the structure can't be written"),
      ]),
    Operation(
      GrantTableOperation.setVersion.rawValue, "setVersion", cName: "GNTTABOP_set_version", "grantSetVersion",
      "Chooses the layout of the entries. Version 1 is in force from the start.", .updates(GrantSetVersion.self),
      errors: [
        Refusal(.invalidArgument, "the version is neither 1 nor 2"), Refusal(.notImplemented, "the version is 2"),
      ]),
    Operation(
      GrantTableOperation.getVersion.rawValue, "getVersion", cName: "GNTTABOP_get_version", "grantGetVersion",
      "Asks for the layout of the entries.", .updates(GrantGetVersion.self), by: .itself,
      errors: [noSuchDomain, otherDomain]),
  ],
  absences: [
    Absence(
      "not for domains with nested page tables, on Xen neither",
      [
        3: "GNTTABOP_dump_table", 4: "GNTTABOP_transfer", 7: "GNTTABOP_unmap_and_replace",
        9: "GNTTABOP_get_status_frames", 12: "GNTTABOP_cache_flush",
      ]),
    Absence("a guest changes its entries itself", [11: "GNTTABOP_swap_grant_ref"]),
  ])
