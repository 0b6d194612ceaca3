#if canImport(XenABI)
  import XenABI
#endif

/// sched_op (public header `sched.h`).
extension Caller {
  /// SCHEDOP_yield: lets those who wait run first.
  func schedulerYield() throws(HypercallError) -> UInt64 {
    let cpu = vcpu.object.cpu
    if cpu.object.runQueue.yield(at: hypervisor.now) { cpu.object.mustReschedule = true }
    return 0
  }

  /// SCHEDOP_block: allows upcalls and waits for an event; comes back at once where one is pending that the vCPU can be
  /// told of, also with interrupts off, where Xen would wait for another one.
  func schedulerBlock() throws(HypercallError) -> UInt64 {
    vcpu.object.info.clearUpcallMask()
    if !vcpu.hasPendingEvent { vcpu.block() }
    return 0
  }

  /// SCHEDOP_shutdown: ends the domain.
  ///
  /// - Throws: `invalidArgument` for no such reason.
  func schedulerShutdown(_ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    let reason = try memory.read(SchedulerShutdown.self, at: argument).reason
    guard reason.isValid else { throw .invalidArgument }
    domain.object.life.crashReport = .requested
    domain.shutDown(reason)
    return 0
  }

  /// SCHEDOP_poll: waits until one of the ports is pending, masked or not, or until a time. As on Xen the wait may end
  /// early: with an interrupt or upcall that the guest takes, which with interrupts off is none; where the ports are
  /// several, with any event; and with an NMI.
  ///
  /// - Throws: `invalidArgument` for more than 128 ports or a port that can't be, `badAddress`.
  func schedulerPoll(_ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    let request = try memory.read(SchedulerPoll.self, at: argument)
    guard request.portCount <= 128 else { throw .invalidArgument }
    let limit = SharedInfoPage.portLimit(domain.object.width)
    var port = EventPort(0)
    var index: UInt32 = 0
    while index < request.portCount {
      port = try readPort(request.ports.advanced(by: UInt64(index) &* 4))
      guard port.rawValue < limit else { throw .invalidArgument }
      if domain.object.sharedInfo.isPending(port) { return 0 }
      index &+= 1
    }
    let takesInterrupts = hypervisor.object.services.layout.interruptsEnabled(vcpu.rawAddress)
    if vcpu.object.exceptions.nmi || takesInterrupts && vcpu.hasPendingEvent { return 0 }
    let now = hypervisor.now
    let deadline = request.deadline == .zero ? .never : request.deadline
    guard deadline > now else { return 0 }
    vcpu.beginPoll(
      request.portCount == 1 ? port : EventPort(0), until: deadline, ignoringInterrupts: !takesInterrupts)
    vcpu.block(at: now)
    return 0
  }

  /// SCHEDOP_remote_shutdown: ends another domain as if it had done so itself. The dispatch lets only the control
  /// domain in.
  ///
  /// - Throws: `noSuchDomain`; `invalidArgument` for no such reason; `notPermitted` for the control domain itself.
  func schedulerRemoteShutdown(_ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    let request = try memory.read(SchedulerRemoteShutdown.self, at: argument)
    let subject = try peer(request.domain)
    guard subject != domain else { throw .notPermitted }
    guard request.reason.isValid else { throw .invalidArgument }
    subject.shutDown(request.reason)
    return 0
  }

  /// set_timer_op: VIRQ_TIMER at a system time; 0 stops the timer.
  ///
  /// A time that has passed fires at once. So does one more than 13 days (2^50 ns) off: guests mean such a time by
  /// what has wrapped on its way here (public header `xen.h`).
  @inline(__always)
  func setTimer(_ time: Nanoseconds) throws(HypercallError) -> UInt64 {
    if time == .zero {
      vcpu.stopSingleshotTimer()
      return 0
    }
    let now = hypervisor.now
    vcpu.setSingleshotTimer(time.since(now).rawValue >> 50 == 0 ? time : now, at: now)
    return 0
  }
}
