#if canImport(XenABI)
  import XenABI
#endif

/// Why a file can't be started as a pvh domain. A payload is the index of the program header that is at fault.
package enum ImageError: Error, Equatable {
  // The ELF header
  case notELF
  case headerTruncated
  case unknownClass
  case notLittleEndian
  case unknownVersion
  case notExecutable
  case notX86
  // The program headers
  case programHeaderSize
  case programHeadersTruncated
  case tooManyProgramHeaders
  // The segments
  case segmentTruncated(UInt16)
  case segmentLargerInFile(UInt16)
  case segmentWraps(UInt16)
  case segmentOverlaps(UInt16)
  case segmentOutsideMemory(UInt16)
  case nothingToLoad
  // The notes
  case noteMalformed
  case noEntryNote
  case entryNoteSize
  case entryOutsideImage
  // The destination
  case destination(GuestWriteError)

  /// One line for the console: what was expected and what is there instead.
  package var message: StaticString {
    switch self {
    case .notELF: "expected an ELF file: the first four bytes are not 7F 45 4C 46"
    case .headerTruncated: "expected a whole ELF header: the file ends inside it"
    case .unknownClass: "expected a 32-bit or 64-bit ELF file: the class byte is neither 1 nor 2"
    case .notLittleEndian: "expected a little-endian ELF file: the data byte is not 1"
    case .unknownVersion: "expected ELF version 1"
    case .notExecutable: "expected an executable ELF file (ET_EXEC or ET_DYN)"
    case .notX86: "expected an ELF file for x86 (EM_386 or EM_X86_64)"
    case .programHeaderSize: "expected program headers of the size that the ELF class has"
    case .programHeadersTruncated: "expected all program headers inside the file"
    case .tooManyProgramHeaders: "expected at most 128 program headers"
    case .segmentTruncated: "expected the segment's bytes inside the file: the file is cut short"
    case .segmentLargerInFile: "expected a segment no larger in the file than in memory"
    case .segmentWraps: "expected a segment that ends below the top of the physical address space"
    case .segmentOverlaps: "expected segments that do not overlap in physical memory"
    case .segmentOutsideMemory: "expected the segment inside the domain's memory: give it more, or link it lower"
    case .nothingToLoad: "expected at least one segment to load"
    case .noteMalformed: "expected well-formed ELF notes: a note is larger than what holds it"
    case .noEntryNote: "expected the Xen note 18 (PHYS32_ENTRY): this kernel has no PVH entry point"
    case .entryNoteSize: "expected 4 or 8 bytes in the Xen note 18 (PHYS32_ENTRY)"
    case .entryOutsideImage: "expected the PVH entry point in a loaded segment below 4 GiB"
    case .destination(.outsideMemory): "expected memory where the image goes: the domain has none there"
    case .destination(.notMapped): "expected to reach the domain's memory: it could not be mapped"
    }
  }

  /// The program header at fault, where it is one.
  package var programHeader: UInt16? {
    switch self {
    case .segmentTruncated(let index), .segmentLargerInFile(let index), .segmentWraps(let index),
      .segmentOverlaps(let index), .segmentOutsideMemory(let index):
      index
    default: nil
    }
  }
}
