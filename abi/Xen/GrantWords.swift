/// The elements of grant operations as they come out of memory, in words of eight bytes.
///
/// They are read and written by the thousand, so the hypervisor loads them whole and takes them apart by shifts. The
/// layouts are those of the structures' `WireStructure` conformances, to which a test compares them.

extension GrantMap {
  /// The structure in its four words, alike in both widths.
  @inline(__always)
  public init(words: InlineArray<4, UInt64>) {
    hostAddress = words[0]
    flags = GrantMapFlags(rawValue: UInt32(truncatingIfNeeded: words[1]))
    reference = GrantReference(UInt32(truncatingIfNeeded: words[1] >> 32))
    domain = DomainID(UInt16(truncatingIfNeeded: words[2]))
    status = GrantStatus(Int16(truncatingIfNeeded: words[2] >> 16))
    handle = GrantHandle(UInt32(truncatingIfNeeded: words[2] >> 32))
    deviceAddress = words[3]
  }

  /// The third word, which holds the domain, the status and the handle.
  @inline(__always)
  public var outcomeWord: UInt64 {
    UInt64(domain.rawValue) | UInt64(UInt16(bitPattern: status.rawValue)) << 16 | UInt64(handle.rawValue) << 32
  }
  /// Where in the structure that word stands, and the address for devices after it, in bytes.
  public static var outcomeOffset: Int { 16 }
}

extension GrantUnmap {
  /// The structure in its three words, alike in both widths.
  @inline(__always)
  public init(words: InlineArray<3, UInt64>) {
    hostAddress = words[0]
    deviceAddress = words[1]
    handle = GrantHandle(UInt32(truncatingIfNeeded: words[2]))
    status = GrantStatus(Int16(truncatingIfNeeded: words[2] >> 32))
  }

  /// Where in the structure the status stands, in bytes.
  public static var statusOffset: Int { 20 }
}

extension GrantCopy {
  /// The structure in the words of a 64-bit caller's.
  @inline(__always)
  public init(words: InlineArray<5, UInt64>) {
    source = words[0]
    sourceDomain = DomainID(UInt16(truncatingIfNeeded: words[1]))
    sourceOffset = UInt16(truncatingIfNeeded: words[1] >> 16)
    sourceReserved = UInt32(truncatingIfNeeded: words[1] >> 32)
    destination = words[2]
    destinationDomain = DomainID(UInt16(truncatingIfNeeded: words[3]))
    destinationOffset = UInt16(truncatingIfNeeded: words[3] >> 16)
    destinationReserved = UInt32(truncatingIfNeeded: words[3] >> 32)
    byteCount = UInt16(truncatingIfNeeded: words[4])
    flags = GrantCopyFlags(rawValue: UInt16(truncatingIfNeeded: words[4] >> 16))
    status = GrantStatus(Int16(truncatingIfNeeded: words[4] >> 32))
  }

  /// The structure in the words of a 32-bit caller's: a frame, a domain and an offset fill one.
  @inline(__always)
  public init(narrowWords words: InlineArray<3, UInt64>) {
    source = words[0] & 0xFFFF_FFFF
    sourceDomain = DomainID(UInt16(truncatingIfNeeded: words[0] >> 32))
    sourceOffset = UInt16(truncatingIfNeeded: words[0] >> 48)
    sourceReserved = 0
    destination = words[1] & 0xFFFF_FFFF
    destinationDomain = DomainID(UInt16(truncatingIfNeeded: words[1] >> 32))
    destinationOffset = UInt16(truncatingIfNeeded: words[1] >> 48)
    destinationReserved = 0
    byteCount = UInt16(truncatingIfNeeded: words[2])
    flags = GrantCopyFlags(rawValue: UInt16(truncatingIfNeeded: words[2] >> 16))
    status = GrantStatus(Int16(truncatingIfNeeded: words[2] >> 32))
  }

  /// Where in the structure the status stands, in bytes.
  @inline(__always)
  public static func statusOffset(_ width: CallWidth) -> Int { width == .bits64 ? 36 : 20 }
}
