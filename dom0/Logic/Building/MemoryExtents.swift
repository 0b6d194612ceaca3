#if canImport(XenABI)
  import Builder
  import XenABI
#endif

/// The blocks in which a new domain's memory is asked for: superpages where whole ones fit, pages for the rest, in the
/// order of their places.
struct MemoryExtents {
  /// Blocks of one size.
  struct Batch: Equatable {
    let places: [GuestFrame]
    let order: FrameOrder

    var frameCount: UInt64 { UInt64(places.count) * order.frameCount }
  }

  /// What is still to be asked for.
  private var ranges: [Range<UInt64>]
  /// Set once there are no superpages to be had.
  var usesPagesOnly = false

  /// The memory of a domain of so many frames, in the places of `GuestPhysicalLayout`.
  init(frames: UInt64) {
    let low = min(frames, GuestPhysicalLayout.lowMemoryEnd.frame.rawValue)
    let high = GuestPhysicalLayout.highMemoryStart.frame.rawValue
    ranges = [0..<low, high..<high + (frames - low)].filter { !$0.isEmpty }
  }

  /// The frames that are still to be asked for.
  var frameCount: UInt64 { ranges.reduce(0) { $0 + UInt64($1.count) } }

  /// The next blocks, at most `frames` frames and at least one block; nil at the end.
  mutating func next(atMost frames: UInt64) -> Batch? {
    guard let range = ranges.first else { return nil }
    let superpage = FrameOrder.superpage2M.frameCount
    let isAligned = range.lowerBound % superpage == 0
    let batch: Batch
    if !usesPagesOnly, isAligned, UInt64(range.count) >= superpage {
      let count = min(max(frames / superpage, 1), UInt64(range.count) / superpage)
      batch = Batch(
        places: (0..<count).map { GuestFrame(range.lowerBound + $0 * superpage) }, order: .superpage2M)
    } else {
      // Up to where the next superpage may begin.
      let next =
        usesPagesOnly ? range.upperBound : min(range.upperBound, (range.lowerBound / superpage + 1) * superpage)
      let count = min(max(frames, 1), next - range.lowerBound)
      batch = Batch(places: (0..<count).map { GuestFrame(range.lowerBound + $0) }, order: .page)
    }
    advance(by: batch.frameCount)
    return batch
  }

  /// Puts back the blocks of a batch after the first `done`, to be asked for page by page.
  mutating func retry(_ batch: Batch, after done: Int) {
    usesPagesOnly = true
    guard done < batch.places.count else { return }
    let first = batch.places[done].rawValue
    ranges.insert(first..<first + UInt64(batch.places.count - done) * batch.order.frameCount, at: 0)
  }

  private mutating func advance(by count: UInt64) {
    let range = ranges.removeFirst()
    if UInt64(range.count) > count { ranges.insert(range.lowerBound + count..<range.upperBound, at: 0) }
  }
}
