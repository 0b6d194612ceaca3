#if canImport(XenABI)
  import XenABI
#endif
import Synchronization

/// What the hypervisor knows of one machine frame: 32 bytes, one entry a frame, in the frame table.
///
/// ```
///  0  references   bits 0-31 the count of references, 32-63 `FrameFlags`
///  8  typeWord     bits 0-31 the count of uses as the type, 32-39 `FrameType`, 40-63 its flags (the pv layout's)
/// 16  owner        domain ID
/// 18  order        of a free block, in its first frame
/// 19  padding
/// 20  next, prev   links of the free list a free block is in
/// 28  progress     of a validation that was interrupted, or the stamp of a flush
/// ```
/// The two words are changed by compare-and-swap only, so that a second CPU changes nothing here.
package struct FrameEntry: ~Copyable {
  let references: Atomic<UInt64>
  let typeWord: Atomic<UInt64>
  package var owner: DomainID
  var order: FrameOrder
  private var padding: UInt8 = 0
  var next: UInt32
  var previous: UInt32
  package var progress: UInt32

  init(flags: FrameFlags, owner: DomainID) {
    references = Atomic(UInt64(flags.rawValue) << 32)
    typeWord = Atomic(0)
    self.owner = owner
    order = .page
    next = .noFrame
    previous = .noFrame
    progress = 0
  }

  /// The number of references held.
  package var referenceCount: UInt32 { UInt32(truncatingIfNeeded: references.load(ordering: .relaxed)) }

  /// The frame's flags.
  package var flags: FrameFlags {
    FrameFlags(rawValue: UInt32(truncatingIfNeeded: references.load(ordering: .relaxed) >> 32))
  }

  /// Takes one more reference on a frame that has at least one. False where the frame is free, or the count is full.
  package func takeReference() -> Bool {
    var word = references.load(ordering: .relaxed)
    while true {
      let count = UInt32(truncatingIfNeeded: word)
      if count == 0 || count == .max { return false }
      let (done, seen) = references.compareExchange(expected: word, desired: word &+ 1, ordering: .acquiring)
      if done { return true }
      word = seen
    }
  }

  /// Gives a reference back. True where it was the last one: the frame is then the caller's to free.
  package func dropReference() -> Bool {
    let (old, _) = references.subtract(1, ordering: .releasing)
    return UInt32(truncatingIfNeeded: old) == 1
  }

  /// Replaces flags and count at once, for the allocator.
  func reset(flags: FrameFlags, count: UInt32) {
    references.store(UInt64(flags.rawValue) << 32 | UInt64(count), ordering: .releasing)
  }

  /// Sets `flag`.
  package func insert(_ flag: FrameFlags) {
    references.bitwiseOr(UInt64(flag.rawValue) << 32, ordering: .acquiringAndReleasing)
  }

  /// Whether nothing but its owner's reservation refers to the frame: it could go back to the pool as it is.
  @inline(__always)
  var isHeldByOwnerAlone: Bool {
    let alone = UInt64(FrameFlags.ram.union(.allocated).rawValue) << 32 | 1
    return references.load(ordering: .relaxed) == alone
  }

  /// Clears `flag`, and says whether it was set: one caller alone gets true.
  package func testAndClear(_ flag: FrameFlags) -> Bool {
    let bit = UInt64(flag.rawValue) << 32
    let (old, _) = references.bitwiseAnd(~bit, ordering: .acquiringAndReleasing)
    return old & bit != 0
  }
}

extension UInt32 {
  /// The end of a list of frames.
  static var noFrame: UInt32 { .max }
}

/// What is special about a frame.
package struct FrameFlags: OptionSet, BitwiseCopyable {
  package let rawValue: UInt32
  package init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Usable memory; everything else (holes, firmware, the hypervisor's own image) is never handed out.
  package static var ram: Self { Self(rawValue: 1 << 0) }
  /// The first frame of a block on a free list.
  static var freeHead: Self { Self(rawValue: 1 << 1) }
  /// May hold what an earlier owner left: cleared before the next one sees it.
  static var needsScrub: Self { Self(rawValue: 1 << 2) }
  /// Holds the reference that its owner's reservation has on it, dropped once when the owner gives it back.
  package static var allocated: Self { Self(rawValue: 1 << 3) }
  /// The hypervisor's own object, shown to a domain (shared info, grant table): never freed through the domain.
  package static var shared: Self { Self(rawValue: 1 << 4) }
  /// Memory that the hypervisor has taken at boot and keeps, its image among it: never in the pool, and no device's.
  package static var kept: Self { Self(rawValue: 1 << 5) }

  /// Whether the frame is memory of the machine, whoever has it: no domain may take it for a device's.
  package var isMemory: Bool { !isDisjoint(with: .ram.union(.kept)) }
}

/// What a frame is in use as. A pvh domain's frames stay `none`; the pv layout's rules are built on the others.
package enum FrameType: UInt8, BitwiseCopyable {
  case none, writable, pageTable1, pageTable2, pageTable3, pageTable4, descriptorTable, shared
}
