/// How much and where a domain runs: hypercall 36 (public header `domctl.h`).
extension DomainControls {
  /// A domain's part of the processor.
  struct Share: Equatable {
    /// In proportion to the others', 1 to 65535.
    var weight: UInt16
    /// At most so many percent of a processor; 0 for no limit.
    var cap: UInt16
  }

  static func share(of domain: DomainID) throws(GuestError) -> Share {
    var argument = DomainControlScheduling(.get, domain: domain)
    try Hypercall.domainControlScheduling(&argument)
    return Share(weight: argument.weight, cap: argument.cap)
  }

  /// Changes the weight, the cap, or both.
  static func setShare(weight: UInt16? = nil, cap: UInt16? = nil, of domain: DomainID) throws(GuestError) {
    var argument = DomainControlScheduling(.set, domain: domain, weight: weight ?? 0, cap: cap ?? .max)
    try Hypercall.domainControlScheduling(&argument)
  }

  /// What a vCPU is doing.
  ///
  /// - Throws: `invalidArgument` for one that the domain can't have, `noSuchDomain` for one that is not made yet.
  static func vcpuInformation(
    of domain: DomainID, vcpu: VCPUID = .zero
  ) throws(GuestError) -> DomainControlVCPUInformation {
    var argument = DomainControlVCPUInformation(domain: domain, vcpu: vcpu)
    try Hypercall.domainControlGetVCPUInformation(&argument)
    return argument
  }

  /// The processors that a vCPU may run on, a bit each.
  static func affinity(of domain: DomainID, vcpu: VCPUID = .zero) throws(GuestError) -> UInt64 {
    var bits: UInt64 = 0
    let result = withAddress(of: &bits) { address in
      let set = ProcessorSet(buffer: GuestVirtualAddress(address), bitCount: 64)
      return Result { () throws(GuestError) in
        try Hypercall.domainControlGetAffinity(
          DomainControlAffinity(.getAffinity, domain: domain, vcpu: vcpu, flags: .hard, hard: set))
      }
    }
    _ = try result.get()
    return bits
  }

  /// Lets a vCPU run on some processors only.
  ///
  /// - Throws: `invalidArgument` where none of them is there.
  static func setAffinity(
    _ processors: UInt64, of domain: DomainID, vcpu: VCPUID = .zero
  ) throws(GuestError) {
    var bits = processors
    let result = withAddress(of: &bits) { address in
      let set = ProcessorSet(buffer: GuestVirtualAddress(address), bitCount: 64)
      return Result { () throws(GuestError) in
        try Hypercall.domainControlSetAffinity(
          DomainControlAffinity(.setAffinity, domain: domain, vcpu: vcpu, flags: .hard, hard: set))
      }
    }
    _ = try result.get()
  }
}
