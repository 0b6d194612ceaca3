import XenABI

let memoryCall = Hypercall(
  .memory, "memory", cName: "memory_op", header: "memory.h", .memory,
  "A domain's frames and their places in guest-physical memory.",
  notes: [
    "Calls that list extents do a piece of the list at a time. Where one is refused midway the call returns the number "
      + "of extents done, not an error: the caller sees from it how far the list got.",
    "What a place in guest-physical memory held before is released first; a frame goes back to the pool when nothing "
      + "refers to it any more, and is scrubbed before anybody else gets it.",
  ],
  operations: [
    Operation(
      MemoryOperation.increaseReservation.rawValue, "increaseReservation", cName: "XENMEM_increase_reservation",
      "memoryIncreaseReservation",
      "Accounts for more frames without giving them a place. A domain with nested page tables can't use what has no "
        + "place, so nothing is allocated: the extents count as done while they stay below the domain's maximum.",
      .reads(MemoryReservation.self), by: .itself, continues: true, result: "the number of extents done",
      errors: noExtents),
    Operation(
      MemoryOperation.decreaseReservation.rawValue, "decreaseReservation", cName: "XENMEM_decrease_reservation",
      "memoryDecreaseReservation",
      "Gives the frames at the listed places back. The places are empty afterwards.",
      .reads(MemoryReservation.self), by: .itself, continues: true, result: "the number of extents done",
      errors: noExtents),
    Operation(
      MemoryOperation.maximumRAMPage.rawValue, "maximumRAMPage", cName: "XENMEM_maximum_ram_page",
      "memoryMaximumRAMPage", "The machine's highest frame number of RAM.", result: "the frame number"),
    Operation(
      MemoryOperation.currentReservation.rawValue, "currentReservation", cName: "XENMEM_current_reservation",
      "memoryCurrentReservation", "How many frames a domain has.", .reads(MemoryDomain.self), by: .itself,
      result: "the number of frames", errors: [noSuchDomain, otherDomain]),
    Operation(
      MemoryOperation.maximumReservation.rawValue, "maximumReservation", cName: "XENMEM_maximum_reservation",
      "memoryMaximumReservation", "How many frames a domain may have.", .reads(MemoryDomain.self), by: .itself,
      result: "the number of frames", errors: [noSuchDomain, otherDomain]),
    Operation(
      MemoryOperation.populatePhysmap.rawValue, "populatePhysmap", cName: "XENMEM_populate_physmap",
      "memoryPopulate",
      "Puts new frames, filled with zeros, at the listed places. An extent of order 9, the largest there is, at a "
        + "multiple of 512 frames is mapped as one 2 MiB page. Where an extent of more than 32 frames is refused, what lay "
        + "at its places may be gone. In the control domain, whose guest frames are machine frames, an extent can be had "
        + "only where the frames of that number are free.",
      .reads(MemoryReservation.self), by: .itself, continues: true, result: "the number of extents done",
      errors: noExtents + [Refusal(.invalidArgument, "populate-on-demand was asked for")]),
    Operation(
      MemoryOperation.addToPhysmap.rawValue, "addToPhysmap", cName: "XENMEM_add_to_physmap", "memoryAddToPhysmap",
      "Puts the domain's `shared_info`, a frame of its grant table, or frames it has elsewhere, at a place. What was "
        + "elsewhere moves.",
      .reads(AddToPhysmap.self), by: .itself, continues: true,
      errors: [
        noSuchDomain, otherDomain,
        Refusal(.invalidArgument, "the index names no frame of that space, or the place is past the domain's limit"),
        Refusal(.notImplemented, "the space is `foreignFrame`, or not known"),
        mappedThere, outOfMemory,
      ]),
    Operation(
      MemoryOperation.memoryMap.rawValue, "memoryMap", cName: "XENMEM_memory_map", "memoryMap",
      "Writes the domain's own memory map: the ranges that it was built with.", .updates(MemoryMapRequest.self),
      errors: [Refusal(.invalidArgument, "the buffer holds not a single entry")]),
    Operation(
      MemoryOperation.setMemoryMap.rawValue, "setMemoryMap", cName: "XENMEM_set_memory_map", "memorySetMap",
      "Gives another domain the memory map that it will be told: at most 64 ranges, of the BIOS's types.",
      .reads(ForeignMemoryMap.self), by: .controlDomain,
      errors: [
        noSuchDomain,
        Refusal(.invalidArgument, "too many ranges, one of no known type, or one that reaches past the address space"),
        outOfMemory,
      ]),
    Operation(
      MemoryOperation.maximumGuestFrame.rawValue, "maximumGuestFrame", cName: "XENMEM_maximum_gpfn",
      "memoryMaximumGuestFrame", "The highest guest frame at which anything ever lay in a domain.",
      .reads(MemoryDomain.self), by: .itself, result: "the frame number, 0 where there is none",
      errors: [noSuchDomain, otherDomain]),
    Operation(
      MemoryOperation.removeFromPhysmap.rawValue, "removeFromPhysmap", cName: "XENMEM_remove_from_physmap",
      "memoryRemoveFromPhysmap", "Makes a place empty. A frame that was the domain's own is given back.",
      .reads(RemoveFromPhysmap.self), by: .itself,
      errors: [noSuchDomain, otherDomain, Refusal(.notFound, "the place is empty already"), mappedThere]),
    Operation(
      MemoryOperation.addToPhysmapBatch.rawValue, "addToPhysmapBatch", cName: "XENMEM_add_to_physmap_batch",
      "memoryAddToPhysmapBatch",
      "As `addToPhysmap` for a list, each element with a result of its own. The control domain can map another "
        + "domain's frames, where it has no RAM; such a mapping holds the frame until it is removed.",
      .reads(AddToPhysmapBatch.self), by: .itself, continues: true,
      errors: [
        noSuchDomain, otherDomain,
        Refusal(.notPermitted, "the space is `foreignFrame` and the caller is not the control domain"),
        Refusal(.notImplemented, "the space is `guestFrameRange`, or not known"),
        Refusal(.invalidArgument, "the caller's own frames as foreign ones"),
      ]),
  ],
  absences: [
    Absence(
      "no map from machine to guest frames: there are no pv domains",
      [
        5: "XENMEM_machphys_mfn_list", 11: "XENMEM_exchange", 12: "XENMEM_machphys_mapping",
        25: "XENMEM_machphys_compat_mfn_list",
      ]),
    Absence("domain 0's own map has the machine's", [10: "XENMEM_machine_memory_map"]),
    Absence("no populate-on-demand", [16: "XENMEM_set_pod_target", 17: "XENMEM_get_pod_target"]),
    Absence(
      "no sharing, paging or watching of memory",
      [
        18: "XENMEM_get_sharing_freed_pages", 19: "XENMEM_get_sharing_shared_pages", 20: "XENMEM_paging_op",
        21: "XENMEM_access_op", 22: "XENMEM_sharing_op",
      ]),
    Absence("memory is taken when it is populated", [24: "XENMEM_claim_pages"]),
    Absence("no nodes", [26: "XENMEM_get_vnumainfo"]),
    Absence("no IOMMU", [27: "XENMEM_reserved_device_memory_map"]),
    Absence("domain 0 maps such frames as foreign ones", [28: "XENMEM_acquire_resource"]),
    Absence("no longer in Xen", [8: "XENMEM_translate_gpfn_list"]),
  ])

private let mappedThere = Refusal(.busy, "a grant or a device is mapped at the place")

private let noExtents: [Refusal] = [
  Refusal(.notPermitted, "another domain, or an order above 9"),
  Refusal(.noSuchDomain, "no such domain"),
  Refusal(
    .invalidArgument,
    "the count does not fit the bits above the sub-operation's in a register, or lies below the extent to go on with"),
]
