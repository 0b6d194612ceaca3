import CGuest

/// Yielding, waiting and ending, hypercall 29 (public header `sched.h`).
enum XenScheduler {
  /// Lets others run.
  static func yield() {
    _ = hypercall(.scheduler, UInt64(SchedulerOperation.yield.rawValue))
  }

  /// Waits for an event.
  static func block() {
    _ = hypercall(.scheduler, UInt64(SchedulerOperation.block.rawValue))
  }

  /// Waits until one of the ports is pending, or until `deadline` in system time; `.never` and `.zero` mean none. The
  /// ports are best masked: polling needs no upcall.
  static func poll(_ ports: [EventPort], until deadline: Nanoseconds = .never) throws(HypercallError) {
    var list = ports
    let result = withAddress(of: &list) { address in
      var argument = SchedulerPoll(
        ports: GuestVirtualAddress(address), portCount: UInt32(ports.count),
        deadline: deadline == .never ? .zero : deadline)
      return pass(&argument) { hypercall(.scheduler, UInt64(SchedulerOperation.poll.rawValue), $0) }
    }
    _ = try checked(result)
  }

  /// Ends this domain.
  static func shutdown(_ reason: ShutdownReason) -> Never {
    var argument = SchedulerShutdown(reason: reason)
    while true {
      _ = pass(&argument) { hypercall(.scheduler, UInt64(SchedulerOperation.shutdown.rawValue), $0) }
      cguest_cli_hlt()
    }
  }

  /// Ends another domain; takes privilege.
  static func shutdown(_ domain: DomainID, _ reason: ShutdownReason) throws(HypercallError) {
    try hypercall(
      .scheduler, SchedulerOperation.remoteShutdown.rawValue,
      reading: SchedulerRemoteShutdown(domain: domain, reason: reason))
  }
}
