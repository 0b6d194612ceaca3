import XenABI

let apusCall = Hypercall(
  .apus, "apus", cName: "arch_4", header: nil, .command,
  "Apus's own calls, for what the public ABI has no place for: names, rings, statistics, the audit.",
  notes: [
    "The CPUID leaf 0x40000100 tells that a hypervisor has them. Elsewhere the number gives -ENOSYS.",
    "Their structures have the same bytes in both widths.",
  ],
  operations: [
    Operation(
      ApusOperation.domainName.rawValue, "domainName", cName: "domain_name", "apusDomainName",
      "The name that a domain was built with.", .updates(ApusDomainName.self), by: .itself,
      errors: [noSuchDomain, otherDomain]),
    Operation(
      ApusOperation.exitStatistics.rawValue, "exitStatistics", cName: "exit_statistics", "apusExitStatistics",
      "How often a vCPU has left guest mode, by reason, since it was made. `count` is the number of reasons "
        + "afterwards, whatever the buffer held.",
      .updates(ApusExitStatistics.self), by: .itself,
      errors: [noSuchDomain, otherDomain, noSuchVCPU, Refusal(.badAddress, "the buffer can't be written")]),
    Operation(
      ApusOperation.audit.rawValue, "audit", cName: "audit", "apusAudit",
      "Counts the references to all frames, ports and grants anew and compares them with the counts that are kept. The "
        + "first faults are named on the hypervisor's console: the frame, port or grant, whose it is, what was found and "
        + "what was expected. It begins anew where other domains change the counts meanwhile.",
      by: .controlDomain, continues: true, result: "the number of faults",
      errors: [Refusal(.tryAgain, "others change the counts all the time")]),
    Operation(
      ApusOperation.ringLayout.rawValue, "ringLayout", cName: "ring_layout", "apusRingLayout",
      "Which rings a domain runs in; for the control domain also the root of its nested page tables.",
      .updates(ApusRingLayout.self), by: .itself, errors: [noSuchDomain, otherDomain]),
    Operation(
      ApusOperation.setDomainName.rawValue, "setDomainName", cName: "set_domain_name", "apusSetDomainName",
      "Gives a domain a name: up to 127 visible characters of ASCII. The hypervisor's log has it.",
      .reads(ApusDomainName.self), by: .controlDomain,
      errors: [
        noSuchDomain, Refusal(.invalidArgument, "no name, too long a one, or other characters"),
        Refusal(.alreadyExists, "another domain has the name"),
      ]),
  ])
