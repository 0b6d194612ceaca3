/// What CPUID answers a domain: hypercalls 36/82 and 36/83.
extension DomainControls {
  /// The leaf that made the hypervisor refuse a policy.
  struct RefusedLeaf: Equatable {
    var leaf: UInt32
    var subleaf: UInt32
  }

  /// All leaves that a domain is answered.
  static func cpuPolicy(of domain: DomainID) throws(GuestError) -> [CPUIDLeafEntry] {
    var size = DomainControlCPUPolicy(.getCPUPolicy, domain: domain)
    try Hypercall.domainControlGetCPUPolicy(&size)
    let most = Int(min(size.leafCount, 1024))
    var leaves = [CPUIDLeafEntry](repeating: CPUIDLeafEntry(), count: most)
    var count = 0
    let result = withAddress(of: &leaves) { address in
      var argument = DomainControlCPUPolicy(
        .getCPUPolicy, domain: domain, leafCount: UInt32(most), leaves: GuestVirtualAddress(address))
      let result = Result { () throws(GuestError) in try Hypercall.domainControlGetCPUPolicy(&argument) }
      count = min(Int(argument.leafCount), most)
      return result
    }
    _ = try result.get()
    return Array(leaves[..<count])
  }

  /// Takes from what CPUID answers a domain that has not run yet. Leaves that are not in the list stay.
  ///
  /// - Returns: the leaf that asks for more than there is, or that is not known; nil where all was taken.
  /// - Throws: what is not about a leaf.
  static func setCPUPolicy(
    _ leaves: [CPUIDLeafEntry], of domain: DomainID
  ) throws(GuestError) -> RefusedLeaf? {
    var list = leaves
    var refused: RefusedLeaf?
    let result = withAddress(of: &list) { address in
      var argument = DomainControlCPUPolicy(
        .setCPUPolicy, domain: domain, leafCount: UInt32(leaves.count), leaves: GuestVirtualAddress(address))
      let result = Result { () throws(GuestError) in try Hypercall.domainControlSetCPUPolicy(&argument) }
      if argument.refusedLeaf != .max {
        refused = RefusedLeaf(leaf: argument.refusedLeaf, subleaf: argument.refusedSubleaf)
      }
      return result
    }
    do {
      _ = try result.get()
    } catch {
      if let refused { return refused }
      throw error
    }
    return nil
  }
}
