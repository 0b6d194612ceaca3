#if canImport(XenABI)
  import XenABI
#endif

/// All domains, the dying included, by ascending ID. One of many is found as soon as one of few: nearly every hypercall
/// of the control domain's names one.
package struct DomainList: ~Copyable {
  /// The domain with the lowest ID.
  package private(set) var first: Handle<Domain>?
  /// The domain with the highest ID.
  private var last: Handle<Domain>?
  /// The number of domains.
  package private(set) var count = 0
  /// Those of them that are dying or dead.
  package private(set) var leavingCount = 0
  /// The first of the domains whose IDs end in the same eight bits.
  private var buckets = InlineArray<256, Handle<Domain>?>(repeating: nil)

  init() {}

  /// The domain with the ID, dying or not.
  ///
  /// Changes nothing. It is `mutating`, as its kin are, so that it works in place: a borrowed value of this size is copied
  /// first.
  @inline(__always)
  package mutating func find(_ id: DomainID) -> Handle<Domain>? {
    var next = buckets[Int(id.rawValue & 255)]
    while let domain = next {
      if domain.object.id == id { return domain }
      next = domain.object.nextInBucket
    }
    return nil
  }

  /// The domain with the lowest ID that is at least `id`.
  package mutating func atOrAfter(_ id: DomainID) -> Handle<Domain>? {
    if let domain = find(id) { return domain }
    // Whoever goes through all of them asks for the ID behind the last one.
    if id > .zero, let before = find(DomainID(id.rawValue &- 1)) { return before.object.next }
    guard let last, last.object.id > id else { return nil }
    var next = first
    while let domain = next {
      if domain.object.id >= id { return domain }
      next = domain.object.next
    }
    return nil
  }

  /// The lowest ID from `start` on that no domain has; nil where all are taken.
  package mutating func freeID(from start: DomainID) -> DomainID? {
    var candidate = start
    while candidate < .firstReserved {
      if find(candidate) == nil { return candidate }
      candidate = DomainID(candidate.rawValue &+ 1)
    }
    return nil
  }

  /// Adds a domain whose ID is not in the list.
  package mutating func insert(_ domain: Handle<Domain>) {
    count &+= 1
    let bucket = Int(domain.object.id.rawValue & 255)
    domain.object.nextInBucket = buckets[bucket]
    buckets[bucket] = domain
    // Mostly it is the last.
    var before = last
    while let place = before, place.object.id > domain.object.id { before = place.object.previous }
    let next = before == nil ? first : before?.object.next
    domain.object.previous = before
    domain.object.next = next
    if let before { before.object.next = domain } else { first = domain }
    if let next { next.object.previous = domain } else { last = domain }
  }

  /// A domain of the list begins to die.
  mutating func noteDying() { leavingCount &+= 1 }

  /// Takes a domain out of the list.
  package mutating func remove(_ domain: Handle<Domain>) {
    guard takeOutOfBucket(domain) else { return }
    count &-= 1
    if domain.object.life.state >= .dying { leavingCount &-= 1 }
    let previous = domain.object.previous
    let next = domain.object.next
    if let previous { previous.object.next = next } else { first = next }
    if let next { next.object.previous = previous } else { last = previous }
  }

  /// Returns whether the domain was in the list.
  private mutating func takeOutOfBucket(_ domain: Handle<Domain>) -> Bool {
    let bucket = Int(domain.object.id.rawValue & 255)
    if buckets[bucket] == domain {
      buckets[bucket] = domain.object.nextInBucket
      return true
    }
    var next = buckets[bucket]
    while let place = next {
      if place.object.nextInBucket == domain {
        place.object.nextInBucket = domain.object.nextInBucket
        return true
      }
      next = place.object.nextInBucket
    }
    return false
  }
}
