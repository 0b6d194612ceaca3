#if canImport(XenABI)
  import XenABI
#endif

extension Handle where Object == Hypervisor {
  /// Does an audit at once and says on the console what it found: for the debug keys, whatever else waits.
  ///
  /// - Returns: the number of faults.
  package func reportAudit() -> UInt64 {
    _ = audit()
    return report(object.audit.faults)
  }

  /// Says what an audit found, by the kind of object; returns the number of faults.
  func report(_ faults: AuditFaults) -> UInt64 {
    log(
      faults.sum == 0 ? .info : .error,
      "audit of \(object.domains.count) domains: \(faults.frames) faults of frames, \(faults.ports) of event channels, \(faults.grants) of grants"
    )
    return faults.sum
  }
}
