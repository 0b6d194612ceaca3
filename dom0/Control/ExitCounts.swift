/// How often the vCPUs of domains were left, as Apus counts it.
extension DomainControls {
  /// The exits of a vCPU since it was made, by `ExitKind`; empty where the hypervisor does not tell.
  static func exitCounts(of domain: DomainID, vcpu: VCPUID) -> [UInt64] {
    var buffer = [ApusExitCount](repeating: ApusExitCount(), count: ExitKind.count)
    let wasTold = withAddress(of: &buffer) { address in
      var argument = ApusExitStatistics(
        domain: domain, vcpu: vcpu, buffer: GuestVirtualAddress(address), count: UInt32(ExitKind.count))
      do throws(GuestError) {
        try Hypercall.apusExitStatistics(&argument)
        return true
      } catch {
        return false
      }
    }
    return wasTold ? buffer.map { $0.count } : []
  }

  /// The exits of all vCPUs of a domain, by `ExitKind`.
  static func exitCounts(of domain: DomainInformation) -> [UInt64] {
    var sums = [UInt64](repeating: 0, count: ExitKind.count)
    for vcpu in 0...min(domain.maximumVCPUID, 127) {
      for (index, count) in exitCounts(of: domain.domain, vcpu: VCPUID(vcpu)).enumerated() { sums[index] &+= count }
    }
    return sums
  }
}
