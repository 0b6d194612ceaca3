#if canImport(XenABI)
  import XenABI
#endif

/// The class of an ELF file: the width of its addresses and offsets (System V ABI, chapter 4, `EI_CLASS`).
package enum ELFClass: UInt8, BitwiseCopyable {
  case bits32 = 1
  case bits64 = 2

  /// The bytes of the ELF header.
  var headerSize: UInt64 { self == .bits64 ? 64 : 52 }
  /// The bytes of a program header.
  var programHeaderSize: UInt64 { self == .bits64 ? 56 : 32 }
  /// The bytes of a section header.
  var sectionHeaderSize: UInt64 { self == .bits64 ? 64 : 40 }
}

/// A table of headers that lies in the file as a whole.
struct ELFTable: BitwiseCopyable {
  private var offset: UInt64
  private var entrySize: UInt64
  let count: UInt16

  /// The table, or nil where it reaches past the end of the file.
  init?(at offset: UInt64, entrySize: UInt16, count: UInt16, in image: RawSpan) {
    guard image.holds(UInt64(entrySize) &* UInt64(count), at: offset) else { return nil }
    self.offset = offset
    self.entrySize = UInt64(entrySize)
    self.count = count
  }

  /// A table without entries.
  static var empty: ELFTable { ELFTable() }
  private init() {
    offset = 0
    entrySize = 0
    count = 0
  }

  /// Where the entry starts in the file.
  func entry(_ index: UInt16) -> UInt64 { offset &+ UInt64(index) &* entrySize }
}

/// The ELF header of an x86 executable, checked (System V ABI, chapter 4).
///
/// It keeps no view of the file: what reads further takes the same bytes again and checks each offset anew, so that a
/// file which changes meanwhile can lead to a wrong answer but never outside of its bytes.
package struct ELFHeader: BitwiseCopyable {
  /// The most program headers a kernel may have. It bounds the search for overlaps, which looks at every pair.
  package static var programHeaderLimit: UInt16 { 128 }

  /// The width of the file's fields. It says nothing of the width in which the kernel runs.
  package let elfClass: ELFClass
  /// `e_entry`: where a loader other than Xen's would start the kernel.
  package let entry: UInt64
  let programHeaders: ELFTable
  let sectionHeaders: ELFTable

  package init(_ image: RawSpan) throws(ImageError) {
    guard let magic = image.integer(at: 0, as: UInt32.self), magic == Self.magic else { throw .notELF }
    guard image.fileSize >= ELFClass.bits32.headerSize else { throw .headerTruncated }
    guard let elfClass = ELFClass(rawValue: image.loadChecked(at: 4, as: UInt8.self)) else { throw .unknownClass }
    guard image.loadChecked(at: 5, as: UInt8.self) == 1 else { throw .notLittleEndian }
    guard image.loadChecked(at: 6, as: UInt8.self) == 1 else { throw .unknownVersion }
    guard image.fileSize >= elfClass.headerSize else { throw .headerTruncated }
    switch image.loadChecked(at: 16, as: UInt16.self) {
    case 2, 3: break  // ET_EXEC, ET_DYN: either goes to its physical addresses, and relocates itself if it must
    default: throw .notExecutable
    }
    switch image.loadChecked(at: 18, as: UInt16.self) {
    case 3, 62: break  // EM_386, EM_X86_64: either may come in either class, a 64-bit kernel in an ELF32 for a loader
    default: throw .notX86
    }
    self.elfClass = elfClass
    let programOffset: UInt64
    let sectionOffset: UInt64
    let counts: Int  // e_ehsize; e_phentsize, e_phnum, e_shentsize, e_shnum follow
    switch elfClass {
    case .bits32:
      entry = UInt64(image.loadChecked(at: 24, as: UInt32.self))
      programOffset = UInt64(image.loadChecked(at: 28, as: UInt32.self))
      sectionOffset = UInt64(image.loadChecked(at: 32, as: UInt32.self))
      counts = 40
    case .bits64:
      entry = image.loadChecked(at: 24, as: UInt64.self)
      programOffset = image.loadChecked(at: 32, as: UInt64.self)
      sectionOffset = image.loadChecked(at: 40, as: UInt64.self)
      counts = 52
    }
    let programEntry = image.loadChecked(at: counts + 2, as: UInt16.self)
    let programCount = image.loadChecked(at: counts + 4, as: UInt16.self)
    let sectionEntry = image.loadChecked(at: counts + 6, as: UInt16.self)
    let sectionCount = image.loadChecked(at: counts + 8, as: UInt16.self)

    guard programCount > 0 else { throw .nothingToLoad }
    guard programCount <= Self.programHeaderLimit else { throw .tooManyProgramHeaders }
    guard UInt64(programEntry) >= elfClass.programHeaderSize else { throw .programHeaderSize }
    guard let programHeaders = ELFTable(at: programOffset, entrySize: programEntry, count: programCount, in: image)
    else { throw .programHeadersTruncated }
    self.programHeaders = programHeaders

    // Sections serve only to find notes that no segment covers: a file whose section headers are cut off still runs.
    if UInt64(sectionEntry) >= elfClass.sectionHeaderSize,
      let table = ELFTable(at: sectionOffset, entrySize: sectionEntry, count: sectionCount, in: image)
    {
      sectionHeaders = table
    } else {
      sectionHeaders = .empty
    }
  }

  /// The bytes 7F 45 4C 46 as a little-endian word.
  private static var magic: UInt32 { 0x464C_457F }
}
