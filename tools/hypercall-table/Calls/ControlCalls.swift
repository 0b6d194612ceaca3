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
  ])
