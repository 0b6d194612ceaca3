import XenABI

let physicalDeviceCall = Hypercall(
  .physicalDevice, "physicalDevice", cName: "physdev_op", header: "physdev.h", .command,
  "Physical interrupts as event channels, for the domain that has the devices.",
  notes: [
    "Xen 4.17 refuses these to a PVH control domain; Apus offers them, and says so by the feature bit "
      + "`XENFEAT_hvm_pirqs`."
  ],
  operations: [
    Operation(
      PhysicalDeviceOperation.irqStatusQuery.rawValue, "irqStatusQuery", cName: "PHYSDEVOP_irq_status_query",
      "physicalDeviceIRQStatus", "Whether an interrupt needs an end-of-interrupt call, and whether it is shared.",
      .updates(IRQStatusQuery.self), by: .controlDomainUnseen,
      errors: [Refusal(.invalidArgument, "no such physical interrupt")]),
    Operation(
      PhysicalDeviceOperation.endOfInterrupt.rawValue, "endOfInterrupt", cName: "PHYSDEVOP_eoi",
      "physicalDeviceEndOfInterrupt", "The interrupt has been served: it may come again.",
      .reads(EndOfInterrupt.self), by: .controlDomainUnseen,
      errors: [Refusal(.invalidArgument, "no such physical interrupt")]),
    Operation(
      PhysicalDeviceOperation.mapPhysicalIRQ.rawValue, "mapPhysicalIRQ", cName: "PHYSDEVOP_map_pirq",
      "physicalDeviceMapIRQ",
      "Gives a line of an I/O APIC, or a device's message, a number; the same again if it has one. The hypervisor "
        + "programs the I/O APIC, and the device's MSI or MSI-X capability when the number is bound to a port. Several "
        + "messages in a block (`multipleMSI`) are not offered.",
      .updates(MapPhysicalIRQ.self), by: .controlDomainUnseen,
      errors: [
        noSuchDomain,
        Refusal(
          .invalidArgument, "another domain than the caller, no such kind, line or entry, or not a possible number"),
        Refusal(.alreadyExists, "the number stands for another interrupt, or the interrupt has another number"),
        Refusal(.noSpace, "no number is free"),
      ]),
    Operation(
      PhysicalDeviceOperation.unmapPhysicalIRQ.rawValue, "unmapPhysicalIRQ", cName: "PHYSDEVOP_unmap_pirq",
      "physicalDeviceUnmapIRQ", "Gives the number back, and stops the interrupt.", .reads(UnmapPhysicalIRQ.self),
      by: .controlDomainUnseen,
      errors: [noSuchDomain, Refusal(.invalidArgument, "another domain than the caller, or the number is free")]),
    Operation(
      PhysicalDeviceOperation.getFreePhysicalIRQ.rawValue, "getFreePhysicalIRQ", cName: "PHYSDEVOP_get_free_pirq",
      "physicalDeviceGetFreeIRQ", "Reserves a number for a later `map_pirq`.", .updates(GetFreePhysicalIRQ.self),
      by: .controlDomainUnseen,
      errors: [Refusal(.invalidArgument, "no such kind"), Refusal(.noSpace, "no number is free")]),
  ],
  absences: [
    Absence(
      "`PHYSDEVOP_irq_status_query` tells what needs an end of interrupt",
      [17: "PHYSDEVOP_pirq_eoi_gmfn_v1", 28: "PHYSDEVOP_pirq_eoi_gmfn_v2"]),
    Absence("for pv domains only", [6: "PHYSDEVOP_set_iopl", 7: "PHYSDEVOP_set_iobitmap"]),
    Absence(
      "the hypervisor programs the interrupt controllers",
      [
        8: "PHYSDEVOP_apic_read", 9: "PHYSDEVOP_apic_write", 10: "PHYSDEVOP_alloc_irq_vector",
        11: "PHYSDEVOP_free_irq_vector", 21: "PHYSDEVOP_setup_gsi",
      ]),
    Absence(
      "the hypervisor finds PCI devices itself",
      [
        15: "PHYSDEVOP_manage_pci_add", 16: "PHYSDEVOP_manage_pci_remove", 19: "PHYSDEVOP_restore_msi",
        20: "PHYSDEVOP_manage_pci_add_ext", 24: "PHYSDEVOP_pci_mmcfg_reserved", 25: "PHYSDEVOP_pci_device_add",
        26: "PHYSDEVOP_pci_device_remove", 27: "PHYSDEVOP_restore_msi_ext", 30: "PHYSDEVOP_prepare_msix",
        31: "PHYSDEVOP_release_msix",
      ]),
    Absence("no console on a USB debug port", [29: "PHYSDEVOP_dbgp_op"]),
    Absence(
      "no longer in Xen, or never used", [0: "", 1: "", 2: "", 3: "", 4: "PHYSDEVOP_IRQ_UNMASK_NOTIFY", 18: "", 22: ""]),
  ])
