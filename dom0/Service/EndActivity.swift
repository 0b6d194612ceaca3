/// Waits for a guest to be gone: `shutdown -w`, `destroy`.
final class EndActivity: Activity {
  private let service: Service
  private let domain: DomainID
  private let text: String
  private let onEnd: () -> Void

  /// - Parameters:
  ///   - text: what is shown meanwhile.
  ///   - onEnd: done when the guest is gone; not when the wait was given up.
  init(_ service: Service, _ guest: GuestDomain, _ text: String, onEnd: @escaping () -> Void = {}) {
    self.service = service
    domain = guest.id
    self.text = text
    self.onEnd = onEnd
  }

  override var status: String { text }
  override var hasWork: Bool { isDone }

  override func step() {
    // One that stays for a look has ended too.
    if let known = service.toolstack.domain(domain), known.stage != .kept { return }
    isDone = true
    onEnd()
  }

  override func tick() { service.domainsHaveChanged() }
}
