/// The debug keys: what the hypervisor tells of itself, and does, when it is asked at its console. They need nothing of
/// domain 0.
extension Handle where Object == MachineState {
  /// Answers a key.
  func debugKey(_ key: UInt8) {
    let hypervisor = object.hypervisor
    switch UnicodeScalar(key) {
    case "h", "?": help()
    case "q": hypervisor.forEachDomain { $0.showState() }
    case "e": hypervisor.forEachDomain { $0.showPorts() }
    case "r": showRunQueue()
    case "m": hypervisor.showMemory()
    case "d": showRegisters()
    case "t": showTimers()
    case "g": hypervisor.forEachDomain { $0.showGrants() }
    case "x": hypervisor.forEachDomain { $0.showExits() }
    case "A": hypervisor.show("audit: \(hypervisor.reportAudit()) faults")
    case "R": end(powerOff: false)
    case "P": end(powerOff: true)
    default: hypervisor.show("no such key: h for help")
    }
  }

  private func help() {
    let hypervisor = object.hypervisor
    hypervisor.show("keys:  h  this help")
    hypervisor.show("       q  domains and virtual CPUs: state, time, exits")
    hypervisor.show("       e  event channels")
    hypervisor.show("       r  run queue")
    hypervisor.show("       t  timers")
    hypervisor.show("       m  memory")
    hypervisor.show("       g  grants")
    hypervisor.show("       x  exits by their reason")
    hypervisor.show("       d  registers of all virtual CPUs")
    hypervisor.show("       A  audit: counts frames, event channels and grants anew")
    hypervisor.show("       R  restart the machine        P  power it off")
  }
}

extension Handle where Object == Hypervisor {
  func forEachDomain(_ body: (Handle<Domain>) -> Void) {
    var next = object.domains.first
    while let domain = next {
      body(domain)
      next = domain.object.next
    }
  }
}

extension Handle where Object == Domain {
  func forEachVCPU(_ body: (Handle<VCPU>) -> Void) {
    var number: UInt32 = 0
    while number < object.vcpuCount {
      if let vcpu = vcpu(VCPUID(number)) { body(vcpu) }
      number &+= 1
    }
  }

  func show(_ text: LogText) { object.hypervisor.show(text) }
}
