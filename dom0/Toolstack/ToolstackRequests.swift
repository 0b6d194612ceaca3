/// Requests to guests, by the store.
extension Toolstack {
  /// How long a guest has to take note of a request, and to end.
  private static var patience: (taken: Nanoseconds, ended: Nanoseconds) { (.seconds(10), .seconds(60)) }

  /// Asks a guest to power itself off or to reboot.
  func request(_ kind: ManagedDomain.Request.Kind, of id: DomainID) throws(ToolstackError) {
    let domain = try running(id)
    try write(domain, "control/shutdown", kind.word)
    domain.request = ManagedDomain.Request(kind: kind, time: Clock.now)
  }

  /// Says once when a guest does not do what it was asked to. A guest takes note by emptying the node.
  func watchRequest(of domain: ManagedDomain) {
    guard var request = domain.request else { return }
    let waited = Clock.now.since(request.time)
    if !request.isTaken {
      let node = try? store.store.read("\(GuestNodes.home(of: domain.id))/control/shutdown")
      request.isTaken = node != request.kind.word
    }
    if !request.isTaken && waited >= Self.patience.taken {
      let isPaused = held.find(domain.id)?.flags.contains(.paused) == true
      let reason = isPaused ? "it is paused" : "it seems to have no handler"
      say("\(domain.name) does not answer '\(request.kind.word)': \(reason); 'destroy' ends it all the same")
      // A handler that comes up later must not find an old request.
      try? store.store.write("\(GuestNodes.home(of: domain.id))/control/shutdown", "")
      domain.request = nil
      return
    }
    if request.isTaken && waited >= Self.patience.ended && !request.isTold {
      request.isTold = true
      say("\(domain.name) has taken '\(request.kind.word)' a minute ago and still runs")
    }
    domain.request = request
  }
}
