#if canImport(XenABI)
  import XenABI
#endif

/// A virtual CPU's timers, in the deadline queue of its CPU.
extension Handle where Object == VCPU {
  @inline(__always)
  package var singleshotTimerHandle: Handle<Timer> { Handle<Timer>(to: &object.singleshotTimer) }
  @inline(__always)
  package var periodicTimerHandle: Handle<Timer> { Handle<Timer>(to: &object.periodicTimer) }
  @inline(__always)
  package var apicTimerHandle: Handle<Timer> { Handle<Timer>(to: &object.apicTimer) }
  @inline(__always)
  package var pollTimerHandle: Handle<Timer> { Handle<Timer>(to: &object.pollTimer) }

  /// Does what a timer is for, whose time has come.
  func expire(_ kind: Timer.Kind, at now: Nanoseconds) {
    switch kind {
    case .singleshot: raise(.timer)
    case .periodic: periodicTimerExpired(at: now)
    case .localAPIC: apply(object.apic.timerExpired(at: now))
    case .poll: wake()
    }
  }

  /// The same for those whose time came while the vCPU waited for the CPU.
  @inline(never)
  func expireHeldTimers(at now: Nanoseconds) {
    let held = object.heldTimers
    object.heldTimers = HeldTimers()
    if held.contains(HeldTimers(.singleshot)) { expire(.singleshot, at: now) }
    if held.contains(HeldTimers(.periodic)) { expire(.periodic, at: now) }
    if held.contains(HeldTimers(.localAPIC)) { expire(.localAPIC, at: now) }
  }

  /// Asks for VIRQ_TIMER at a system time; at once for one that has passed.
  @inline(__always)
  func setSingleshotTimer(_ deadline: Nanoseconds, at now: Nanoseconds) {
    if deadline > now {
      object.cpu.object.start(singleshotTimerHandle, at: deadline)
    } else {
      object.cpu.object.stop(singleshotTimerHandle)
      raise(.timer)
    }
  }

  /// Takes that back.
  @inline(__always)
  func stopSingleshotTimer() { object.cpu.object.stop(singleshotTimerHandle) }

  /// Asks for VIRQ_TIMER again and again; a period of zero ends it.
  func setPeriodicTimer(_ period: Nanoseconds, at now: Nanoseconds) {
    object.period = period
    if period == .zero {
      object.cpu.object.stop(periodicTimerHandle)
    } else {
      object.cpu.object.start(periodicTimerHandle, at: now.adding(period))
    }
  }

  /// Raises the periodic timer's interrupt and starts it again, in step with what it was; a tick that is late by a
  /// period or more is not made up for.
  func periodicTimerExpired(at now: Nanoseconds) {
    raise(.timer)
    guard object.period != .zero else { return }
    let inStep = object.periodicTimer.deadline.adding(object.period)
    object.cpu.object.start(periodicTimerHandle, at: inStep > now ? inStep : now.adding(object.period))
  }

  /// Stops all of them.
  func stopTimers() {
    object.period = .zero
    object.heldTimers = HeldTimers()
    object.cpu.object.stop(singleshotTimerHandle)
    object.cpu.object.stop(periodicTimerHandle)
    object.cpu.object.stop(apicTimerHandle)
    object.cpu.object.stop(pollTimerHandle)
  }

  /// Has the vCPU, which the caller then blocks, woken by events on a port (0 for any) and at a time; by interrupts
  /// and upcalls where it takes them.
  func beginPoll(_ port: EventPort, until deadline: Nanoseconds, ignoringInterrupts: Bool) {
    object.poll.begin(port, ignoringInterrupts: ignoringInterrupts)
    object.domain.object.ports.pollers |= 1 << (object.id.rawValue & 31)
    if deadline != .never { object.cpu.object.start(pollTimerHandle, at: deadline) }
  }

  /// Takes that back.
  func endPoll() {
    guard object.poll.isPolling else { return }
    object.poll.end()
    object.domain.object.ports.pollers &= ~(1 << (object.id.rawValue & 31))
    object.cpu.object.stop(pollTimerHandle)
  }
}

/// The timers of a vCPU whose time came while it waited for the CPU: it sees their interrupts when it gets it. A poll's
/// is none of them, since who polls does not wait for the CPU.
package struct HeldTimers: OptionSet, BitwiseCopyable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }
  package init() { rawValue = 0 }
  init(_ kind: Timer.Kind) { rawValue = 1 &<< kind.rawValue }
}
