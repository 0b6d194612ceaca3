#if canImport(XenABI)
  import XenABI
#endif

extension Handle where Object == CPU {
  /// Decides which vCPU has the CPU from now on, and accounts for the one that had it. Nil where none is runnable.
  package func pickNext(at now: Nanoseconds) -> Handle<VCPU>? {
    object.mustReschedule = false
    let next = object.runQueue.pickNext(at: now)?.object.owner
    if let previous = object.current, previous != next, previous.object.runstate.state == .running {
      previous.object.runstate.enter(.runnable, at: now)
    }
    if let next, next != object.current { object.switchCount &+= 1 }
    noteIdle(next == nil, at: now)
    object.current = next
    if let next, next.object.runstate.state != .running { next.gotCPU(at: now) }
    return next
  }

  /// Accounts for the time in which nobody wants the CPU.
  private func noteIdle(_ isIdle: Bool, at now: Nanoseconds) {
    if let since = object.idleSince { object.idleTime = object.idleTime.adding(now.since(since)) }
    object.idleSince = isIdle ? now : nil
  }

  /// What a timer of a vCPU that waits costs whoever has the CPU meanwhile: the interrupt, the exit it makes, setting the
  /// hardware's timer anew.
  package static var timerCost: Nanoseconds { .microseconds(2) }

  /// Does what is due by now: raises timer interrupts, ends polls. Returns whether anything was.
  ///
  /// A timer pays for itself: by what it interrupts where that is its own vCPU, else by its vCPU's account. For one that
  /// waits for the CPU, or is paused, it does nothing but hold the interrupt until that gets it, and is not started
  /// again before.
  @discardableResult
  package func runExpired(at now: Nanoseconds) -> Bool {
    let nmis = object.takeNMIs()
    if nmis > 0 { object.hypervisor.log(.warning, "NMI (\(nmis)): nothing asked for it; going on") }
    var any = false
    while let timer = object.deadlines.popExpired(at: now) {
      any = true
      object.timerCount &+= 1
      guard let vcpu = timer.object.owner else { continue }
      if object.current == vcpu {
        vcpu.expire(timer.object.kind, at: now)
      } else {
        object.runQueue.charge(vcpu.entity, for: Self.timerCost, at: now)
        if vcpu.object.isBlocked {
          vcpu.expire(timer.object.kind, at: now)
        } else {
          vcpu.object.heldTimers.formUnion(HeldTimers(timer.object.kind))
        }
      }
    }
    return any
  }
}

extension Handle where Object == VCPU {
  /// The vCPU has been given the CPU: what its guest reads of time and of itself is brought up to date.
  fileprivate func gotCPU(at now: Nanoseconds) {
    object.runstate.enter(.running, at: now)
    if object.heldTimers.rawValue != 0 { expireHeldTimers(at: now) }
    if object.runstate.area.isRegistered { writeRunstateArea() }
    if now.since(object.timeWrittenAt) > Self.timeRefreshInterval { refreshTime() }
  }

  /// Writes the runstate to the area that the guest registered for it.
  func writeRunstateArea() {
    object.runstate.writeArea(
      in: DomainMemory(object.domain), marked: object.domain.object.marksRunstateUpdates)
  }

  /// Does what a change to the local APIC asks for.
  package func apply(_ effects: LocalAPICEffects) {
    if effects.contains(.timerChanged) {
      object.cpu.object.start(apicTimerHandle, at: object.apic.nextDeadline)
    }
    if effects.contains(.nonMaskableInterrupt) {
      object.exceptions.nmi = true
      object.attention.formUnion(.exception)
      wake()
    }
    if effects.contains(.interruptPending) {
      object.attention.formUnion(.localAPIC)
      kick()
    }
    // An upcall that came while the APIC took nothing is made up for: its mark stands, so that no other would come.
    if effects.contains(.enabled), object.upcallVector != 0, object.info.isUpcallPending { raiseUpcallVector() }
  }

  /// Requests the vector that HVMOP_set_evtchn_upcall_vector gave, for an upcall that has just become pending.
  @inline(never)
  func raiseUpcallVector() {
    if object.apic.accept(object.upcallVector) { object.attention.formUnion(.localAPIC) }
  }
}
