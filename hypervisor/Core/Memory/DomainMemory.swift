#if canImport(XenABI)
  import XenABI
#endif
import Synchronization

/// A domain's physical memory, through its map.
///
/// `place` is the one gate to it: every read and every write of the hypervisor into guest memory asks here, each time,
/// for the map can change between two accesses.
@safe
package struct DomainMemory: BitwiseCopyable, GuestPhysicalMemory {
  package let domain: Handle<Domain>

  @inline(__always)
  package init(_ domain: Handle<Domain>) { self.domain = domain }

  /// The bytes of the frame that `address` lies in, from there to the frame's end; nil where the domain has no memory
  /// there, or none that it may write.
  ///
  /// The pointer holds until the map changes, which on this CPU no access in between can do.
  @inline(__always)
  func place(_ address: GuestPhysicalAddress, forWriting: Bool) -> UnsafeMutableRawPointer? {
    if forWriting {
      if let place = unsafe domain.object.p2m.writable.pointer(address) { return unsafe place }
    } else if let place = unsafe domain.object.p2m.readable.pointer(address) {
      return unsafe place
    }
    return unsafe lookUpPlace(address, forWriting: forWriting)
  }

  @inline(never)
  private func lookUpPlace(_ address: GuestPhysicalAddress, forWriting: Bool) -> UnsafeMutableRawPointer? {
    let entry = domain.object.p2m.lookup(address.frame)
    guard entry.type.isMemory, !forWriting || entry.type.isWritable else { return nil }
    let machine = MachineAddress(entry.frame.address.rawValue | address.offsetInFrame)
    // Memory types lead to RAM, all of which the direct map covers.
    return unsafe domain.object.hypervisor.object.map.pointer(machine)
  }

  @inline(__always)
  package func loadEntry64(_ address: GuestPhysicalAddress) -> UInt64? {
    // Aligned to 8 bytes by the protocol, so within the frame; likewise below.
    guard let place = unsafe place(address, forWriting: false) else { return nil }
    return unsafe place.load(as: UInt64.self)
  }

  @inline(__always)
  package func loadEntry32(_ address: GuestPhysicalAddress) -> UInt32? {
    guard let place = unsafe place(address, forWriting: false) else { return nil }
    return unsafe place.load(as: UInt32.self)
  }

  @inline(never)
  package func compareExchange64(_ address: GuestPhysicalAddress, expected: UInt64, desired: UInt64) -> Bool? {
    guard let place = unsafe place(address, forWriting: true) else { return nil }
    let word = unsafe place.assumingMemoryBound(to: Atomic<UInt64>.self)
    return unsafe word.pointee.compareExchange(
      expected: expected, desired: desired, ordering: .acquiringAndReleasing
    ).exchanged
  }

  @inline(never)
  package func compareExchange32(_ address: GuestPhysicalAddress, expected: UInt32, desired: UInt32) -> Bool? {
    guard let place = unsafe place(address, forWriting: true) else { return nil }
    let word = unsafe place.assumingMemoryBound(to: Atomic<UInt32>.self)
    return unsafe word.pointee.compareExchange(
      expected: expected, desired: desired, ordering: .acquiringAndReleasing
    ).exchanged
  }

  /// Copies `count` bytes of guest-physical memory into a buffer. False where some of them are no memory; the buffer
  /// may then hold a part.
  package func read(_ address: GuestPhysicalAddress, count: Int, into buffer: inout MutableRawSpan, at start: Int)
    -> Bool
  {
    guard start >= 0, count >= 0, count <= buffer.byteCount &- start else { return false }
    var done = 0
    while done < count {
      let from = address.advanced(by: UInt64(done))
      let piece = min(count &- done, Int(pageSize &- from.offsetInFrame))
      guard let place = unsafe place(from, forWriting: false) else { return false }
      unsafe buffer.withUnsafeMutableBytes { bytes in
        // `piece` bytes lie within the frame, and within the buffer by the guard above.
        unsafe bytes.baseAddress.unsafelyUnwrapped.advanced(by: start &+ done)
          .copyMemory(from: place, byteCount: piece)
      }
      done &+= piece
    }
    return true
  }

  /// Copies bytes into guest-physical memory. False where some of it is no writable memory; a part may be written.
  package func write(_ bytes: RawSpan, to address: GuestPhysicalAddress) -> Bool {
    var done = 0
    while done < bytes.byteCount {
      let to = address.advanced(by: UInt64(done))
      let piece = min(bytes.byteCount &- done, Int(pageSize &- to.offsetInFrame))
      guard let place = unsafe place(to, forWriting: true) else { return false }
      unsafe bytes.withUnsafeBytes { source in
        // `piece` bytes lie within the frame and within the source.
        unsafe place.copyMemory(from: source.baseAddress.unsafelyUnwrapped.advanced(by: done), byteCount: piece)
      }
      done &+= piece
    }
    return true
  }
}
