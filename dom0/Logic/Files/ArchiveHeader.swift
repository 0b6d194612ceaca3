/// The header of an archive's member, 512 bytes (POSIX.1-2017, pax, "ustar Interchange Format").
///
/// | offset | bytes | field |
/// |---|---|---|
/// | 0 | 100 | name |
/// | 124 | 12 | size, octal |
/// | 148 | 8 | checksum, octal: the sum of all bytes with blanks in this field |
/// | 156 | 1 | type: `0` or NUL a file |
/// | 257 | 6 | `ustar` and NUL, or a blank from GNU tar |
/// | 345 | 155 | prefix of the name, with `/` between |
struct ArchiveHeader: Equatable {
  static var byteCount: Int { 512 }

  let name: String
  /// The member's bytes; 0 for a kind that has none.
  let byteCount: UInt64
  /// Whether it is a file: neither a directory, a link, a device nor an extension's record.
  let isFile: Bool

  enum Fault: Error, Equatable {
    /// The block is all zero: the archive's end.
    case end
    /// The magic is not there: no archive, or one that is older than ustar.
    case noMagic
    case checksum
    case size
  }

  /// Reads a header.
  init(_ block: [UInt8]) throws(Fault) {
    guard block.count == Self.byteCount else { throw .noMagic }
    if block.allSatisfy({ $0 == 0 }) { throw .end }
    guard block[257..<262].elementsEqual("ustar".utf8) else { throw .noMagic }
    var sum: UInt64 = 8 * 0x20
    for index in 0..<Self.byteCount where !(148..<156).contains(index) { sum += UInt64(block[index]) }
    guard Self.octal(block[148..<156]) == sum else { throw .checksum }
    guard let size = Self.octal(block[124..<136]) else { throw .size }
    let name = Self.text(block[0..<100])
    let prefix = block[262] == 0 ? Self.text(block[345..<500]) : ""
    self.name = prefix.isEmpty ? name : "\(prefix)/\(name)"
    let type = block[156]
    isFile = type == 0 || type == UInt8(ascii: "0") || type == UInt8(ascii: "7")
    // Links, devices, directories and pipes have no bytes, whatever the field says (POSIX, typeflag 1 to 6).
    byteCount = type >= UInt8(ascii: "1") && type <= UInt8(ascii: "6") ? 0 : size
  }

  /// How far behind the header the next one is; nil past 64 bits.
  var distanceToNext: UInt64? {
    let (padded, overflow) = byteCount.addingReportingOverflow(511)
    if overflow { return nil }
    let (distance, carry) = (padded & ~511).addingReportingOverflow(UInt64(Self.byteCount))
    return carry ? nil : distance
  }

  /// An octal number that blanks or a NUL end; nil for anything else.
  private static func octal(_ field: ArraySlice<UInt8>) -> UInt64? {
    var value: UInt64 = 0
    var digits = 0
    for byte in field {
      if byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "7") {
        if value >> 61 != 0 { return nil }
        value = value << 3 | UInt64(byte - UInt8(ascii: "0"))
        digits += 1
      } else if byte == 0x20 && digits == 0 {
        continue
      } else if byte == 0 || byte == 0x20 {
        break
      } else {
        return nil
      }
    }
    return digits > 0 ? value : nil
  }

  /// The text up to the first NUL, of printable characters only.
  private static func text(_ field: ArraySlice<UInt8>) -> String {
    ConfigurationText.printable(field.prefix { $0 != 0 })
  }
}
