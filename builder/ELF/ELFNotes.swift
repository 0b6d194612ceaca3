#if canImport(XenABI)
  import XenABI
#endif

/// A note that lies in the file as a whole (System V ABI, chapter 5, "Note Section").
struct ELFNote: BitwiseCopyable {
  let type: UInt32
  let nameOffset: UInt64
  let nameSize: UInt32
  let descriptorOffset: UInt64
  let descriptorSize: UInt32

  /// Whether the note's name is "Xen" with its NUL.
  func isXen(in image: RawSpan) -> Bool {
    nameSize == 4 && image.integer(at: nameOffset, as: UInt32.self) == 0x006E_6558
  }

  /// The descriptor as a number, where it has the size of one.
  func number(in image: RawSpan) -> UInt64? {
    switch descriptorSize {
    case 4: image.integer(at: descriptorOffset, as: UInt32.self).map { UInt64($0) }
    case 8: image.integer(at: descriptorOffset, as: UInt64.self)
    default: nil
    }
  }

  /// Whether the descriptor is this text, with its NUL or without.
  func isText(_ literal: StaticString, in image: RawSpan) -> Bool {
    let text = TextRange(
      offset: Int(truncatingIfNeeded: descriptorOffset), count: Int(truncatingIfNeeded: descriptorSize))
    guard image.text(text, starts: literal) else { return false }
    let end = literal.utf8CodeUnitCount
    return text.count == end || image.character(text.offset &+ end) == 0
  }
}

/// Goes through the notes of one segment or section.
struct ELFNoteCursor: BitwiseCopyable {
  private var offset: UInt64
  private let start: UInt64
  private let end: UInt64
  /// Set where the bytes stopped being notes.
  private(set) var isMalformed: Bool

  /// The notes in `size` bytes from `offset` on. Where these reach past the file's end there are none, and it is said.
  init(offset: UInt64, size: UInt64, in image: RawSpan) {
    let fits = image.holds(size, at: offset)
    start = fits ? offset : 0
    self.offset = start
    end = fits ? offset &+ size : 0
    isMalformed = !fits
  }

  mutating func next(in image: RawSpan) -> ELFNote? {
    // Padding may follow the last note. What is left must hold a note's head of 12 bytes, or it is padding.
    guard end &- offset >= 12, !isMalformed else { return nil }
    guard let nameSize = image.integer(at: offset, as: UInt32.self),
      let descriptorSize = image.integer(at: offset &+ 4, as: UInt32.self),
      let type = image.integer(at: offset &+ 8, as: UInt32.self)
    else { return malformed() }
    // The region lies in the file and both sizes are below 2^32, so none of these sums wraps.
    let nameOffset = offset &+ 12
    let descriptorOffset = aligned(nameOffset &+ UInt64(nameSize))
    let descriptorEnd = descriptorOffset &+ UInt64(descriptorSize)
    guard descriptorEnd <= end else { return malformed() }
    offset = min(aligned(descriptorEnd), end)
    return ELFNote(
      type: type, nameOffset: nameOffset, nameSize: nameSize, descriptorOffset: descriptorOffset,
      descriptorSize: descriptorSize)
  }

  private mutating func malformed() -> ELFNote? {
    isMalformed = true
    return nil
  }

  /// Notes are padded to 4 bytes, whatever the alignment of what holds them: as Xen reads them. A segment has an
  /// alignment of 8 as soon as there is a GNU property note in it, whose own size is a multiple of 8. Padding counts from
  /// the start of the region, which need not be aligned in the file.
  private func aligned(_ value: UInt64) -> UInt64 { start &+ ((value &- start &+ 3) & ~3) }
}

extension ELFHeader {
  /// The most notes that are looked at: real kernels have a few dozen, and a made-up file must not keep anyone busy.
  private static var noteLimit: Int { 4096 }

  /// SHT_NOTE: a section of notes.
  private static var noteSection: UInt32 { 7 }

  /// Finds a note of Xen's: first in the segments of notes, then in the sections of notes.
  ///
  /// Bytes that are no notes end their own region only. That is an error just when the note is nowhere else.
  func xenNote(_ kind: XenNote, in image: RawSpan) throws(ImageError) -> ELFNote? {
    var budget = Self.noteLimit
    var sawMalformed = false
    for index in 0..<programHeaders.count {
      guard let segment = segment(index, in: image) else { throw .programHeadersTruncated }
      guard segment.type == ELFSegment.note else { continue }
      var cursor = ELFNoteCursor(offset: segment.offset, size: segment.fileSize, in: image)
      if let note = find(kind, with: &cursor, in: image, budget: &budget) { return note }
      sawMalformed = sawMalformed || cursor.isMalformed
    }
    for index in 0..<sectionHeaders.count {
      guard var cursor = notes(ofSection: index, in: image) else { continue }
      if let note = find(kind, with: &cursor, in: image, budget: &budget) { return note }
      sawMalformed = sawMalformed || cursor.isMalformed
    }
    if sawMalformed || budget == 0 { throw .noteMalformed }
    return nil
  }

  private func find(
    _ kind: XenNote, with cursor: inout ELFNoteCursor, in image: RawSpan, budget: inout Int
  ) -> ELFNote? {
    while budget > 0, let note = cursor.next(in: image) {
      budget &-= 1
      if note.type == kind.rawValue && note.isXen(in: image) { return note }
    }
    return nil
  }

  /// The notes of a section; nil where it holds something else.
  private func notes(ofSection index: UInt16, in image: RawSpan) -> ELFNoteCursor? {
    let start = sectionHeaders.entry(index)
    guard image.holds(elfClass.sectionHeaderSize, at: start) else { return nil }
    let base = Int(truncatingIfNeeded: start)
    guard image.loadChecked(at: base + 4, as: UInt32.self) == Self.noteSection else { return nil }
    switch elfClass {
    case .bits32:
      return ELFNoteCursor(
        offset: UInt64(image.loadChecked(at: base + 16, as: UInt32.self)),
        size: UInt64(image.loadChecked(at: base + 20, as: UInt32.self)), in: image)
    case .bits64:
      return ELFNoteCursor(
        offset: image.loadChecked(at: base + 24, as: UInt64.self),
        size: image.loadChecked(at: base + 32, as: UInt64.self), in: image)
    }
  }
}
