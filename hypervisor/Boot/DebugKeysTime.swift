/// The debug keys r and t: the run queue and the timers.
extension Handle where Object == MachineState {
  func showRunQueue() {
    let cpu = PerCPU.cpu
    let hypervisor = object.hypervisor
    if let current = cpu.object.current {
      hypervisor.show(
        "run queue of CPU \(cpu.object.number): d\(current.object.domain.object.id)v\(current.object.id) has it, next decision in \(left(cpu.object.runQueue.nextDecision))"
      )
    } else {
      hypervisor.show("run queue of CPU \(cpu.object.number): idle")
    }
    hypervisor.forEachDomain { domain in
      domain.forEachVCPU { vcpu in
        hypervisor.show(
          "  d\(domain.object.id)v\(vcpu.object.id): \(vcpu.object.scheduling.state.name), weight \(vcpu.object.scheduling.weight), cap \(vcpu.object.scheduling.cap) %, has run \(vcpu.object.scheduling.runtime) s"
        )
      }
    }
  }

  func showTimers() {
    let cpu = PerCPU.cpu
    let hypervisor = object.hypervisor
    hypervisor.show(
      "timers of CPU \(cpu.object.number) at \(hypervisor.now) s: first deadline in \(left(cpu.object.nextDeadline)), set for \(left(cpu.object.programmed))"
    )
    hypervisor.show("  the longest that a timer's interrupt had to wait: \(cpu.object.longestWait.rawValue) ns")
    hypervisor.forEachDomain { domain in
      domain.forEachVCPU { vcpu in
        let id: LogText = "d\(domain.object.id)v\(vcpu.object.id)"
        showTimer(id, "single shot", vcpu.singleshotTimerHandle)
        showTimer(id, "periodic", vcpu.periodicTimerHandle)
        showTimer(id, "local APIC", vcpu.apicTimerHandle)
        showTimer(id, "poll", vcpu.pollTimerHandle)
      }
    }
  }

  @inline(never)
  private func showTimer(_ owner: LogText, _ name: StaticString, _ timer: Handle<Timer>) {
    guard timer.object.isPending else { return }
    object.hypervisor.show("  \(owner) \(name): in \(left(timer.object.deadline))")
  }

  /// The time from now to a deadline, in words.
  @inline(never)
  private func left(_ deadline: Nanoseconds) -> LogText {
    deadline == .never ? "no time" : "\(deadline.since(object.hypervisor.now).rawValue / 1000) us"
  }
}

extension SchedulingEntity.State {
  fileprivate var name: StaticString {
    switch self {
    case .blocked: "not runnable"
    case .waiting: "waits"
    case .running: "runs"
    case .parked: "parked by its cap"
    }
  }
}
