import CGuest

/// Yielding, waiting and ending, hypercall 29 (public header `sched.h`).
enum XenScheduler {
  /// Lets others run.
  static func yield() {
    _ = try? Hypercall.schedulerYield()
  }

  /// Waits for an event.
  static func block() {
    _ = try? Hypercall.schedulerBlock()
  }

  /// Waits until one of the ports is pending, or until `deadline` in system time; `.never` and `.zero` mean none. The
  /// ports are best masked: polling needs no upcall.
  static func poll(_ ports: [EventPort], until deadline: Nanoseconds = .never) throws(GuestError) {
    var list = ports
    let result = withAddress(of: &list) { address in
      let argument = SchedulerPoll(
        ports: GuestVirtualAddress(address), portCount: UInt32(ports.count),
        deadline: deadline == .never ? .zero : deadline)
      return Result { () throws(GuestError) in try Hypercall.schedulerPoll(argument) }
    }
    _ = try result.get()
  }

  /// The same for one port; allocates nothing.
  static func poll(_ port: EventPort, until deadline: Nanoseconds) throws(GuestError) {
    var port = port
    let result = withAddress(of: &port) { address in
      let argument = SchedulerPoll(ports: GuestVirtualAddress(address), portCount: 1, deadline: deadline)
      return Result { () throws(GuestError) in try Hypercall.schedulerPoll(argument) }
    }
    _ = try result.get()
  }

  /// Ends this domain.
  static func shutdown(_ reason: ShutdownReason) -> Never {
    while true {
      _ = try? Hypercall.schedulerShutdown(SchedulerShutdown(reason: reason))
      cguest_cli_hlt()
    }
  }

  /// Ends another domain; takes privilege.
  static func shutdown(_ domain: DomainID, _ reason: ShutdownReason) throws(GuestError) {
    try Hypercall.schedulerRemoteShutdown(SchedulerRemoteShutdown(domain: domain, reason: reason))
  }
}
