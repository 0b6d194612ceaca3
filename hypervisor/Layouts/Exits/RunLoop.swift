#if canImport(XenABI)
  import XenABI
#endif
#if canImport(Machine)
  import Machine
#endif
#if canImport(CMachine)
  import CMachine
#endif
#if canImport(Core)
  import Core
#endif

/// Chooses who runs, keeps the deadlines, and waits when nobody wants to.
package enum RunLoop {
  /// The vCPU to run now, ready to be entered. Idles until there is one.
  @inline(never)
  package static func choose<L: Layout>(_: L.Type, _ cpu: Handle<CPU>) -> Handle<VCPU> {
    let hypervisor = cpu.object.hypervisor
    let previous = cpu.object.current
    while true {
      cpu.object.mustReschedule = false
      cpu.object.deadlineArrived = false
      let now = hypervisor.now
      cpu.runExpired(at: now)
      if let next = cpu.pickNext(at: now) {
        if cpu.object.vectorOwner != next { take(L.self, cpu, next, from: previous) }
        program(L.self, next)
        return next
      }
      if hypervisor.reapOne() || hypervisor.object.allocator.scrubOne() {
        interruptWindow()
        continue
      }
      setTimer(cpu)
      // STI lets interrupts in only after the instruction that follows it: none is lost before HLT.
      apus_idle()
    }
  }

  /// Puts a vCPU's registers into the processor that entries and exits do not switch.
  private static func take<L: Layout>(
    _: L.Type, _ cpu: Handle<CPU>, _ next: Handle<VCPU>, from previous: Handle<VCPU>?
  ) {
    if let owner = cpu.object.vectorOwner {
      L.switchOut(owner)
      VectorState.save(owner)
      if cpu.object.hypervisor.object.options.mitigations { Mitigations.betweenDomains(owner, next) }
    }
    VectorState.restore(next)
    L.switchIn(next)
    cpu.object.vectorOwner = next
  }

  /// Sets the timers to the next deadline.
  @inline(never)
  package static func program<L: Layout>(_: L.Type, _ vcpu: Handle<VCPU>) {
    let cpu = vcpu.object.cpu
    setTimer(cpu)
    L.setDeadline(vcpu, cpu.object.hypervisor.object.clock.reading(at: cpu.object.programmed))
  }

  private static func setTimer(_ cpu: Handle<CPU>) {
    let deadline = cpu.object.nextDeadline
    cpu.object.programmed = deadline
    let hypervisor = cpu.object.hypervisor
    hypervisor.object.services.setTimer(hypervisor.object.clock.reading(at: deadline).rawValue)
  }
}

extension Layout {
  /// Lets the interrupts in that ended the guest's run, and the timer's that may have come with them.
  static func interruptWindow() { apus_interrupt_window() }

  /// An NMI that came while the guest ran: the host's handler takes it, as if it had come an instruction later.
  static func nonMaskableInterrupt() { apus_raise_nmi() }
}

private func interruptWindow() { apus_interrupt_window() }
