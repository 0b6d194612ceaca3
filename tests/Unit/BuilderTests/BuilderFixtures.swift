import XenABI

@testable import Builder

/// A domain's memory that stands in a buffer, filled with a byte that no test writes, so that what is zeroed shows.
struct TestMemory: GuestImageWriter {
  let base: UInt64
  var bytes: [UInt8]

  init(base: UInt64, count: Int) {
    self.base = base
    bytes = Array(repeating: 0xEE, count: count)
  }

  private func range(_ address: GuestPhysicalAddress, _ count: UInt64) throws(GuestWriteError) -> Range<Int> {
    guard address.rawValue >= base, count <= UInt64(bytes.count), address.rawValue - base <= UInt64(bytes.count) - count
    else { throw .outsideMemory }
    let start = Int(address.rawValue - base)
    return start..<start + Int(count)
  }

  mutating func write(_ source: RawSpan, at address: GuestPhysicalAddress) throws(GuestWriteError) {
    let range = try range(address, UInt64(source.byteCount))
    for (index, place) in range.enumerated() { bytes[place] = source.loadChecked(at: index, as: UInt8.self) }
  }

  mutating func zero(_ byteCount: UInt64, at address: GuestPhysicalAddress) throws(GuestWriteError) {
    for place in try range(address, byteCount) { bytes[place] = 0 }
  }

  /// The little-endian integer at a guest-physical address.
  func load<T: FixedWidthInteger & BitwiseCopyable>(_ address: UInt64, as type: T.Type = T.self) -> T {
    bytes.span.bytes.loadChecked(at: Int(address - base), as: type)
  }

  func slice(_ address: UInt64, _ count: Int) -> [UInt8] {
    Array(bytes[Int(address - base)..<Int(address - base) + count])
  }

  /// The text from an address to its NUL.
  func string(_ address: UInt64) -> String {
    String(decoding: bytes[Int(address - base)...].prefix { $0 != 0 }, as: UTF8.self)
  }
}

/// A generator of numbers with a seed, so that a failure comes again.
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

extension Array where Element == UInt8 {
  /// Stores an integer's little-endian bytes.
  mutating func store<T: FixedWidthInteger>(_ value: T, at offset: Int) {
    for index in 0..<MemoryLayout<T>.size { self[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * T(index))) }
  }
  mutating func append<T: FixedWidthInteger>(integer value: T) {
    for index in 0..<MemoryLayout<T>.size { append(UInt8(truncatingIfNeeded: value >> (8 * T(index)))) }
  }
  /// The bytes that a text of hexadecimal digits spells; blanks are skipped.
  init(hex: String) {
    let digits = hex.compactMap(\.hexDigitValue)
    self = stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }
}

/// Makes ELF files as a test wants them, right and wrong.
struct ELFFile {
  struct Segment {
    var type: UInt32 = 1
    var physicalAddress: UInt64
    var contents: [UInt8]
    /// The size in memory, where it differs.
    var memorySize: UInt64? = nil
    var alignment: UInt64 = 4
  }

  var is64 = true
  var machine: UInt16 = 62
  var segments: [Segment] = []
  /// Notes that only a section covers.
  var sectionNotes: [UInt8] = []
  var sectionAlignment: UInt64 = 4

  static func note(_ type: UInt32, name: String = "Xen", descriptor: [UInt8], alignment: Int = 4) -> [UInt8] {
    var bytes: [UInt8] = []
    let name = Array(name.utf8) + [0]
    bytes.append(integer: UInt32(name.count))
    bytes.append(integer: UInt32(descriptor.count))
    bytes.append(integer: type)
    bytes += name
    while bytes.count % alignment != 0 { bytes.append(0) }
    bytes += descriptor
    while bytes.count % alignment != 0 { bytes.append(0) }
    return bytes
  }

  static func number<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(integer: value)
    return bytes
  }

  /// A kernel of 16 bytes at 1 MiB with 32 bytes in memory, which starts at its first byte.
  static func kernel(is64: Bool = true, entry: UInt64 = 0x10_0000) -> ELFFile {
    var file = ELFFile(is64: is64, machine: is64 ? 62 : 3)
    file.segments = [
      Segment(physicalAddress: 0x10_0000, contents: Array(1...16), memorySize: 32),
      Segment(
        type: 4, physicalAddress: 0,
        contents: note(18, descriptor: is64 ? number(entry) : number(UInt32(truncatingIfNeeded: entry)))),
    ]
    return file
  }

  var headerSize: Int { is64 ? 64 : 52 }
  var entrySize: Int { is64 ? 56 : 32 }
  func programHeader(_ index: Int) -> Int { headerSize + index * entrySize }

  var bytes: [UInt8] {
    var file = [UInt8](repeating: 0, count: headerSize + entrySize * segments.count)
    file.replaceSubrange(0..<7, with: [0x7F, 0x45, 0x4C, 0x46, is64 ? 2 : 1, 1, 1])
    file.store(2 as UInt16, at: 16)
    file.store(machine, at: 18)
    file.store(1 as UInt32, at: 20)
    let counts = is64 ? 52 : 40
    if is64 { file.store(UInt64(headerSize), at: 32) } else { file.store(UInt32(headerSize), at: 28) }
    file.store(UInt16(headerSize), at: counts)
    file.store(UInt16(entrySize), at: counts + 2)
    file.store(UInt16(segments.count), at: counts + 4)
    for (index, segment) in segments.enumerated() {
      let header = programHeader(index)
      let offset = UInt64(file.count)
      let size = UInt64(segment.contents.count)
      let fields = [offset, segment.physicalAddress, segment.physicalAddress, size, segment.memorySize ?? size]
      file.store(segment.type, at: header)
      if is64 {
        for (place, field) in fields.enumerated() { file.store(field, at: header + 8 + 8 * place) }
        file.store(segment.alignment, at: header + 48)
      } else {
        for (place, field) in fields.enumerated() { file.store(UInt32(field), at: header + 4 + 4 * place) }
        file.store(UInt32(segment.alignment), at: header + 28)
      }
      file += segment.contents
    }
    if !sectionNotes.isEmpty {
      let notes = file.count
      file += sectionNotes
      let table = file.count
      let size = is64 ? 64 : 40
      file += [UInt8](repeating: 0, count: 2 * size)
      let section = table + size
      file.store(7 as UInt32, at: section + 4)
      if is64 {
        file.store(UInt64(notes), at: section + 24)
        file.store(UInt64(sectionNotes.count), at: section + 32)
        file.store(sectionAlignment, at: section + 48)
        file.store(UInt64(table), at: 40)
      } else {
        file.store(UInt32(notes), at: section + 16)
        file.store(UInt32(sectionNotes.count), at: section + 20)
        file.store(UInt32(sectionAlignment), at: section + 32)
        file.store(UInt32(table), at: 32)
      }
      file.store(UInt16(size), at: counts + 6)
      file.store(2 as UInt16, at: counts + 8)
    }
    return file
  }
}
