#if canImport(XenABI)
  import XenABI
#endif
#if canImport(Core)
  import Core
#endif

/// Chooses who runs, keeps the deadlines, and waits when nobody wants to.
package enum RunLoop {
  /// The vCPU to run now, ready to be entered. Idles until there is one.
  ///
  /// The one that just left off goes on where only the timer has to be set.
  @inline(never)
  package static func choose<L: Layout>(
    _: L.Type, _ cpu: Handle<CPU>, from left: Handle<VCPU>? = nil
  ) -> Handle<VCPU> {
    if let left, cpu.object.attention == .timer {
      program(L.self, left)
      return left
    }
    let hypervisor = cpu.object.hypervisor
    if cpu.object.mustLetInterruptsIn { L.letInterruptsIn() }
    while true {
      cpu.object.attention = CPUAttention()
      let now = hypervisor.now
      cpu.runExpired(at: now)
      if let next = cpu.pickNext(at: now) {
        if cpu.object.vectorOwner != next { take(L.self, cpu, next) }
        program(L.self, next)
        return next
      }
      if hypervisor.reapOne() || hypervisor.object.allocator.scrubOne() {
        L.letInterruptsIn()
        continue
      }
      setTimer(cpu)
      L.waitForInterrupt()
    }
  }

  /// Puts a vCPU's registers into the processor that entries and exits do not switch.
  private static func take<L: Layout>(
    _: L.Type, _ cpu: Handle<CPU>, _ next: Handle<VCPU>
  ) {
    if let owner = cpu.object.vectorOwner {
      L.switchOut(owner)
      VectorState.save(owner)
      Mitigations.betweenDomains(owner, next)
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
    cpu.object.attention.subtract(.timer)
    cpu.object.programmed = deadline
    let hypervisor = cpu.object.hypervisor
    hypervisor.object.services.setTimer(hypervisor.object.clock.reading(at: deadline).rawValue)
  }
}
