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
  /// The kernel's page tables need not show its modules at its start (note MOD_START_PFN). They may reach no farther than
  /// a little past its image, as those of a 32-bit Linux do: what it looks at early comes before the modules.
  package let mapsItsModules: Bool
  /// The kernel looks for ACPI's root pointer where firmware puts it, and not where the start info says: a Linux before
  /// 4.20, which lacks the feature `linux_rsdp_unrestricted` (public header `features.h`, 15).
  package let searchesRootPointer: Bool
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

    func number(_ kind: XenNote) -> UInt64 { (try? header.xenNote(kind, in: image))?.number(in: image) ?? 0 }
    mapsItsModules = number(.moduleStartPFN) != 0
    let system = try? header.xenNote(.guestOS, in: image)
    searchesRootPointer =
      system?.isText("linux", in: image) == true && number(.supportedFeatures) & Self.unrestrictedRootPointer == 0
    self.header = header
    self.entry = GuestPhysicalAddress(entry)
    self.lowest = GuestPhysicalAddress(lowest)
    self.end = GuestPhysicalAddress(end)
  }

  /// XENFEAT_linux_rsdp_unrestricted, as a bit of the first word of features.
  private static var unrestrictedRootPointer: UInt64 { 1 << 15 }

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

  /// The number of pieces, of which some may be nothing to load.
  package var pieceCount: UInt16 { header.programHeaders.count }

  /// What of the file goes where, for one that copies in steps; nil for a piece that is not loaded.
  ///
  /// It is read and checked again, for the file may lie where another could have changed it since.
  package func piece(_ index: UInt16, in image: RawSpan) throws(ImageError) -> ImagePiece? {
    guard let segment = try header.loadSegment(index, in: image) else { return nil }
    let start = Int(truncatingIfNeeded: segment.offset)
    return ImagePiece(
      file: start..<start &+ Int(truncatingIfNeeded: segment.fileSize),
      address: GuestPhysicalAddress(segment.physicalAddress), zeroCount: segment.memorySize &- segment.fileSize)
  }

  /// Puts the segments into memory, each followed by the zeros that the file leaves out.
  package func load<Writer: GuestImageWriter & ~Copyable>(
    _ image: RawSpan, into writer: inout Writer
  ) throws(ImageError) {
    for index in 0..<pieceCount {
      guard let piece = try piece(index, in: image) else { continue }
      do throws(GuestWriteError) {
        if !piece.file.isEmpty { try writer.write(image.extracting(piece.file), at: piece.address) }
        if piece.zeroCount > 0 { try writer.zero(piece.zeroCount, at: piece.zeroAddress) }
      } catch {
        throw .destination(error)
      }
    }
  }
}

/// A stretch of a kernel's file and its place in memory.
package struct ImagePiece {
  /// The bytes of the file.
  package let file: Range<Int>
  /// Where they go.
  package let address: GuestPhysicalAddress
  /// The bytes behind that are zero.
  package let zeroCount: UInt64

  /// Where the zeros begin.
  package var zeroAddress: GuestPhysicalAddress { address.advanced(by: UInt64(truncatingIfNeeded: file.count)) }
}
