#if canImport(XenABI)
  import XenABI
#endif

/// When a virtual CPU may run. It is runnable while it is online, not blocked and not paused, and its domain is alive
/// and not paused; then it is in its CPU's run queue.
extension Handle where Object == VCPU {
  /// The vCPU's place in the run queue.
  @inline(__always)
  package var entity: Handle<SchedulingEntity> { Handle<SchedulingEntity>(to: &object.scheduling) }

  /// Ties timers and scheduling entity to the vCPU: once, as soon as it has its place in memory.
  package func takePlace() {
    object.scheduling.owner = self
    object.singleshotTimer.owner = self
    object.periodicTimer.owner = self
    object.apicTimer.owner = self
    object.pollTimer.owner = self
  }

  /// Whether nothing but another vCPU's turn keeps it from running.
  @inline(__always)
  package var canRun: Bool {
    object.isOnline && !object.isBlocked && object.pauseCount == 0 && object.domain.object.life.canRun
  }

  /// Whether something waits that the guest has not been told of yet: it would come back from a wait at once.
  ///
  /// An event without a way to tell of it does not count, as on Xen: no callback vector, and no vector of the vCPU's own
  /// that its local APIC took. Who waits for nothing but such a one waits for good, and does not ask again and again.
  @inline(__always)
  package var hasPendingEvent: Bool {
    object.exceptions.nmi || object.exceptions.isPending || pendingVector() != nil
  }

  /// Takes the vCPU off the CPU until it is woken.
  package func block() { block(at: object.domain.object.hypervisor.now) }

  package func block(at now: Nanoseconds) {
    object.isBlocked = true
    updateRunnable(at: now)
  }

  /// Ends a wait, of whatever kind; a vCPU that does not wait goes on.
  @inline(__always)
  package func wake() {
    if object.isBlocked { endWait() }
  }

  @inline(never)
  private func endWait() {
    object.isBlocked = false
    endPoll()
    updateRunnable(at: object.domain.object.hypervisor.now)
  }

  /// Has the vCPU look at an interrupt or an upcall that waits for it, soon: wakes it, unless it polls and takes none.
  /// One that runs looks before it is entered again.
  @inline(__always)
  package func kick() {
    if object.isBlocked, !object.poll.ignoresInterrupts { endWait() }
  }

  /// HLT: waits for an interrupt. With interrupts off there is none to come, and once all of a domain's vCPUs are
  /// there the domain has ended (as on Xen), unless a single step or an NMI gets it out.
  package func halt(interruptsEnabled: Bool) {
    guard interruptsEnabled || object.exceptions.nmi || object.exceptions.isPending else {
      object.isOnline = false
      updateRunnable(at: object.domain.object.hypervisor.now)
      if !object.domain.hasOnlineVCPU {
        let domain = object.domain
        domain.object.life.crashReport = .haltedForGood
        domain.object.hypervisor.log(
          .info, "d\(domain.object.id) (\(domain.object.name)): \(CrashReason.haltedForGood.message)")
        object.domain.shutDown(.powerOff)
      }
      return
    }
    if !hasPendingEvent { block() }
  }

  /// Keeps the vCPU from running; pauses add up.
  package func pause() {
    object.pauseCount &+= 1
    updateRunnable(at: object.domain.object.hypervisor.now)
  }

  /// Undoes a pause.
  package func unpause() {
    guard object.pauseCount > 0 else { return }
    object.pauseCount &-= 1
    updateRunnable(at: object.domain.object.hypervisor.now)
  }

  /// Puts the vCPU into the run queue or takes it out, and accounts for the change, after anything changed that
  /// `canRun` is made of.
  package func updateRunnable(at now: Nanoseconds) {
    let cpu = object.cpu
    if canRun {
      // One that waited of its own will comes before those that burn the CPU; so do all that come back.
      if cpu.object.runQueue.enqueue(entity, at: now, wakeup: true) { cpu.object.mustReschedule = true }
      cpu.object.runQueueChanged()
      if object.runstate.state != .running, object.runstate.state != .runnable {
        object.runstate.enter(.runnable, at: now)
      }
      return
    }
    if object.scheduling.isRunnable {
      cpu.object.runQueue.dequeue(entity, at: now)
      if cpu.object.current == self { cpu.object.mustReschedule = true }
    }
    object.runstate.enter(object.isBlocked && object.isOnline ? .blocked : .offline, at: now)
  }

  /// Keeps the vCPU of a domain that has ended off the CPU.
  package func stopForGood() {
    stopTimers()
    endPoll()
    updateRunnable(at: object.domain.object.hypervisor.now)
  }

  /// Takes the vCPU out of everything that could run it or wait for it: its frames can then be freed.
  package func retire() {
    let cpu = object.cpu
    object.isOnline = false
    stopForGood()
    if cpu.object.current == self { cpu.object.current = nil }
    if cpu.object.vectorOwner == self { cpu.object.vectorOwner = nil }
  }

  /// Whether that has come about and holds.
  var isRetired: Bool {
    let cpu = object.cpu
    return cpu.object.current != self && cpu.object.vectorOwner != self && !object.scheduling.isRunnable
      && !object.singleshotTimer.isPending && !object.periodicTimer.isPending && !object.apicTimer.isPending
      && !object.pollTimer.isPending
  }
}

extension Handle where Object == Domain {
  /// Keeps the domain's vCPUs from running; pauses add up.
  ///
  /// - Throws: `overflow` where too many add up.
  package func pause() throws(HypercallError) {
    guard object.life.pauseCount < 255 else { throw .overflow }
    object.life.pauseCount &+= 1
    updateRunnable()
  }

  /// Undoes a pause.
  ///
  /// - Throws: `invalidArgument` where the domain is not paused.
  package func unpause() throws(HypercallError) {
    guard object.life.pauseCount > 0 else { throw .invalidArgument }
    object.life.pauseCount &-= 1
    if object.life.pauseCount == 0 { object.isComplete = true }
    updateRunnable()
  }

  /// Brings the run queues up to date after the domain's state changed.
  package func updateRunnable() {
    let now = object.hypervisor.now
    var number: UInt32 = 0
    while number < object.vcpuCount {
      vcpu(VCPUID(number))?.updateRunnable(at: now)
      number &+= 1
    }
  }

  /// Whether any vCPU is there to run on, now or when it is woken.
  var hasOnlineVCPU: Bool {
    var number: UInt32 = 0
    while number < object.vcpuCount {
      if let vcpu = vcpu(VCPUID(number)), vcpu.object.isOnline { return true }
      number &+= 1
    }
    return false
  }
}
