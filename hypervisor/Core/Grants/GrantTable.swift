#if canImport(XenABI)
  import XenABI
#endif

/// A domain's grant table of version 1: the frames of entries that it shares with the hypervisor, what the hypervisor
/// keeps about each entry in use, and the domain's own mappings of others' grants.
///
/// The frames belong to the hypervisor and are taken when the guest first asks for them. They stay until nothing of
/// the domain's memory is mapped by anyone any more, which may be after its death.
///
/// Some of its functions change nothing and are `mutating` all the same, so that they work in place: out of a borrowed
/// value an array is copied before an element of it is read.
package struct GrantTable: ~Copyable {
  private let pinned = Pinned()
  /// The frames that the table may have, at most 64.
  package let maximumFrameCount: UInt32
  /// The frames that it has.
  package private(set) var frameCount: UInt32 = 0
  /// The machine frames of entries.
  private var sharedFrames = InlineArray<64, UInt32>(repeating: .noFrame)
  /// For each of them the frame of its `ActiveGrant`s.
  private var activeFrames = InlineArray<64, UInt32>(repeating: .noFrame)
  /// Where each appears in the domain's memory; all ones for nowhere.
  private var places = InlineArray<64, GuestFrame>(repeating: GrantTable.nowhere)
  /// What the domain has mapped of others' grants.
  var mappings: GrantMapTrack
  private let map: DirectMap

  /// An empty table, which takes no memory.
  ///
  /// - Parameters:
  ///   - map: where the frames that it gets later are mapped.
  ///   - maximumFrames: of entries, 512 each; at most 64.
  ///   - maximumMappings: of others' grants at a time; rounded up to 128, at most 16384.
  package init(map: DirectMap, maximumFrames: UInt32 = 32, maximumMappings: UInt32 = 16384) {
    self.map = map
    maximumFrameCount = min(maximumFrames, 64)
    mappings = GrantMapTrack(map: map, maximumCount: maximumMappings)
  }

  /// The place of a frame that the guest has not put anywhere, as GNTTABOP_setup_table gives it.
  package static var nowhere: GuestFrame { GuestFrame(.max) }

  /// The entries that the table has; references from this one on are bad.
  @inline(__always)
  package var entryCount: UInt32 { frameCount &* GrantEntry.perFrame }

  /// Makes the table at least `count` frames long.
  ///
  /// - Throws: `invalidArgument` past the maximum, `outOfMemory` where a frame is not to be had; the table may then be
  ///   longer than it was.
  package mutating func grow(to count: UInt32, allocator: inout FrameAllocator) throws(HypercallError) {
    guard count <= maximumFrameCount else { throw .invalidArgument }
    while frameCount < count {
      guard let shared = allocator.allocate(.page, owner: .hypervisor) else { throw .outOfMemory }
      guard let active = allocator.allocate(.page, owner: .hypervisor) else {
        allocator.free(shared)
        throw .outOfMemory
      }
      allocator.table[shared]?.object.insert(.shared)
      let index = Int(frameCount)
      sharedFrames[index] = UInt32(truncatingIfNeeded: shared.rawValue)
      activeFrames[index] = UInt32(truncatingIfNeeded: active.rawValue)
      places[index] = Self.nowhere
      frameCount &+= 1
    }
  }

  /// The machine frame at an index of the table; nil past its end.
  package mutating func frame(_ index: UInt32) -> MachineFrame? {
    index < frameCount ? MachineFrame(UInt64(sharedFrames[Int(index)])) : nil
  }

  /// Where the frame at an index, which is below `frameCount`, appears in the domain's memory, or `nowhere`.
  package mutating func place(_ index: UInt32) -> GuestFrame { places[Int(index & 63)] }

  /// Notes where the frame at an index, which is below `frameCount`, appears now.
  mutating func setPlace(_ index: UInt32, _ place: GuestFrame) { places[Int(index & 63)] = place }

  /// Notes that nothing of the table appears at `place` any more.
  mutating func forgetPlace(_ place: GuestFrame) {
    var index = 0
    while index < Int(frameCount) {
      if places[index] == place { places[index] = Self.nowhere }
      index &+= 1
    }
  }

  /// The entry that the guest sees. The reference is below `entryCount`.
  @inline(__always)
  mutating func entry(_ reference: GrantReference) -> SharedGrantEntry {
    let frame = MachineFrame(UInt64(sharedFrames[Int(reference.rawValue >> 9)]))
    return SharedGrantEntry(at: frame.address.advanced(by: UInt64(reference.rawValue & 511) &* 8), in: map)
  }

  /// What is known of an entry's use. The reference is below `entryCount`.
  @inline(__always)
  mutating func active(_ reference: GrantReference) -> Handle<ActiveGrant> {
    let frame = MachineFrame(UInt64(activeFrames[Int(reference.rawValue >> 9)]))
    // All zeros is an `ActiveGrant` that is not pinned, and 512 of 8 bytes fill the frame.
    return Handle(at: frame.address.advanced(by: UInt64(reference.rawValue & 511) &* 8), in: map)
  }

  /// Gives all frames back. Nothing of the domain may be mapped by anyone, nor the table by the domain itself.
  mutating func freeFrames(_ allocator: inout FrameAllocator) {
    while frameCount > 0 {
      frameCount &-= 1
      let index = Int(frameCount)
      allocator.free(MachineFrame(UInt64(sharedFrames[index])))
      allocator.free(MachineFrame(UInt64(activeFrames[index])))
    }
    mappings.freePages(&allocator)
  }
}

/// What the hypervisor keeps of a grant that is in use: 8 bytes, all zeros when it is not.
struct ActiveGrant: BitwiseCopyable {
  /// The machine frame that the grant led to when it was first pinned.
  var machineFrame: UInt32 = 0
  /// The domain that uses it.
  var peer = DomainID.zero
  /// The uses for reading only.
  var readers: UInt8 = 0
  /// The uses for writing.
  var writers: UInt8 = 0

  @inline(__always) var isPinned: Bool { readers | writers != 0 }
}
