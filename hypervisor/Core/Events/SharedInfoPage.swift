#if canImport(XenABI)
  import XenABI
#endif
import Synchronization

/// A domain's shared info: the frame through which hypervisor and guest pass pending and masked events, the wall clock
/// and the vCPUs' records (public header `xen.h`, `struct shared_info`).
///
/// The guest writes to it at any time: single bits are changed with locked instructions, and nothing read here is
/// trusted twice.
@safe
package struct SharedInfoPage: BitwiseCopyable {
  package let frame: MachineFrame
  private let base: UInt

  /// The page at `frame`, which belongs to the hypervisor and stays for the domain's life.
  package init(_ frame: MachineFrame, in map: DirectMap) {
    self.frame = frame
    base = unsafe UInt(bitPattern: map.pointer(frame.address))
  }

  /// The offset of the pending bits: the same in both widths.
  private static var pendingOffset: UInt { 2048 }

  @inline(__always)
  private static func maskOffset(_ width: CallWidth) -> UInt { width == .bits64 ? 2560 : 2176 }

  /// The number of ports that two-level delivery has bits for.
  @inline(__always)
  package static func portLimit(_ width: CallWidth) -> UInt32 { width == .bits64 ? 4096 : 1024 }

  /// The 32-bit word at an offset, which is a multiple of 4 below the page's size.
  @inline(__always)
  private func word(_ offset: UInt) -> UnsafeMutablePointer<Atomic<UInt32>> {
    // The page is there for the domain's life; `base` is never null.
    unsafe UnsafeMutablePointer(bitPattern: base &+ (offset & 4092)).unsafelyUnwrapped
  }

  /// Sets a port's pending bit; true where it was set before.
  @inline(__always)
  package func setPending(_ port: EventPort) -> Bool {
    let bit = UInt32(1) << (port.rawValue & 31)
    let word = unsafe word(Self.pendingOffset &+ UInt(port.rawValue >> 5) &* 4)
    return unsafe word.pointee.bitwiseOr(bit, ordering: .acquiringAndReleasing).oldValue & bit != 0
  }

  /// Clears a port's pending bit.
  package func clearPending(_ port: EventPort) {
    let bit = UInt32(1) << (port.rawValue & 31)
    let word = unsafe word(Self.pendingOffset &+ UInt(port.rawValue >> 5) &* 4)
    _ = unsafe word.pointee.bitwiseAnd(~bit, ordering: .acquiringAndReleasing)
  }

  /// Whether a port's pending bit is set.
  @inline(__always)
  package func isPending(_ port: EventPort) -> Bool {
    let word = unsafe word(Self.pendingOffset &+ UInt(port.rawValue >> 5) &* 4)
    return unsafe word.pointee.load(ordering: .acquiring) >> (port.rawValue & 31) & 1 != 0
  }

  /// Whether the guest has masked a port.
  @inline(__always)
  package func isMasked(_ port: EventPort, _ width: CallWidth) -> Bool {
    let word = unsafe word(Self.maskOffset(width) &+ UInt(port.rawValue >> 5) &* 4)
    return unsafe word.pointee.load(ordering: .acquiring) >> (port.rawValue & 31) & 1 != 0
  }

  /// Clears a port's mask; true where it was masked.
  package func testAndClearMask(_ port: EventPort, _ width: CallWidth) -> Bool {
    let bit = UInt32(1) << (port.rawValue & 31)
    let word = unsafe word(Self.maskOffset(width) &+ UInt(port.rawValue >> 5) &* 4)
    return unsafe word.pointee.bitwiseAnd(~bit, ordering: .acquiringAndReleasing).oldValue & bit != 0
  }

  /// Sets a port's mask.
  package func setMask(_ port: EventPort, _ width: CallWidth) {
    let bit = UInt32(1) << (port.rawValue & 31)
    let word = unsafe word(Self.maskOffset(width) &+ UInt(port.rawValue >> 5) &* 4)
    _ = unsafe word.pointee.bitwiseOr(bit, ordering: .acquiringAndReleasing)
  }

  /// Writes the wall clock at system time 0, with the version protocol: odd while it is being written.
  ///
  /// - Parameters:
  ///   - seconds: since 1970, UTC; its upper half has a field of its own in the 64-bit layout, and in the 32-bit one
  ///     too (`wc_sec_hi` in `arch`).
  ///   - nanoseconds: beyond them.
  ///   - width: the layout of the page.
  package func writeWallClock(seconds: UInt64, nanoseconds: UInt32, _ width: CallWidth) {
    let start: UInt = width == .bits64 ? 3072 : 2304
    // 32-bit: version, sec, nsec, then the arch part, whose `wc_sec_hi` stands behind six words.
    let high: UInt = width == .bits64 ? 3084 : 2340
    let version = unsafe word(start).pointee.load(ordering: .relaxed) | 1
    unsafe word(start).pointee.store(version, ordering: .sequentiallyConsistent)
    unsafe word(start &+ 4).pointee.store(UInt32(truncatingIfNeeded: seconds), ordering: .relaxed)
    unsafe word(start &+ 8).pointee.store(nanoseconds, ordering: .relaxed)
    unsafe word(high).pointee.store(UInt32(truncatingIfNeeded: seconds >> 32), ordering: .relaxed)
    unsafe word(start).pointee.store(version &+ 1, ordering: .sequentiallyConsistent)
  }
}
