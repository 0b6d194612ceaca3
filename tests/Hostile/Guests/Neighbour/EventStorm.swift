/// Signals every port that leads to domain 0, without end and without a reason.
enum EventStorm {
  static func run() throws(GuestError) -> Never {
    var ports: [EventPort] = []
    for parameter in [HVMParameter.consolePort, .storePort] {
      if let value = try? XenParameters.get(parameter), value != 0 {
        ports.append(EventPort(UInt32(truncatingIfNeeded: value)))
      }
    }
    // Domain 0 connects to one that is kept open for it.
    let offer = try EventChannel(unboundFor: .zero)
    ports.append(offer.release())
    while true {
      for port in ports { try? XenEvents.send(port) }
    }
  }
}
