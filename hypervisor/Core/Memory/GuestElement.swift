#if canImport(XenABI)
  import XenABI
#endif

/// A structure of the guest's that a call reads and answers in place: an element of an array, most of the time.
///
/// The guest's tables are walked once for both, as the processor would with one entry of its translation cache. The
/// domain's map is asked for each access anew, since what the call does in between may change it.
struct GuestElement: BitwiseCopyable {
  private let memory: DomainMemory
  private let physical: GuestPhysicalAddress

  /// The element of `byteCount` bytes at an address. Nil where it crosses the end of a page.
  ///
  /// - Throws: `badAddress` where the caller could not write to it.
  @inline(__always)
  init?(at address: GuestVirtualAddress, byteCount: Int, in memory: GuestMemory) throws(HypercallError) {
    guard address.offsetInPage &+ UInt64(byteCount) <= pageSize else { return nil }
    self.memory = memory.physical
    physical = try memory.translate(address, for: .write).address
  }

  /// Reads the first `count` words of eight bytes, which lie within the element.
  @inline(__always)
  func words<let count: Int>() throws(HypercallError) -> InlineArray<count, UInt64> {
    var words = InlineArray<count, UInt64>(repeating: 0)
    guard let place = unsafe memory.place(physical, forWriting: true) else { throw .badAddress }
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
  func write<T: FixedWidthInteger & BitwiseCopyable>(_ value: T, at offset: Int) throws(HypercallError) {
    guard let place = unsafe memory.place(physical, forWriting: true) else { throw .badAddress }
    unsafe place.storeBytes(of: value, toByteOffset: offset, as: T.self)  // within the element
  }
}
