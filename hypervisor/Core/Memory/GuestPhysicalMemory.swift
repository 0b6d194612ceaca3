#if canImport(XenABI)
  import XenABI
#endif

/// A domain's physical memory as a walk of its page tables needs it.
///
/// The addresses come out of the guest's tables and are aligned to the entry's size, but otherwise arbitrary: an
/// implementation answers `nil` for what is no memory of the domain, or not memory that a table may lie in. Make the
/// functions `@inline(__always)`: each is on the path of every pointer that a guest passes.
package protocol GuestPhysicalMemory: ~Copyable {
  /// The eight bytes at `address`, read at once.
  func loadEntry64(_ address: GuestPhysicalAddress) -> UInt64?
  /// The four bytes at `address`, read at once.
  func loadEntry32(_ address: GuestPhysicalAddress) -> UInt32?
  /// Replaces the eight bytes at `address` by `desired` if they are still `expected`, as one locked operation, and
  /// marks the page dirty. False: they had changed; `nil`: no writable memory.
  func compareExchange64(_ address: GuestPhysicalAddress, expected: UInt64, desired: UInt64) -> Bool?
  /// The same for four bytes.
  func compareExchange32(_ address: GuestPhysicalAddress, expected: UInt32, desired: UInt32) -> Bool?
}
