#if canImport(XenABI)
  import XenABI
#endif

/// All domains, the dying included, by ascending ID.
package struct DomainList: ~Copyable {
  /// The domain with the lowest ID.
  package private(set) var first: Handle<Domain>?
  /// The number of domains.
  package private(set) var count = 0
  /// A few recent answers, since nearly every lookup is of the same domains.
  private var recent = InlineArray<16, Handle<Domain>?>(repeating: nil)

  init() {}

  /// The domain with the ID, dying or not.
  @inline(__always)
  package mutating func find(_ id: DomainID) -> Handle<Domain>? {
    let slot = Int(id.rawValue & 15)
    if let domain = recent[slot], domain.object.id == id { return domain }
    return search(id)
  }

  @inline(never)
  private mutating func search(_ id: DomainID) -> Handle<Domain>? {
    var next = first
    while let domain = next, domain.object.id <= id {
      if domain.object.id == id {
        recent[Int(id.rawValue & 15)] = domain
        return domain
      }
      next = domain.object.next
    }
    return nil
  }

  /// The domain with the lowest ID that is at least `id`.
  package func atOrAfter(_ id: DomainID) -> Handle<Domain>? {
    var next = first
    while let domain = next {
      if domain.object.id >= id { return domain }
      next = domain.object.next
    }
    return nil
  }

  /// The lowest ID from `start` on that no domain has; nil where all are taken.
  package func freeID(from start: DomainID) -> DomainID? {
    var candidate = start
    var next = first
    while let domain = next {
      if domain.object.id == candidate { candidate = DomainID(candidate.rawValue &+ 1) }
      next = domain.object.next
    }
    return candidate < .firstReserved ? candidate : nil
  }

  /// Adds a domain whose ID is not in the list.
  package mutating func insert(_ domain: Handle<Domain>) {
    count &+= 1
    guard var place = first, place.object.id < domain.object.id else {
      domain.object.next = first
      first = domain
      return
    }
    while let next = place.object.next, next.object.id < domain.object.id { place = next }
    domain.object.next = place.object.next
    place.object.next = domain
  }

  /// Takes a domain out of the list.
  package mutating func remove(_ domain: Handle<Domain>) {
    recent[Int(domain.object.id.rawValue & 15)] = nil
    if first == domain {
      first = domain.object.next
      count &-= 1
      return
    }
    var next = first
    while let place = next {
      if place.object.next == domain {
        place.object.next = domain.object.next
        count &-= 1
        return
      }
      next = place.object.next
    }
  }
}
