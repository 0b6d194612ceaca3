#if canImport(XenABI)
  import XenABI
#endif

/// A program header (System V ABI, chapter 5), as the file has it.
struct ELFSegment: BitwiseCopyable {
  /// PT_LOAD: bytes to be put into memory.
  static var load: UInt32 { 1 }
  /// PT_NOTE: notes.
  static var note: UInt32 { 4 }

  let type: UInt32
  let offset: UInt64
  /// `p_paddr`: where the segment goes in guest-physical memory.
  let physicalAddress: UInt64
  let fileSize: UInt64
  let memorySize: UInt64

  /// Whether there is something to put into memory.
  var isLoaded: Bool { type == Self.load && memorySize > 0 }
  /// The first address past the segment in memory. Only after `check`.
  var end: UInt64 { physicalAddress &+ memorySize }

  /// Whether two segments that were checked share a byte of memory.
  func overlaps(_ other: ELFSegment) -> Bool {
    physicalAddress < other.end && other.physicalAddress < end
  }

  /// Checks what a segment to be loaded must keep, but for its place in the domain's memory.
  func check(_ index: UInt16, in image: RawSpan) throws(ImageError) {
    guard fileSize <= memorySize else { throw .segmentLargerInFile(index) }
    guard image.holds(fileSize, at: offset) else { throw .segmentTruncated(index) }
    guard !physicalAddress.addingReportingOverflow(memorySize).overflow else { throw .segmentWraps(index) }
  }
}

extension ELFHeader {
  /// Reads a program header; nil where the file no longer reaches that far.
  func segment(_ index: UInt16, in image: RawSpan) -> ELFSegment? {
    let start = programHeaders.entry(index)
    guard index < programHeaders.count, image.holds(elfClass.programHeaderSize, at: start) else { return nil }
    let base = Int(truncatingIfNeeded: start)
    switch elfClass {
    case .bits32:
      return ELFSegment(
        type: image.loadChecked(at: base, as: UInt32.self),
        offset: UInt64(image.loadChecked(at: base + 4, as: UInt32.self)),
        physicalAddress: UInt64(image.loadChecked(at: base + 12, as: UInt32.self)),
        fileSize: UInt64(image.loadChecked(at: base + 16, as: UInt32.self)),
        memorySize: UInt64(image.loadChecked(at: base + 20, as: UInt32.self)))
    case .bits64:
      return ELFSegment(
        type: image.loadChecked(at: base, as: UInt32.self),
        offset: image.loadChecked(at: base + 8, as: UInt64.self),
        physicalAddress: image.loadChecked(at: base + 24, as: UInt64.self),
        fileSize: image.loadChecked(at: base + 32, as: UInt64.self),
        memorySize: image.loadChecked(at: base + 40, as: UInt64.self))
    }
  }

  /// Reads the program header of a segment to be loaded and checks it; nil for any other kind.
  func loadSegment(_ index: UInt16, in image: RawSpan) throws(ImageError) -> ELFSegment? {
    guard let segment = segment(index, in: image) else { throw .programHeadersTruncated }
    guard segment.isLoaded else { return nil }
    try segment.check(index, in: image)
    return segment
  }
}
