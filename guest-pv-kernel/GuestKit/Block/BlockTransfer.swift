extension MemoryWindow: BlockRingMemory {}

/// A request on its way to the disk. The memory that it reads or writes must stay as it is until it is done.
final class BlockTransfer {
  /// What the disk answered; nil until then.
  private(set) var status: BlockStatus?
  private var grants: [SharedFrame] = []
  private var lists: [SegmentPage] = []

  var isDone: Bool { status != nil }

  /// A frame of the guest's that the backend may use.
  private final class SharedFrame {
    let grant: Grant
    init(_ grant: consuming Grant) { self.grant = grant }
  }

  /// A page of segments.
  private final class SegmentPage {
    let pages: Pages
    init(_ pages: consuming Pages) { self.pages = pages }
  }

  /// Lets the backend use a frame.
  func grant(_ frame: GuestFrame, to backend: DomainID, readOnly: Bool) throws(GuestError) -> GrantReference {
    let shared = SharedFrame(try GrantTable.grant(frame, to: backend, readOnly: readOnly))
    grants.append(shared)
    return shared.grant.reference
  }

  /// Lists segments in a page of their own.
  func list(_ segments: [BlockSegment], for backend: DomainID) throws(GuestError) -> GrantReference {
    guard let pages = Pages() else { throw .outOfMemory }
    for (index, segment) in segments.enumerated() {
      pages.window.store32(segment.reference.rawValue, at: index * BlockRingLayout.segmentSize)
      pages.window.store32(segment.highWord, at: index * BlockRingLayout.segmentSize + 4)
    }
    let page = SegmentPage(pages)
    lists.append(page)
    return try grant(page.pages.frame, to: backend, readOnly: true)
  }

  /// The backend is done with the frames.
  func finish(_ status: BlockStatus) {
    self.status = status
    grants = []
    lists = []
  }

  /// The backend is gone without an answer. It may still use the frames, so that they stay granted.
  func abandon() { status = .error }
}
