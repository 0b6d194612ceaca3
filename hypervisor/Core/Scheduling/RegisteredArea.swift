#if canImport(XenABI)
  import XenABI
#endif

/// A record in the guest's memory that the hypervisor keeps writing to.
///
/// The guest names it by a virtual address, which is translated once: its page tables may be others by the time of a
/// write. What is kept are guest-physical addresses, two where the record crosses a page's end, and each write asks
/// the domain's map anew.
package struct RegisteredArea: BitwiseCopyable {
  private var first = GuestPhysicalAddress(0)
  private var second = GuestPhysicalAddress(0)
  /// The bytes that lie at `first`; the rest is at `second`.
  private var firstCount = 0
  private var count = 0
  /// The width of the record's layout: that of the code that registered it.
  package private(set) var width = CallWidth.bits64

  package init() {}

  /// An area of `count` bytes at an address of a caller.
  ///
  /// - Throws: `badAddress` where it is not all RAM of the domain's own that the caller could write to.
  init(_ address: GuestVirtualAddress, count: Int, in memory: GuestMemory) throws(HypercallError) {
    width = memory.width
    self.count = count
    firstCount = min(count, Int(pageSize &- address.offsetInPage))
    first = try Self.ownMemory(address, memory)
    if firstCount < count { second = try Self.ownMemory(address.advanced(by: UInt64(firstCount)), memory) }
  }

  private static func ownMemory(
    _ address: GuestVirtualAddress, _ memory: GuestMemory
  ) throws(HypercallError) -> GuestPhysicalAddress {
    let physical = try memory.physicalAddress(address)
    let type = memory.physical.domain.object.p2m.lookup(physical.frame).type
    guard type.isOwn, type.isWritable else { throw .badAddress }
    return physical
  }

  /// Whether there is an area.
  @inline(__always)
  package var isRegistered: Bool { count != 0 }

  /// Writes bytes from `offset` on, which together lie within the area. Nothing is written where the memory is gone
  /// by now.
  func write(_ bytes: RawSpan, at offset: Int, in memory: DomainMemory) {
    guard offset >= 0, bytes.byteCount <= count &- offset else { return }
    let before = min(max(firstCount &- offset, 0), bytes.byteCount)
    if before > 0 { _ = memory.write(bytes.extracting(0..<before), to: first.advanced(by: UInt64(offset))) }
    if before < bytes.byteCount {
      let start = offset &+ before &- firstCount
      _ = memory.write(bytes.extracting(before..<bytes.byteCount), to: second.advanced(by: UInt64(start)))
    }
  }
}
