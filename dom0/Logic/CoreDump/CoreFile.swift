#if canImport(XenABI)
  import XenABI
#endif

/// A stretch of a guest's memory in a core file.
struct CoreRange: Equatable, BitwiseCopyable {
  /// Its guest-physical address, a frame's.
  var address: GuestPhysicalAddress
  /// Where a debugger finds it.
  var virtualAddress: GuestVirtualAddress
  /// Whole frames.
  var byteCount: UInt64

  /// Whether the other's memory is part of this one's.
  func holds(_ other: CoreRange) -> Bool {
    let offset = other.address.rawValue &- address.rawValue
    return offset <= byteCount && other.byteCount <= byteCount &- offset
  }
}

/// A core of a guest's memory: an ELF64 file that debuggers open (System V ABI, chapters 4 and 5).
///
/// | offset | |
/// |---|---|
/// | 0 | ELF header, ET_CORE |
/// | 64 | program headers: PT_NOTE, then a PT_LOAD for each range and for each view |
/// | behind | a note NT_PRSTATUS for each vCPU |
/// | `headerSize` | the ranges, one after the other; each begins at a multiple of 4096 |
///
/// The file is not made at once: it is as large as the guest. `header` is its beginning, and `place(at:)` says which
/// memory goes to which offset.
struct CoreFile {
  /// The beginning of the file, up to the first range.
  let header: [UInt8]
  let ranges: [CoreRange]
  /// All of the file.
  let byteCount: UInt64

  /// The most ranges: e_phnum has 16 bits, and 0xFFFF is another's.
  static var rangeLimit: Int { 4096 }

  /// A core of these ranges. Those past `rangeLimit`, and the views that find no place below it then, are left out.
  ///
  /// - Parameters:
  ///   - views: parts of ranges that are to be found at further virtual addresses; the file has their bytes once.
  ///   - domain: stands for the process in the notes.
  ///   - signal: what a debugger says that it died of; SIGABRT (6), say.
  init(domain: DomainID, signal: UInt16, registers: [CoreRegisters], ranges: [CoreRange], views: [CoreRange] = []) {
    let ranges = Array(ranges.prefix(Self.rangeLimit))
    let views = views.prefix(Self.rangeLimit - ranges.count).filter { view in ranges.contains { $0.holds(view) } }
    var notes = CoreBytes()
    for vcpu in registers.indices {
      notes.note(
        name: "CORE", type: 1,
        Self.status(thread: UInt32(domain.rawValue) << 8 | UInt32(vcpu), signal: signal, registers[vcpu]))
    }
    let headerCount = 1 + ranges.count + views.count
    let tables = Self.fileHeaderSize + Self.programHeaderSize * headerCount
    let headerSize = (tables + notes.bytes.count + 4095) & ~4095
    var file = CoreBytes()
    file.fileHeader(programHeaderCount: headerCount)
    file.programHeader(
      type: 4, flags: 0, offset: UInt64(tables), virtual: 0, physical: 0, fileSize: UInt64(notes.bytes.count),
      memorySize: 0, alignment: 4)
    var offset = UInt64(headerSize)
    for range in ranges {
      file.load(range, offset: offset)
      offset &+= range.byteCount
    }
    for view in views {
      var offset = UInt64(headerSize)
      for range in ranges {
        if range.holds(view) {
          file.load(view, offset: offset &+ (view.address.rawValue - range.address.rawValue))
          break
        }
        offset &+= range.byteCount
      }
    }
    file.bytes += notes.bytes
    file.bytes += [UInt8](repeating: 0, count: headerSize - file.bytes.count)
    header = file.bytes
    self.ranges = ranges
    byteCount = offset
  }

  private static var fileHeaderSize: Int { 64 }
  private static var programHeaderSize: Int { 56 }

  /// The memory at an offset of the file, and how much of it follows in one piece; nil for the header and past the end.
  func place(at offset: UInt64) -> (address: GuestPhysicalAddress, byteCount: UInt64)? {
    guard offset >= UInt64(header.count) else { return nil }
    var distance = offset - UInt64(header.count)
    for range in ranges {
      if distance < range.byteCount { return (range.address.advanced(by: distance), range.byteCount - distance) }
      distance -= range.byteCount
    }
    return nil
  }

  /// `prstatus` of x86-64, 336 bytes: signal 12, thread 32, registers 112.
  private static func status(thread: UInt32, signal: UInt16, _ registers: CoreRegisters) -> [UInt8] {
    var status = CoreBytes()
    status.u32(UInt32(signal))
    status.u32(0)
    status.u32(0)
    status.u32(UInt32(signal))
    status.u64(0)
    status.u64(0)
    status.u32(thread)
    status.bytes += [UInt8](repeating: 0, count: 112 - status.bytes.count)
    for word in registers.words { status.u64(word) }
    status.u64(0)  // no floating-point registers follow
    return status.bytes
  }
}

/// Little-endian fields, one after the other.
private struct CoreBytes {
  var bytes: [UInt8] = []

  mutating func u16(_ value: UInt16) { put(UInt64(value), 2) }
  mutating func u32(_ value: UInt32) { put(UInt64(value), 4) }
  mutating func u64(_ value: UInt64) { put(value, 8) }

  private mutating func put(_ value: UInt64, _ count: Int) {
    for index in 0..<count { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(index * 8))) }
  }

  /// An ELF header: 64-bit, little-endian, version 1, ET_CORE (4), EM_X86_64 (62).
  mutating func fileHeader(programHeaderCount: Int) {
    bytes += [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0] + [UInt8](repeating: 0, count: 8)
    u16(4)
    u16(62)
    u32(1)
    u64(0)  // e_entry
    u64(64)  // e_phoff
    u64(0)  // e_shoff
    u32(0)  // e_flags
    u16(64)
    u16(56)
    u16(UInt16(truncatingIfNeeded: programHeaderCount))
    u16(0)
    u16(0)
    u16(0)
  }

  mutating func programHeader(
    type: UInt32, flags: UInt32, offset: UInt64, virtual: UInt64, physical: UInt64, fileSize: UInt64,
    memorySize: UInt64, alignment: UInt64
  ) {
    u32(type)
    u32(flags)
    u64(offset)
    u64(virtual)
    u64(physical)
    u64(fileSize)
    u64(memorySize)
    u64(alignment)
  }

  /// A program header PT_LOAD (1) of memory that the file has at `offset`.
  mutating func load(_ range: CoreRange, offset: UInt64) {
    programHeader(
      type: 1, flags: 7, offset: offset, virtual: range.virtualAddress.rawValue, physical: range.address.rawValue,
      fileSize: range.byteCount, memorySize: range.byteCount, alignment: pageSize)
  }

  /// A note: sizes of name and descriptor, type, then both, each padded to 4 bytes.
  mutating func note(name: String, type: UInt32, _ descriptor: [UInt8]) {
    let name = Array(name.utf8) + [0]
    u32(UInt32(name.count))
    u32(UInt32(descriptor.count))
    u32(type)
    pad(name)
    pad(descriptor)
  }

  private mutating func pad(_ more: [UInt8]) {
    bytes += more
    while bytes.count % 4 != 0 { bytes.append(0) }
  }
}
