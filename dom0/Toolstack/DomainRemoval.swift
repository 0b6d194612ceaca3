/// Takes a domain apart, with all that is known of it and held of it here: in steps, for a large one is a lot of work to
/// the hypervisor.
final class DomainRemoval {
  let domain: DomainID
  private(set) var isDone = false
  /// Why the hypervisor refused, if it did.
  private(set) var failure: GuestError?

  /// - Parameter release: gives back what domain 0 holds of the domain beside the store's ring: its console. Frames that
  ///   are held here would stay taken.
  init(of domain: DomainID, uuid: GuestUUID, store: StoreService, release: (DomainID) -> Void) {
    self.domain = domain
    release(domain)
    store.disconnect(domain)
    GuestNodes.remove(domain, uuid, from: store.store)
    store.store.release(domain)
  }

  /// Has the hypervisor do a piece.
  func step() {
    if isDone { return }
    do {
      let header = DomainControlHeader(operation: .destroy, domain: domain)
      try Hypercall.domainControlDestroy(DomainControl(header: header))
      isDone = true
    } catch {
      if error == .hypercall(.tryAgain) { return }
      isDone = true
      // One that is gone is what was wanted.
      if error != .hypercall(.noSuchDomain) { failure = error }
    }
  }
}
