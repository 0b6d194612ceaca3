/// A structure of the guest ABI, declared once for both widths.
///
/// A conforming type reads its fields in the header's order from a `WireReader`, which knows the caller's width and so
/// every alignment and the size of `unsigned long` and of pointers; and writes them back in the same order.
public protocol WireStructure: BitwiseCopyable {
  /// The structure's size in bytes, trailing padding included.
  static func size(_ width: CallWidth) -> Int
  /// Takes the fields out of a copy of the guest's bytes.
  init(from reader: inout WireReader)
  /// Puts the fields into the bytes that go back to the guest; padding stays as it is.
  func write(to writer: inout WireWriter)
}

/// The largest structure that a hypercall reads or writes in one piece, in bytes (domctl: 128 + header; rounded up).
public let wireCapacity = 256

/// Takes typed fields out of a structure's bytes, in the header's order.
public struct WireReader {
  @usableFromInline var bytes: WireBytes
  /// Where the next field is looked for, before alignment.
  public var offset: Int
  public let width: CallWidth

  @inline(__always) public init(_ bytes: WireBytes, width: CallWidth) {
    self.bytes = bytes
    self.width = width
    offset = 0
  }

  @inline(__always) mutating func field<T: FixedWidthInteger & BitwiseCopyable>(
    _: T.Type, alignedTo alignment: Int
  ) -> T {
    let start = (offset &+ alignment &- 1) & ~(alignment &- 1)
    offset = start &+ MemoryLayout<T>.size
    return bytes.span.loadChecked(at: start, as: T.self)
  }

  @inline(__always) public mutating func u8() -> UInt8 { field(UInt8.self, alignedTo: 1) }
  @inline(__always) public mutating func u16() -> UInt16 { field(UInt16.self, alignedTo: 2) }
  @inline(__always) public mutating func i16() -> Int16 { field(Int16.self, alignedTo: 2) }
  @inline(__always) public mutating func u32() -> UInt32 { field(UInt32.self, alignedTo: 4) }
  @inline(__always) public mutating func i32() -> Int32 { field(Int32.self, alignedTo: 4) }
  /// A plain 64-bit integer: aligned to 8 bytes for 64-bit callers and to 4 for 32-bit ones.
  @inline(__always) public mutating func u64() -> UInt64 { field(UInt64.self, alignedTo: width.wordSize) }
  /// A 64-bit integer that the header aligns to 8 bytes in both widths (`uint64_aligned_t`).
  @inline(__always) public mutating func alignedU64() -> UInt64 { field(UInt64.self, alignedTo: 8) }
  /// An `unsigned long` (`xen_ulong_t` of the caller's width, `xen_pfn_t`).
  @inline(__always) public mutating func word() -> UInt64 {
    width == .bits64 ? field(UInt64.self, alignedTo: 8) : UInt64(field(UInt32.self, alignedTo: 4))
  }
  /// A pointer of the caller's width (`XEN_GUEST_HANDLE`).
  @inline(__always) public mutating func pointer() -> GuestVirtualAddress { GuestVirtualAddress(word()) }
  /// A pointer in an 8-byte field of both widths (`XEN_GUEST_HANDLE_64`).
  @inline(__always) public mutating func pointer64() -> GuestVirtualAddress { GuestVirtualAddress(alignedU64()) }
  /// An array of bytes.
  public mutating func byteArray<let count: Int>() -> InlineArray<count, UInt8> {
    var array = InlineArray<count, UInt8>(repeating: 0)
    for index in 0..<count { array[index] = u8() }
    return array
  }
  /// Goes on at `offset`, for unions and reserved fields.
  @inline(__always) public mutating func seek(_ offset: Int) { self.offset = offset }
}

/// Puts typed fields into a structure's bytes, in the header's order.
public struct WireWriter {
  /// The bytes as they are so far: what is not written keeps what it was.
  public var bytes: WireBytes
  public var offset: Int
  public let width: CallWidth

  @inline(__always) public init(_ bytes: WireBytes, width: CallWidth) {
    self.bytes = bytes
    self.width = width
    offset = 0
  }

  @inline(__always) mutating func put<T: FixedWidthInteger & BitwiseCopyable>(_ value: T, alignedTo alignment: Int) {
    let start = (offset &+ alignment &- 1) & ~(alignment &- 1)
    offset = start &+ MemoryLayout<T>.size
    bytes.store(value, at: start)
  }

  @inline(__always) public mutating func u8(_ value: UInt8) { put(value, alignedTo: 1) }
  @inline(__always) public mutating func u16(_ value: UInt16) { put(value, alignedTo: 2) }
  @inline(__always) public mutating func i16(_ value: Int16) { put(value, alignedTo: 2) }
  @inline(__always) public mutating func u32(_ value: UInt32) { put(value, alignedTo: 4) }
  @inline(__always) public mutating func i32(_ value: Int32) { put(value, alignedTo: 4) }
  /// A plain 64-bit integer: aligned to 8 bytes for 64-bit callers and to 4 for 32-bit ones.
  @inline(__always) public mutating func u64(_ value: UInt64) { put(value, alignedTo: width.wordSize) }
  /// A 64-bit integer that the header aligns to 8 bytes in both widths (`uint64_aligned_t`).
  @inline(__always) public mutating func alignedU64(_ value: UInt64) { put(value, alignedTo: 8) }
  /// An `unsigned long`; what does not fit a 32-bit caller's is cut off.
  @inline(__always) public mutating func word(_ value: UInt64) {
    if width == .bits64 { put(value, alignedTo: 8) } else { put(UInt32(truncatingIfNeeded: value), alignedTo: 4) }
  }
  @inline(__always) public mutating func pointer(_ value: GuestVirtualAddress) { word(value.rawValue) }
  @inline(__always) public mutating func pointer64(_ value: GuestVirtualAddress) { alignedU64(value.rawValue) }
  /// An array of bytes.
  public mutating func byteArray<let count: Int>(_ array: InlineArray<count, UInt8>) {
    for index in 0..<count { u8(array[index]) }
  }
  /// Goes on at `offset`, for unions and reserved fields.
  @inline(__always) public mutating func seek(_ offset: Int) { self.offset = offset }
}
