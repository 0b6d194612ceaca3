/// The domains beside this one, as far as they are known.
final class GuestList {
  /// Those that exist, by ascending number.
  private(set) var all: [GuestDomain] = []
  /// The last ones that are gone, the latest first: their logs can still be read.
  private(set) var former: [GuestDomain] = []
  /// Whether a guest that has ended stays until it is destroyed by hand.
  private let keepsEnded: Bool
  /// This domain.
  let own: DomainID

  private static var formerCount: Int { 8 }

  init(keepsEnded: Bool) {
    self.keepsEnded = keepsEnded
    own = Hypervisor.domainID ?? .zero
  }

  var haveWork: Bool { all.contains { $0.wake.isRaised } }

  /// What a look at the hypervisor's list found.
  enum Event {
    case consoleRefused(GuestDomain, HypercallError)
    case ended(GuestDomain)
    /// It was taken apart by someone else.
    case vanished(GuestDomain)
  }

  /// Looks at the hypervisor's list.
  func refresh() throws(HypercallError) -> [Event] {
    var events: [Event] = []
    let found = try DomainControls.list().filter { $0.domain != own }
    for guest in all where !found.contains(where: { $0.domain == guest.id }) {
      if guest.stage == .served { events.append(.vanished(guest)) }
      remove(guest)
    }
    for information in found {
      let guest: GuestDomain
      if let known = all.first(where: { $0.id == information.domain }) {
        known.information = information
        guest = known
      } else {
        guest = GuestDomain(information)
        all.append(guest)
        guest.connectDoorbell()
      }
      if guest.stage != .served { continue }
      do {
        try guest.connectConsole()
      } catch {
        if guest.complainsOfConsole() { events.append(.consoleRefused(guest, error)) }
      }
      if guest.hasEnded {
        guest.stage = .reported
        events.append(.ended(guest))
      }
    }
    all.sort { $0.id < $1.id }
    return events
  }

  /// Rings every guest.
  func tick() {
    for guest in all where guest.stage == .served { guest.tick() }
  }

  /// What every domain has done so far, this one too.
  func samples() throws(HypercallError) -> [DomainSample] {
    try DomainControls.list().map { information in
      DomainSample(
        name: name(of: information.domain), domain: information.domain, flags: information.flags,
        frameCount: information.frameCount, vcpuCount: information.onlineVCPUCount, cpuTime: information.cpuTime,
        exits: DomainControls.exitCounts(of: information),
        events: all.first { $0.id == information.domain }?.eventCount ?? all.reduce(0) { $0 &+ $1.eventCount })
    }
  }

  /// The name of a domain, also of this one.
  func name(of domain: DomainID) -> String {
    if let known = all.first(where: { $0.id == domain }) { return known.name }
    return DomainControls.name(of: domain) ?? (domain == own ? "dom0" : "d\(domain.rawValue)")
  }

  /// The guest of that name or number.
  func find(_ word: String) -> GuestDomain? { Self.find(word, in: all) }

  /// The same among those that are gone.
  func findFormer(_ word: String) -> GuestDomain? { Self.find(word, in: former) }

  /// Whether the word means this domain.
  func isOwn(_ word: String) -> Bool { isCalled(word, own) }

  /// Whether the word is the name or the number of a domain.
  func isCalled(_ word: String, _ domain: DomainID) -> Bool { word == name(of: domain) || word == "\(domain.rawValue)" }

  private static func find(_ word: String, in list: [GuestDomain]) -> GuestDomain? {
    list.first { $0.name == word } ?? list.first { "\($0.id.rawValue)" == word }
  }

  /// Has the memory of a guest taken back that has ended; one that wants to be saved, or is to be kept, stays.
  func retire(_ guest: GuestDomain) throws(HypercallError) {
    if keepsEnded || guest.information.flags.shutdownReason == .suspend { return }
    try destroy(guest)
  }

  /// Has a guest taken apart.
  func destroy(_ guest: GuestDomain) throws(HypercallError) {
    // What is held of it here would keep its frames from going back.
    guest.disconnect()
    try DomainControls.destroy(guest.id)
    guest.stage = .destroyed
    if try !DomainControls.list().contains(where: { $0.domain == guest.id }) { remove(guest) }
  }

  private func remove(_ guest: GuestDomain) {
    guest.disconnect()
    all.removeAll { $0 === guest }
    former.insert(guest, at: 0)
    if former.count > Self.formerCount { former.removeLast() }
  }
}
