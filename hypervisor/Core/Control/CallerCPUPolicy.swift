#if canImport(XenABI)
  import XenABI
#endif

/// domctl: what CPUID answers a domain (public header `domctl.h`, `xen_domctl_cpu_policy`).
extension Caller {
  /// XEN_DOMCTL_get_cpu_policy: the leaves of a domain's table, and the MSRs of its policy, of which there are none.
  /// Without buffers, how many there can be.
  ///
  /// - Throws: `noSuchDomain`; `noBuffers` for too small a buffer; `badAddress`.
  func domainControlGetCPUPolicy(_ argument: GuestVirtualAddress, _ id: DomainID) throws(HypercallError) -> UInt64 {
    var request = try memory.read(DomainControlCPUPolicy.self, at: argument)
    let subject = try peer(id)
    if request.leaves.isNull {
      request.leafCount = CPUIDTable.mostLeaves
    } else {
      var count: UInt32 = 0
      let limit = request.leafCount
      let buffer = request.leaves
      try subject.cpuid.object.forEachLeaf { (entry) throws(HypercallError) in
        guard count < limit else { throw .noBuffers }
        let size = UInt64(CPUIDLeafEntry.size(.bits64))
        try memory.write(entry, at: buffer.advanced(by: UInt64(count) &* size))
        count &+= 1
      }
      request.leafCount = count
    }
    request.registerCount = 0
    try memory.write(request, at: argument)
    return 0
  }

  /// XEN_DOMCTL_set_cpu_policy: takes from what CPUID answers a domain. Leaves that are not in the list stay.
  ///
  /// - Throws: `noSuchDomain`; `invalidArgument` for the caller itself, or where a leaf or an MSR asks for more than the
  ///   hypervisor offers; `outOfRange` for one that is not known: the structure then names it; `alreadyExists` once the
  ///   domain was let run; `tooBig` for a list that is too long; `badAddress`.
  func domainControlSetCPUPolicy(_ argument: GuestVirtualAddress, _ id: DomainID) throws(HypercallError) -> UInt64 {
    var request = try memory.read(DomainControlCPUPolicy.self, at: argument)
    let subject = try liveOther(id)
    guard !subject.object.isComplete else { throw .alreadyExists }
    guard request.leafCount <= 256, request.registerCount <= 16 else { throw .tooBig }
    request.refusedLeaf = .max
    request.refusedSubleaf = .max
    request.refusedRegister = .max
    let own = subject.cpuid.object
    // All that there is to offer, worked out anew; it lies where the domain's own does.
    hypervisor.object.services.layout.prepareDomain(subject.rawAddress)
    do throws(HypercallError) {
      subject.cpuid.object = try levelled(own, within: subject.cpuid.object, by: &request)
    } catch {
      subject.cpuid.object = own
      try memory.write(request, at: argument)
      throw error
    }
    var index = 0
    while index < Int(subject.object.vcpuCount) {
      if let vcpu = subject.object.vcpus[index] { hypervisor.object.services.layout.takePolicy(vcpu.rawAddress) }
      index &+= 1
    }
    return 0
  }

  private func levelled(
    _ own: CPUIDTable, within offer: borrowing CPUIDTable, by request: inout DomainControlCPUPolicy
  ) throws(HypercallError) -> CPUIDTable {
    var table = own
    let size = UInt64(CPUIDLeafEntry.size(.bits64))
    var index: UInt32 = 0
    while index < request.leafCount {
      let entry = try memory.read(CPUIDLeafEntry.self, at: request.leaves.advanced(by: UInt64(index) &* size))
      do throws(CPUIDRefusal) {
        try table.level(entry, within: offer)
      } catch {
        request.refusedLeaf = entry.leaf
        request.refusedSubleaf = entry.subleaf
        throw error.isUnknown ? .outOfRange : .invalidArgument
      }
      index &+= 1
    }
    try checkRegisters(&request)
    table.settle()
    return table
  }

  /// No MSR of the public ABI's policies is offered: PLATFORM_INFO and ARCH_CAPABILITIES can only be 0.
  private func checkRegisters(_ request: inout DomainControlCPUPolicy) throws(HypercallError) {
    var index: UInt32 = 0
    while index < request.registerCount {
      let entry = try memory.read(
        MSREntry.self, at: request.registers.advanced(by: UInt64(index) &* UInt64(MSREntry.size(.bits64))))
      let isKnown = entry.number == 0xCE || entry.number == 0x10A
      guard isKnown, entry.value == 0, entry.flags == 0 else {
        request.refusedRegister = entry.number
        throw isKnown || entry.flags != 0 ? .invalidArgument : .outOfRange
      }
      index &+= 1
    }
  }
}
