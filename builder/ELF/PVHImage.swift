#if canImport(XenABI)
  import XenABI
#endif

/// A kernel that starts as pvh: an ELF file with Xen's note 18, checked and ready to be loaded.
///
/// Its segments go to their physical addresses (`p_paddr`), and it starts at the note's address in 32-bit protected
/// mode without paging (public header `elfnote.h`).
package struct PVHImage: BitwiseCopyable {
  /// Where the kernel starts.
  package let entry: GuestPhysicalAddress
  /// The lowest byte that a segment takes.
  package let lowest: GuestPhysicalAddress
  /// The first byte past every segment.
  package let end: GuestPhysicalAddress
  /// The file's header.
  package let header: ELFHeader

  /// The width of the file's fields.
  package var width: ELFClass { header.elfClass }

  /// Checks all of a file but its place in a domain's memory.
  package init(_ image: RawSpan) throws(ImageError) {
    let header = try ELFHeader(image)
    var lowest = UInt64.max
    var end: UInt64 = 0
    for index in 0..<header.programHeaders.count {
      guard let segment = try header.loadSegment(index, in: image) else { continue }
      lowest = min(lowest, segment.physicalAddress)
      end = max(end, segment.end)
      for earlier in 0..<index {
        guard let other = try header.loadSegment(earlier, in: image) else { continue }
        if segment.overlaps(other) { throw .segmentOverlaps(index) }
      }
    }
    guard end > 0 else { throw .nothingToLoad }

    guard let note = try header.xenNote(.physicalEntry, in: image) else { throw .noEntryNote }
    guard let entry = note.number(in: image) else { throw .entryNoteSize }
    guard entry <= UInt64(UInt32.max), try Self.holds(entry, header, image) else { throw .entryOutsideImage }

    self.header = header
    self.entry = GuestPhysicalAddress(entry)
    self.lowest = GuestPhysicalAddress(lowest)
    self.end = GuestPhysicalAddress(end)
  }

  private static func holds(_ address: UInt64, _ header: ELFHeader, _ image: RawSpan) throws(ImageError) -> Bool {
    for index in 0..<header.programHeaders.count {
      guard let segment = try header.loadSegment(index, in: image) else { continue }
      if address >= segment.physicalAddress && address < segment.end { return true }
    }
    return false
  }

  /// Checks that every segment lies in RAM of the map.
  package func check(_ image: RawSpan, against map: borrowing GuestMemoryMap) throws(ImageError) {
    for index in 0..<header.programHeaders.count {
      guard let segment = try header.loadSegment(index, in: image) else { continue }
      guard map.isRAM(GuestPhysicalAddress(segment.physicalAddress), byteCount: segment.memorySize)
      else { throw .segmentOutsideMemory(index) }
    }
  }

  /// Puts the segments into memory, each followed by the zeros that the file leaves out.
  package func load<Writer: GuestImageWriter & ~Copyable>(
    _ image: RawSpan, into writer: inout Writer
  ) throws(ImageError) {
    for index in 0..<header.programHeaders.count {
      // Read and checked again, for the file may lie where another could have changed it since.
      guard let segment = try header.loadSegment(index, in: image) else { continue }
      let start = Int(truncatingIfNeeded: segment.offset)
      let bytes = image.extracting(start..<start &+ Int(truncatingIfNeeded: segment.fileSize))
      let address = GuestPhysicalAddress(segment.physicalAddress)
      do throws(GuestWriteError) {
        if segment.fileSize > 0 { try writer.write(bytes, at: address) }
        let rest = segment.memorySize &- segment.fileSize
        if rest > 0 { try writer.zero(rest, at: address.advanced(by: segment.fileSize)) }
      } catch {
        throw .destination(error)
      }
    }
  }
}
