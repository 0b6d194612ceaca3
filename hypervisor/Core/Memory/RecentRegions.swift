#if canImport(XenABI)
  import XenABI
#endif

/// Regions of 2 MiB of guest-physical memory, backed in one piece, that were asked for lately, and where they lie in the
/// direct map: for the few instructions that an access to a guest's memory may take.
///
/// Only the map that it belongs to changes it, and empties it at every change of its own.
@safe
struct RecentRegions: BitwiseCopyable {
  private struct Region: BitwiseCopyable {
    /// The guest-physical address divided by 2 MiB; all ones for none.
    var number: UInt64 = .max
    /// What has to be added to a guest-physical address, wrapping.
    var distance: UInt = 0
  }

  private var regions = InlineArray<8, Region>(repeating: Region())

  mutating func note(_ number: UInt64, _ distance: UInt) {
    regions[Int(number & 7)] = Region(number: number, distance: distance)
  }

  /// Forgets a region.
  mutating func forget(_ number: UInt64) {
    let slot = Int(number & 7)
    if regions[slot].number == number { regions[slot].number = .max }
  }

  /// What has to be added, wrapping, to a guest-physical address of a region for its place in the direct map, where the
  /// region is among the recent ones.
  ///
  /// Changes nothing. It is `mutating` so that it works in place: a borrowed value of this size is copied first.
  @inline(__always)
  mutating func distance(ofRegion number: UInt64) -> UInt? {
    let slot = Int(number & 7)
    return regions[slot].number == number ? regions[slot].distance : nil
  }

  /// The byte behind a guest-physical address, where its region is among the recent ones.
  @inline(__always)
  mutating func pointer(_ address: GuestPhysicalAddress) -> UnsafeMutableRawPointer? {
    guard let distance = distance(ofRegion: address.rawValue >> 21) else { return nil }
    // A place in the direct map, which is nowhere near address 0.
    return unsafe UnsafeMutableRawPointer(bitPattern: UInt(address.rawValue) &+ distance).unsafelyUnwrapped
  }
}
