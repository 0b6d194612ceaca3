/// Something watched has changed.
struct StoreEvent {
  let watch: StoreWatch
  let path: StorePath

  /// What one takes of memory beside its watch, in bytes.
  static func charge(of path: StorePath) -> Int { 64 + path.bytes.count }
}

/// The events that a domain has not taken yet, in order.
///
/// An event that waits already is not added again: whoever takes it looks at the store after all changes so far. When
/// too many wait, those of a watch become one, for the watch's own path, which says that anything below may have
/// changed. So there are never more than the quota allows and a watch each.
struct StoreEvents {
  private var waiting: [StoreEvent] = []
  /// The ones before were taken.
  private var first = 0
  /// The bytes of the paths, those left out that are a watch's own and so kept anyway.
  private var byteCount = 0

  var isEmpty: Bool { first == waiting.count }
  var count: Int { waiting.count - first }

  mutating func add(_ event: StoreEvent, quota: StoreQuota) {
    for known in waiting[first...] where known.watch === event.watch && known.path == event.path { return }
    waiting.append(event)
    byteCount += Self.bytes(of: event)
    if count > quota.events || byteCount > quota.eventBytes { merge() }
  }

  mutating func takeFirst() -> StoreEvent? {
    if isEmpty { return nil }
    let event = waiting[first]
    first += 1
    byteCount -= Self.bytes(of: event)
    if isEmpty {
      removeAll()
    } else if first >= 64 && first * 2 >= waiting.count {
      waiting.removeFirst(first)
      first = 0
    }
    return event
  }

  /// Forgets what a watch would be told.
  mutating func remove(_ watch: StoreWatch) { keep(waiting[first...].filter { $0.watch !== watch }) }

  mutating func removeAll() { keep([]) }

  /// Makes the events of each watch one.
  private mutating func merge() {
    var merged: [StoreEvent] = []
    for event in waiting[first...] where !merged.contains(where: { $0.watch === event.watch }) {
      merged.append(StoreEvent(watch: event.watch, path: event.watch.path))
    }
    keep(merged)
  }

  private mutating func keep(_ events: [StoreEvent]) {
    waiting = events
    first = 0
    byteCount = events.reduce(0) { $0 + Self.bytes(of: $1) }
  }

  private static func bytes(of event: StoreEvent) -> Int {
    event.path == event.watch.path ? 0 : event.path.bytes.count
  }
}
