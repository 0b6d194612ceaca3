/// Hears a toolstack that asks this domain to end: by a word in `control/shutdown` of its store. What this guest does
/// when it is asked, it says by `control/feature-*`.
///
///     let requests = ShutdownRequests()
///     try requests.follow()
///     ...
///     XenStore.deliver()
///     if let request = requests.take() { request.perform() }
final class ShutdownRequests {
  private var request: ShutdownRequest?
  private var watch: XenStoreWatch?

  private static var node: String { "control/shutdown" }

  /// Offers what this guest does, and listens from now on; `XenStore.deliver` tells.
  func follow() throws(GuestError) {
    // A toolstack that made no such node does not want to know. There is none for what this guest does not do: who asks
    // for a suspension is told beforehand that it would be in vain.
    for request in ShutdownRequest.allCases {
      if let feature = request.feature { try? XenStore.write("control/\(feature)", "1") }
    }
    try? XenStore.write("control/feature-suspend", "0")
    watch = try XenStore.watch(Self.node) { [self] _ in look() }
  }

  /// What is asked for, once.
  func take() -> ShutdownRequest? {
    defer { request = nil }
    return request
  }

  var isAsked: Bool { request != nil }

  /// Reads the word, and takes it away to say that it was heard; both at once, so that a newer one is not lost.
  private func look() {
    let heard = try? XenStore.transaction { (transaction) throws(GuestError) -> ShutdownRequest? in
      guard let request = ShutdownRequest(word: try XenStore.read(Self.node, in: transaction)) else { return nil }
      // Where a person made the node anew this domain may not empty it: what is asked for holds all the same.
      try? XenStore.write(Self.node, "", in: transaction)
      return request
    }
    if let heard = heard.flatMap({ $0 }) { request = heard }
  }
}

extension ShutdownRequest {
  /// Ends this domain as asked.
  func perform() -> Never {
    console.flush()
    switch self {
    case .powerOff, .halt: XenScheduler.shutdown(.powerOff)
    case .reboot: XenScheduler.shutdown(.reboot)
    }
  }
}
