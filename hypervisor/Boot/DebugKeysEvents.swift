/// The debug keys e and g: event channels and grants.
extension Handle where Object == Domain {
  func showPorts() {
    show("event channels of domain \(object.id): \(object.ports.usedCount) in use")
    var number: UInt32 = 1
    while number < SharedInfoPage.portLimit(.bits64) {
      let port = EventPort(number)
      if let entry = object.ports.entry(port)?.object, entry.state != .free { show(describe(port, entry)) }
      number &+= 1
    }
  }

  private func describe(_ port: EventPort, _ entry: PortEntry) -> LogText {
    let pending: StaticString = object.sharedInfo.isPending(port) ? ", pending" : ""
    let masked: StaticString = object.sharedInfo.isMasked(port, object.width) ? ", masked" : ""
    let end: LogText
    switch entry.state {
    case .free: end = "free"
    case .unbound: end = "unbound, for domain \(entry.number)"
    case .interdomain: end = "to port \(entry.number) of domain \(entry.peer.handle?.object.id ?? .invalid)"
    case .physicalIRQ: end = "physical interrupt \(entry.number)"
    case .virtualIRQ: end = "virtual interrupt \(entry.number)"
    case .ipi: end = "IPI"
    }
    return "  \(port): \(end), vCPU \(entry.vcpu)\(pending)\(masked)"
  }

  func showGrants() {
    show(
      "grants of domain \(object.id): \(object.grants.frameCount) of \(object.grants.maximumFrameCount) frames, \(object.grants.mappings.usedCount) of others' mapped"
    )
    var reference: UInt32 = 0
    while reference < object.grants.entryCount {
      let active = object.grants.active(GrantReference(reference)).object
      if active.isPinned {
        show(
          "  \(reference): frame \(hex: active.machineFrame) in use by domain \(active.peer), \(active.readers) times for reading, \(active.writers) for writing"
        )
      }
      reference &+= 1
    }
  }
}
