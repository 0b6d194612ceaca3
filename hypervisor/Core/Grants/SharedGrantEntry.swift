#if canImport(XenABI)
  import XenABI
#endif
import Synchronization

/// A grant entry in the frame that hypervisor and guest share.
///
/// ```
///  0  flags   GrantEntryFlags
///  2  domid   to whom
///  4  frame   the owner's guest frame
/// ```
/// The guest writes to it at any time. Flags and domain lie in one word, which is changed by compare-and-swap only;
/// the frame is read once after that, and the copy is what counts.
@safe
struct SharedGrantEntry: BitwiseCopyable {
  private let base: UInt

  /// The entry at an address that is a multiple of 8 within a frame of the table.
  @inline(__always)
  init(at address: MachineAddress, in map: DirectMap) { base = unsafe UInt(bitPattern: map.pointer(address)) }

  @inline(__always)
  private func word(_ offset: UInt) -> UnsafeMutablePointer<Atomic<UInt32>> {
    // The table's frames stay for as long as the domain; `base` is never null.
    unsafe UnsafeMutablePointer(bitPattern: base &+ offset).unsafelyUnwrapped
  }

  /// What the owner allows now, and what is marked.
  var flags: GrantEntryFlags {
    GrantEntryFlags(rawValue: UInt16(truncatingIfNeeded: unsafe word(0).pointee.load(ordering: .relaxed)))
  }

  /// The guest frame that the entry names now.
  @inline(__always)
  var guestFrame: GuestFrame { GuestFrame(UInt64(unsafe word(4).pointee.load(ordering: .acquiring))) }

  /// Marks the entry as being read, and written, if it allows `peer` to do so. False where it does not, or where its
  /// owner keeps changing it.
  @inline(__always)
  func mark(for peer: DomainID, writing: Bool) -> Bool {
    let marks = writing ? GrantEntryFlags.reading.union(.writing) : .reading
    var seen = unsafe word(0).pointee.load(ordering: .relaxed)
    var attempts = 0
    while attempts < 5 {
      let flags = GrantEntryFlags(rawValue: UInt16(truncatingIfNeeded: seen))
      guard flags.kind == .permitAccess, UInt16(truncatingIfNeeded: seen >> 16) == peer.rawValue,
        !writing || !flags.contains(.readOnly)
      else { return false }
      let (done, now) = unsafe word(0).pointee.compareExchange(
        expected: seen, desired: seen | UInt32(marks.rawValue), ordering: .acquiringAndReleasing)
      if done { return true }
      seen = now
      attempts &+= 1
    }
    return false
  }

  /// Takes marks away again.
  @inline(__always)
  func unmark(_ marks: GrantEntryFlags) {
    _ = unsafe word(0).pointee.bitwiseAnd(~UInt32(marks.rawValue), ordering: .acquiringAndReleasing)
  }

  /// Fills the entry on the owner's behalf, the flags last.
  func write(_ entry: GrantEntry) {
    unsafe word(4).pointee.store(entry.frame, ordering: .relaxed)
    let head = UInt32(entry.flags.rawValue) | UInt32(entry.domain.rawValue) << 16
    unsafe word(0).pointee.store(head, ordering: .releasing)
  }
}
