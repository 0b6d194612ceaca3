#if canImport(XenABI)
  import XenABI
#endif
import Synchronization

/// Where a virtual CPU's `vcpu_info` lies (public header `xen.h`): in shared info, or in a frame of the guest's that
/// VCPUOP_register_vcpu_info named, on which the vCPU then holds a reference.
@safe
package struct VCPUInfoPlace: BitwiseCopyable {
  private let base: UInt
  /// The machine address of the record.
  package let address: MachineAddress
  /// The frame to give back when the record moves or the domain ends; nil in shared info.
  package let heldFrame: MachineFrame?
  /// The guest frame of a registered record.
  package let guestFrame: GuestFrame?

  /// The record of `vcpu` in shared info: 64 bytes each, the first 32 vCPUs only.
  package init(in page: SharedInfoPage, vcpu: VCPUID, map: DirectMap) {
    address = page.frame.address.advanced(by: UInt64(vcpu.rawValue & 31) &* 64)
    base = unsafe UInt(bitPattern: map.pointer(address))
    heldFrame = nil
    guestFrame = nil
  }

  /// A record in a guest's frame, on which the caller has taken a reference; `offset` leaves 64 bytes in the frame and
  /// is a multiple of 8.
  package init(frame: MachineFrame, guestFrame: GuestFrame, offset: UInt64, map: DirectMap) {
    address = frame.address.advanced(by: offset)
    base = unsafe UInt(bitPattern: map.pointer(address))
    heldFrame = frame
    self.guestFrame = guestFrame
  }

  @inline(__always)
  private func byte(_ offset: UInt) -> UnsafeMutablePointer<Atomic<UInt8>> {
    // The record's frame is held for as long as the record is in use; `base` is never null.
    unsafe UnsafeMutablePointer(bitPattern: base &+ offset).unsafelyUnwrapped
  }

  /// Whether events are pending for the vCPU (`evtchn_upcall_pending`).
  @inline(__always)
  package var isUpcallPending: Bool { unsafe byte(0).pointee.load(ordering: .relaxed) != 0 }

  /// Whether a pv guest has upcalls off (`evtchn_upcall_mask`).
  package var isUpcallMasked: Bool { unsafe byte(1).pointee.load(ordering: .relaxed) != 0 }

  /// Allows upcalls (`evtchn_upcall_mask`).
  func clearUpcallMask() { unsafe byte(1).pointee.store(0, ordering: .relaxed) }

  /// Marks events as pending for the vCPU; true where they were before.
  @inline(__always)
  package func setUpcallPending() -> Bool {
    unsafe byte(0).pointee.exchange(1, ordering: .acquiringAndReleasing) != 0
  }

  /// Sets the selector bit of a word of ports (`evtchn_pending_sel`); true where it was set before.
  ///
  /// A word is 64 ports in the 64-bit layout, at offset 8, and 32 ports in the 32-bit one, at offset 4.
  @inline(__always)
  package func setSelector(of port: EventPort, _ width: CallWidth) -> Bool {
    if width == .bits64 {
      let bit = UInt64(1) << (UInt64(port.rawValue) >> 6 & 63)
      let place = unsafe UnsafeMutablePointer<Atomic<UInt64>>(bitPattern: base &+ 8).unsafelyUnwrapped
      return unsafe place.pointee.bitwiseOr(bit, ordering: .acquiringAndReleasing).oldValue & bit != 0
    }
    let bit = UInt32(1) << (port.rawValue >> 5 & 31)
    let place = unsafe UnsafeMutablePointer<Atomic<UInt32>>(bitPattern: base &+ 4).unsafelyUnwrapped
    return unsafe place.pointee.bitwiseOr(bit, ordering: .acquiringAndReleasing).oldValue & bit != 0
  }

  /// Sets every selector bit and marks events as pending: what a moved record needs, since its owner has to look at
  /// everything once.
  package func setEverythingPending(_ width: CallWidth) {
    if width == .bits64 {
      let place = unsafe UnsafeMutablePointer<Atomic<UInt64>>(bitPattern: base &+ 8).unsafelyUnwrapped
      unsafe place.pointee.store(.max, ordering: .releasing)
    } else {
      let place = unsafe UnsafeMutablePointer<Atomic<UInt32>>(bitPattern: base &+ 4).unsafelyUnwrapped
      unsafe place.pointee.store(.max, ordering: .releasing)
    }
    _ = setUpcallPending()
  }

  /// Copies the 64 bytes of another record here.
  package func copy(from other: VCPUInfoPlace) {
    // Both records are held, and 64 bytes of each lie in one frame.
    unsafe UnsafeMutableRawPointer(bitPattern: base).unsafelyUnwrapped.copyMemory(
      from: UnsafeRawPointer(bitPattern: other.base).unsafelyUnwrapped, byteCount: 64)
  }

  /// The machine address of the record's time part (`struct vcpu_time_info`, 32 bytes).
  package var timeAddress: MachineAddress { address.advanced(by: 32) }

  /// Writes the time part, with the version protocol: an odd number, the record, the next even number. The guest's own
  /// number goes on, whatever it holds; `version` of the record is not looked at.
  func writeTime(_ record: VCPUTimeInfo) {
    // 32 bytes within the held frame, aligned to 8.
    let words = unsafe UnsafeMutablePointer<Atomic<UInt64>>(bitPattern: base &+ 32).unsafelyUnwrapped
    let version = unsafe UnsafeMutablePointer<Atomic<UInt32>>(bitPattern: base &+ 32).unsafelyUnwrapped
    let odd = unsafe version.pointee.load(ordering: .relaxed) | 1
    unsafe version.pointee.store(odd, ordering: .sequentiallyConsistent)
    unsafe words[1].store(record.timestamp.rawValue, ordering: .relaxed)
    unsafe words[2].store(record.systemTime.rawValue, ordering: .relaxed)
    let scale =
      UInt64(record.multiplier) | UInt64(UInt8(bitPattern: record.shift)) << 32 | UInt64(record.flags.rawValue) << 40
    unsafe words[3].store(scale, ordering: .relaxed)
    unsafe version.pointee.store(odd &+ 1, ordering: .sequentiallyConsistent)
  }
}
