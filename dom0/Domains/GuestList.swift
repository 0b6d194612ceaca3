/// The domains beside this one, as far as they are known.
final class GuestList {
  /// Those that exist, by ascending number.
  private(set) var all: [GuestDomain] = []
  /// The last ones that are gone, the latest first: their logs can still be read.
  private(set) var former: [GuestDomain] = []
  /// This domain.
  let own: DomainID

  private static var formerCount: Int { 8 }
  private let gauge: MemoryGauge
  private let wakes = FlagGroup()

  init(gauge: MemoryGauge) {
    self.gauge = gauge
    own = Hypervisor.domainID ?? .zero
  }

  /// Whether there is something to do for any of their consoles.
  var haveWork: Bool { wakes.isRaised }

  /// What a look at the hypervisor's list found.
  enum Event {
    case consoleRefused(GuestDomain, GuestError)
    case ended(GuestDomain)
    /// It was taken apart by someone else.
    case vanished(GuestDomain)
  }

  /// Takes the list of those that are to be served.
  ///
  /// - Parameter found: by ascending number.
  func refresh(_ found: [DomainInformation]) -> [Event] {
    var events: [Event] = []
    for guest in all where found.find(guest.id) == nil {
      if guest.stage == .served { events.append(.vanished(guest)) }
      remove(guest)
    }
    for information in found {
      let guest: GuestDomain
      if let known = all.find(information.domain) {
        known.information = information
        guest = known
      } else {
        guest = GuestDomain(information, gauge: gauge, wakes: wakes)
        all.insertSorted(guest)
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
    return events
  }

  /// Rings every guest.
  func tick() {
    for guest in all where guest.stage == .served { guest.tick() }
  }

  /// What every domain has done so far, this one too.
  ///
  /// - Parameter events: those between a guest and this domain beside the ones of its console.
  func samples(_ events: (DomainID) -> UInt64) throws(GuestError) -> [DomainSample] {
    var samples: [DomainSample] = []
    var ownEvents: UInt64 = 0
    for information in try DomainControls.list() {
      let id = information.domain
      var count: UInt64 = 0
      if let guest = all.find(id) { count = guest.eventCount &+ events(id) }
      ownEvents &+= count
      samples.append(
        DomainSample(
          name: name(of: id), domain: id, flags: information.flags, frameCount: information.frameCount,
          vcpuCount: information.onlineVCPUCount, cpuTime: information.cpuTime,
          exits: DomainControls.exitCounts(of: information), events: count))
    }
    // This domain has the other end of all of them.
    return samples.map { $0.domain == own ? $0.with(events: ownEvents) : $0 }
  }

  /// The name of a domain, also of this one.
  func name(of domain: DomainID) -> String {
    if let known = all.find(domain) { return known.name }
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

  /// Gives back what is held of a domain that is about to be taken apart: else its frames would not go back.
  func disconnect(_ domain: DomainID) {
    guard let guest = all.find(domain) else { return }
    guest.stage = .leaving
    guest.disconnect()
  }

  private func remove(_ guest: GuestDomain) {
    guest.disconnect()
    all.remove(guest.id)
    former.insert(guest, at: 0)
    if former.count > Self.formerCount { former.removeLast() }
  }
}
