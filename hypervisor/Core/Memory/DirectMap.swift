#if canImport(XenABI)
  import XenABI
#endif

/// The window through which the hypervisor sees all of the machine's RAM.
///
/// In the image it is a range of the hypervisor's own address space; in a host test it is a buffer that stands in for
/// the machine. Everything in Core that touches memory goes through one of these, so that it runs in both.
package struct DirectMap: BitwiseCopyable {
  /// The virtual address of machine address 0.
  package let base: UInt
  /// The first machine address past the window.
  package let limit: MachineAddress

  package init(base: UInt, limit: MachineAddress) {
    self.base = base
    self.limit = limit
  }

  /// Whether `count` bytes from `address` on lie in the window.
  @inline(__always)
  package func contains(_ address: MachineAddress, count: UInt64 = 1) -> Bool {
    address.rawValue < limit.rawValue && count <= limit.rawValue &- address.rawValue
  }

  /// The pointer to a machine address. The caller has checked that it lies in the window.
  @inline(__always)
  package func pointer(_ address: MachineAddress) -> UnsafeMutableRawPointer {
    // The window is mapped for as long as the hypervisor runs, and its base is never null.
    unsafe UnsafeMutableRawPointer(bitPattern: base &+ UInt(truncatingIfNeeded: address.rawValue)).unsafelyUnwrapped
  }

  /// The machine address behind a pointer into the window.
  @inline(__always)
  package func address(of pointer: UnsafeRawPointer) -> MachineAddress {
    MachineAddress(UInt64(UInt(bitPattern: pointer) &- base))
  }
}
