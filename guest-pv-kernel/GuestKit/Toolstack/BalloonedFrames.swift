/// The frames of RAM that were given back to the hypervisor: places of this guest where nothing is. Nobody gets them
/// from `PhysicalMemory` meanwhile.
struct BalloonedFrames: ~Copyable {
  private var places: [GuestFrame] = []

  var count: Int { places.count }

  /// Gives up to `count` free frames back; returns how many went. None of them may hold anything afterwards.
  mutating func give(_ count: Int) -> Int {
    var batch: [GuestFrame] = []
    batch.reserveCapacity(count)
    places.reserveCapacity(places.count + count)
    while batch.count < count, let frame = PhysicalMemory.take() { batch.append(frame) }
    let done = (try? XenMemory.decreaseReservation(batch)) ?? 0
    places.append(contentsOf: batch[..<done])
    for frame in batch[done...] { PhysicalMemory.give(frame) }
    return done
  }

  /// Takes up to `count` of them again; returns how many came, with the hypervisor's zeros in them.
  mutating func take(_ count: Int) -> Int {
    let batch = Array(places.suffix(count))
    let done = (try? XenMemory.populate(batch)) ?? 0
    // The first of the batch came; the rest stays.
    let start = places.count - batch.count
    places.removeSubrange(start..<start + done)
    for frame in batch[..<done] { PhysicalMemory.give(frame) }
    return done
  }
}
