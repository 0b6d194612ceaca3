/// The debug keys q and x: domains and their virtual CPUs.
extension Handle where Object == Domain {
  func showState() {
    let life = object.life
    let paused: StaticString = life.pauseCount > 0 ? ", paused" : ""
    let width: StaticString = object.width == .bits64 ? "64" : "32"
    show(
      "domain \(object.id) (\(object.name)): \(life.state.name)\(paused), \(object.layout.name), \(width)-bit shared info, callback vector \(hex: object.parameters.callbackVector)"
    )
    if life.state != .alive {
      show("  ended: \(ShutdownReason(life.shutdownReason).name), \(life.crashReport.message)")
    }
    let now = object.hypervisor.now
    forEachVCPU { vcpu in
      let time = vcpu.object.runstate.information(at: now)
      let offline: StaticString = vcpu.object.isOnline ? "" : ", down"
      let polling: StaticString = vcpu.object.poll.isPolling ? ", polling" : ""
      let upcall: StaticString = vcpu.object.info.isUpcallPending ? "pending" : "clear"
      show(
        "  d\(object.id)v\(vcpu.object.id): \(time.state.name)\(offline)\(polling), ran \(time.running) s, waited \(time.runnable) s, slept \(time.blocked) s, \(vcpu.object.exits.total) exits, upcall \(upcall)"
      )
    }
  }

  func showExits() {
    forEachVCPU { vcpu in
      let exits = vcpu.object.exits
      show("exits of d\(object.id)v\(vcpu.object.id): \(exits.total)")
      var index: UInt8 = 0
      while let kind = ExitKind(rawValue: index) {
        if exits[kind] > 0 { show("  \(kind.name): \(exits[kind])") }
        index &+= 1
      }
    }
  }
}

extension Handle where Object == MachineState {
  /// The registers of all vCPUs. The one whose state is in the processor comes last, so that it stays there.
  func showRegisters() {
    let live = PerCPU.cpu.object.vectorOwner
    object.hypervisor.forEachDomain { domain in
      domain.forEachVCPU { vcpu in
        if vcpu != live { report(vcpu) }
      }
    }
    if let live { report(live) }
  }

  private func report(_ vcpu: Handle<VCPU>) {
    object.hypervisor.show(
      "registers of d\(vcpu.object.domain.object.id)v\(vcpu.object.id), \(vcpu.object.runstate.state.name):")
    switch vcpu.object.domain.object.layout {
    case .vmx: VMXLayout.report(vcpu)
    case .svm: SVMLayout.report(vcpu)
    case .pv, .pv32: vcpu.describeRegisters()
    }
  }
}

extension Lifecycle.State {
  fileprivate var name: StaticString {
    switch self {
    case .alive: "alive"
    case .shutDown: "shut down"
    case .dying: "dying"
    case .dead: "dead"
    }
  }
}

extension RingLayout {
  fileprivate var name: StaticString {
    switch self {
    case .vmx: "pvh on VMX"
    case .svm: "pvh on SVM"
    case .pv: "pv"
    case .pv32: "pv of 32 bits"
    }
  }
}

extension Runstate {
  var name: StaticString {
    switch self {
    case .running: "running"
    case .runnable: "runnable"
    case .blocked: "blocked"
    default: "offline"
    }
  }
}
