#if canImport(XenABI)
  import XenABI
#endif

extension Handle where Object == Hypervisor {
  /// Does the audit and says on the console what it found, by the kind of object.
  ///
  /// - Returns: the number of faults.
  package func reportAudit() -> UInt64 {
    let frames = auditFrames()
    let ports = auditPorts()
    let grants = auditGrants()
    let faults = frames &+ ports &+ grants
    log(
      faults == 0 ? .info : .error,
      "audit of \(object.domains.count) domains: \(frames) faults of frames, \(ports) of event channels, \(grants) of grants"
    )
    return faults
  }
}
