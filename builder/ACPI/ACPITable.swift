#if canImport(XenABI)
  import XenABI
#endif

/// The bytes of one ACPI table while it is made (ACPI specification 6.4, 5.2).
struct ACPITable: BitwiseCopyable {
  /// The common header of every table but the RSDP (5.2.6).
  static var headerSize: Int { 36 }
  /// The most bytes of a table: a MADT of 32 vCPUs has 300.
  static var capacity: Int { 320 }

  private var bytes: InlineArray<320, UInt8>
  let count: Int

  /// A table of `count` zeros, at most `capacity` of them.
  init(count: Int) {
    bytes = InlineArray(repeating: 0)
    self.count = min(count, Self.capacity)
  }

  /// A table of `count` bytes with its header but for the checksum.
  init(signature: ACPISignature, revision: UInt8, count: Int) {
    self.init(count: count)
    put(signature.rawValue, at: 0)
    put(UInt32(truncatingIfNeeded: self.count), at: 4)
    put(revision, at: 8)
    put(ACPIIdentity.oem, at: 10)
    put(ACPIIdentity.table, at: 16)
    put(ACPIIdentity.revision, at: 24)
    put(ACPIIdentity.creator, at: 28)
    put(ACPIIdentity.revision, at: 32)
  }

  /// Stores an integer's little-endian bytes.
  mutating func put<T: FixedWidthInteger & BitwiseCopyable>(_ value: T, at offset: Int) {
    var span = bytes.mutableSpan
    var raw = unsafe span.mutableBytes  // integers have no invalid bytes
    raw.storeChecked(value, at: offset)
  }

  /// Stores the six bytes of an OEM identification.
  mutating func put(_ text: ACPIIdentity.OEM, at offset: Int) {
    put(UInt32(truncatingIfNeeded: text.rawValue), at: offset)
    put(UInt16(truncatingIfNeeded: text.rawValue >> 32), at: offset + 4)
  }

  /// Makes the first `covered` bytes sum to zero by the byte at `offset`.
  mutating func seal(checksumAt offset: Int, covered: Int) {
    bytes[offset] = 0
    var sum: UInt8 = 0
    for index in 0..<min(covered, count) { sum &+= bytes[index] }
    bytes[offset] = 0 &- sum
  }

  /// Makes the whole table sum to zero by the checksum of its header.
  mutating func seal() { seal(checksumAt: 9, covered: count) }

  /// Writes the table to `address`.
  func write<Writer: GuestImageWriter & ~Copyable>(
    at address: GuestPhysicalAddress, into writer: inout Writer
  ) throws(GuestWriteError) {
    // Every byte of the array is set, so that it may be looked at as raw bytes.
    try unsafe writer.write(bytes.span.bytes.extracting(first: count), at: address)
  }
}

/// A table's four letters, the first in the lowest byte.
struct ACPISignature: RawRepresentable, BitwiseCopyable {
  let rawValue: UInt32
  /// "XSDT"
  static var xsdt: Self { Self(rawValue: 0x5444_5358) }
  /// "FACP": the fixed description table, FADT.
  static var fadt: Self { Self(rawValue: 0x5043_4146) }
  /// "APIC": the multiple APIC description table, MADT.
  static var madt: Self { Self(rawValue: 0x4349_5041) }
  /// "DSDT"
  static var dsdt: Self { Self(rawValue: 0x5444_5344) }
}

/// Who made the tables.
enum ACPIIdentity {
  /// Six letters in the low six bytes, the first in the lowest.
  struct OEM: RawRepresentable, BitwiseCopyable {
    let rawValue: UInt64
  }
  /// "Apus  "
  static var oem: OEM { OEM(rawValue: 0x2020_7375_7041) }
  /// "Apus PVH"
  static var table: UInt64 { 0x4856_5020_7375_7041 }
  /// "APUS"
  static var creator: UInt32 { 0x5355_5041 }
  /// The revision of the tables as a whole.
  static var revision: UInt32 { 1 }
}
