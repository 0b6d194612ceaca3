/// Waits for a guest to be gone: `shutdown -w`, `destroy`.
final class EndActivity: Activity {
  private let service: Service
  private let domain: DomainID
  private let text: String
  private let onEnd: () -> Void
  /// Whether the guest was only asked, and may not do it.
  private let isRequest: Bool

  /// - Parameters:
  ///   - text: what is shown meanwhile.
  ///   - isRequest: whether to give up when the toolstack has given the request up.
  ///   - onEnd: done when the guest is gone; not when the wait was given up.
  init(
    _ service: Service, _ guest: GuestDomain, _ text: String, isRequest: Bool = false,
    onEnd: @escaping () -> Void = {}
  ) {
    self.isRequest = isRequest
    self.service = service
    domain = guest.id
    self.text = text
    self.onEnd = onEnd
  }

  override var status: String { text }
  override var statusDelay: Nanoseconds { .seconds(2) }
  override var hasWork: Bool { isDone }

  override func step() {
    // One that stays for a look has ended too.
    if let known = service.toolstack.domain(domain), known.stage != .kept {
      if isRequest && known.stage == .running && known.request == nil { isDone = true }
      return
    }
    isDone = true
    onEnd()
  }

  override func tick() { service.domainsHaveChanged() }
}
