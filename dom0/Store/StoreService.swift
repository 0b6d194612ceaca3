/// Serves the store to the guests: over each one's ring, as far as its share allows.
///
/// What a guest asks for is answered by `serve()`, a bounded piece at a time; a guest that asks for more than its share
/// waits while the others go on.
final class StoreService {
  let store: Store
  /// By ascending domain.
  private var rings: [ServedStoreRing] = []
  private let wakes = FlagGroup()

  init(_ store: Store) {
    self.store = store
    store.onIntroduce = { [self] domain, frame, port in
      do throws(GuestError) {
        try connect(domain, frame: frame, port: port)
        return nil
      } catch {
        return .ioError
      }
    }
  }

  /// Serves the ring of a domain from now on, and introduces it to the store.
  ///
  /// - Parameters:
  ///   - frame: the ring's frame, the domain's HVM parameter 1.
  ///   - port: the domain's port that is open for domain 0, its HVM parameter 2.
  /// - Throws: what mapping the frame or connecting the port gives.
  func connect(_ domain: DomainID, frame: GuestFrame, port: EventPort) throws(GuestError) {
    disconnect(domain)
    rings.insertSorted(try ServedStoreRing(store, domain, frame: frame, port: port, wakes: wakes))
    store.introduce(domain)
  }

  /// The same with the ring that the domain's HVM parameters name; returns whether it has one.
  @discardableResult
  func connect(_ domain: DomainID) throws(GuestError) -> Bool {
    let frame = try XenParameters.get(.storeFrame, of: domain)
    let port = try XenParameters.get(.storePort, of: domain)
    if frame == 0 || port == 0 { return false }
    try connect(domain, frame: GuestFrame(frame), port: EventPort(UInt32(truncatingIfNeeded: port)))
    return true
  }

  /// Gives a domain's page and port back, and drops its watches and transactions. Its nodes stay: `Store.release` takes
  /// them away.
  func disconnect(_ domain: DomainID) {
    guard let ring = rings.find(domain) else { return }
    ring.end()
    rings.remove(domain)
  }

  /// Events over a domain's ring, both ways.
  func eventCount(of domain: DomainID) -> UInt64 { rings.find(domain)?.eventCount ?? 0 }

  func isConnected(_ domain: DomainID) -> Bool { rings.find(domain) != nil }

  /// Why a domain's ring is served no longer; nil where it is.
  func failure(of domain: DomainID) -> StoreRingError? { rings.find(domain)?.session.failure }

  /// Whether `serve()` has something to do.
  var hasWork: Bool { store.hasDeliveries || wakes.isRaised }

  /// Does a piece of what there is to do for each guest, and calls the handlers of domain 0's own watches.
  func serve() {
    if wakes.isRaised {
      for ring in rings where ring.hasWork { ring.serve() }
    }
    store.deliver()
  }
}
