#if canImport(XenABI)
  import XenABI
#endif

extension Handle where Object == Hypervisor {
  /// Counts frames, ports and grants anew, and compares that with the books. Faults are told in the log.
  ///
  /// - Returns: the number of faults; a correct hypervisor has none at any time between two hypercalls. Takes long, with
  ///   nobody else running: for tests and for a look at a machine that misbehaves.
  package func audit() -> UInt64 {
    let frames = auditFrames()
    let ports = auditPorts()
    let grants = auditGrants()
    let sum = frames &+ ports &+ grants
    if sum > 0 { log(.error, "audit: \(frames) faults of frames, \(ports) of event channels, \(grants) of grants") }
    return sum
  }
}
