#if canImport(XenABI)
  import XenABI
#endif

/// Checks a request's segments.
enum BlockSegments {
  /// The segments as buffers; nil where one does not lie within its page.
  static func buffers(_ segments: [BlockSegment], of domain: DomainID) -> [BlockBuffer]? {
    var buffers: [BlockBuffer] = []
    buffers.reserveCapacity(segments.count)
    for segment in segments {
      guard segment.isValid else { return nil }
      buffers.append(
        BlockBuffer(
          memory: .granted(segment.reference, domain), offset: UInt16(segment.offset),
          byteCount: UInt16(segment.sectorCount * BlockSector.size)))
    }
    return buffers
  }

  /// The segments of a direct request; nil where it says that it has more than fit.
  static func direct(_ request: RawBlockRequest) -> [BlockSegment]? {
    let count = request.segmentCount
    if count > BlockRingLayout.maximumSegments { return nil }
    return (0..<count).map { request.segment($0) }
  }

  /// The segments of an indirect request, out of copies of its pages; nil where it has none, more than `limit`, or a
  /// page can't be read.
  ///
  /// - Parameter readPage: the first words of a granted page, as many as asked for.
  static func indirect(
    _ request: RawBlockRequest, limit: Int, readPage: (GrantReference, _ wordCount: Int) -> [UInt32]?
  ) -> [BlockSegment]? {
    let count = request.indirectCount
    let most = min(limit, BlockRingLayout.maximumIndirectPages * BlockRingLayout.segmentsPerPage)
    guard count > 0, count <= most else { return nil }
    var segments: [BlockSegment] = []
    segments.reserveCapacity(count)
    var page = 0
    while segments.count < count {
      let piece = min(count - segments.count, BlockRingLayout.segmentsPerPage)
      guard let words = readPage(request.indirectReference(page), piece * 2), words.count >= piece * 2 else {
        return nil
      }
      for index in 0..<piece { segments.append(BlockSegment(words: words[index * 2], words[index * 2 + 1])) }
      page += 1
    }
    return segments
  }
}
