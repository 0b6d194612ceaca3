import XenABI

private let otherVersion = Refusal(.accessDenied, "the interface version is not 0x15")

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
      SystemControlOperation.listDomains.rawValue, "listDomains", cName: "XEN_SYSCTL_getdomaininfolist",
      "systemControlListDomains", "Information on all domains from a given number on, by ascending number.",
      .updates(SystemControlListDomains.self), by: .controlDomain,
      errors: [otherVersion, Refusal(.badAddress, "the buffer can't be written")]),
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
      DomainControlOperation.setMaximumMemory.rawValue, "setMaximumMemory", cName: "XEN_DOMCTL_max_mem",
      "domainControlSetMaximumMemory",
      "Sets the most memory that a domain may have, in KiB. What it has above that stays with it.",
      .reads(DomainControlMaximumMemory.self), by: .controlDomain, errors: [otherVersion, noSuchDomain]),
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
  ])
