#if canImport(XenABI)
  import XenABI
#endif

/// A structure of the guest's that a call reads and answers in place: an element of an array, most of the time.
///
/// The guest's tables and the domain's map are asked once for both, so it is good only for as long as nothing is taken
/// out of the map. Each field is read once; the guest may change them at any time.
@safe
struct GuestElement: BitwiseCopyable {
  private let place: UnsafeMutableRawPointer

  /// The element of `byteCount` bytes at an address. Nil where it crosses the end of a page.
  ///
  /// - Throws: `badAddress` where the caller could not write to it.
  @inline(__always)
  init?(at address: GuestVirtualAddress, byteCount: Int, in memory: GuestMemory) throws(HypercallError) {
    guard address.offsetInPage &+ UInt64(byteCount) <= pageSize else { return nil }
    unsafe place = try memory.writable(address)
  }

  /// Reads the first `count` words of eight bytes, which lie within the element.
  @inline(__always)
  func words<let count: Int>() -> InlineArray<count, UInt64> {
    var words = InlineArray<count, UInt64>(repeating: 0)
    var index = 0
    while index < count {
      // Within the element, and so within the frame.
      words[index] = unsafe place.loadUnaligned(fromByteOffset: index &* 8, as: UInt64.self)
      index &+= 1
    }
    return words
  }

  /// Writes an integer at an offset within the element.
  @inline(__always)
  func write<T: FixedWidthInteger & BitwiseCopyable>(_ value: T, at offset: Int) {
    unsafe place.storeBytes(of: value, toByteOffset: offset, as: T.self)  // within the element
  }
}
