#if canImport(XenABI)
  import XenABI
#endif

/// XENMEM_add_to_physmap, element by element: frames that are put at a place of a domain's memory without being new.
extension Handle where Object == Domain {
  /// Puts a frame of a space other than a foreign domain's at a place. What lay there is given back.
  ///
  /// - Throws: `invalidArgument` for an index that names no frame of the space, `notImplemented` for other spaces,
  ///   `outOfMemory`, `busy` where a grant or a device is mapped at the place.
  func add(_ space: PhysmapSpace, _ index: UInt64, at place: GuestFrame) throws(HypercallError) {
    switch space {
    case .sharedInfo:
      guard index == 0 else { throw .invalidArgument }
      let old = object.sharedInfoPlace
      try show(object.sharedInfo.frame, at: place, insteadOf: old)
      object.sharedInfoPlace = place
    case .grantTable:
      try addGrantFrame(index, at: place)
    case .guestFrame, .guestFrameRange:
      try move(GuestFrame(index), to: place)
    default:
      throw .notImplemented
    }
  }

  private func addGrantFrame(_ index: UInt64, at place: GuestFrame) throws(HypercallError) {
    // An index with the flag for status frames, which version 1 does not have, is past the end, too.
    guard index < UInt64(object.grants.maximumFrameCount) else { throw .invalidArgument }
    let number = UInt32(index)
    let hypervisor = object.hypervisor
    try object.grants.grow(to: number &+ 1, allocator: &hypervisor.object.allocator)
    guard let frame = object.grants.frame(number) else { throw .invalidArgument }
    try show(frame, at: place, insteadOf: object.grants.place(number))
    object.grants.setPlace(number, place)
  }

  /// Shows a frame of the hypervisor's at a place, and no longer at the old one.
  private func show(_ frame: MachineFrame, at place: GuestFrame, insteadOf old: GuestFrame) throws(HypercallError) {
    if old == place { return }
    try empty(place, count: 1)
    try map(place, .page, to: frame, .shared)
    // The old place is a page of its own: no table has to be split.
    if old != GrantTable.nowhere { try unmap(old, .page) }
  }

  /// Moves a frame of the domain's own.
  private func move(_ from: GuestFrame, to place: GuestFrame) throws(HypercallError) {
    // Where guest frames are machine frames nothing can move.
    guard !object.isDirectMapped, from < P2M.frameLimit else { throw .invalidArgument }
    let entry = object.p2m.lookup(from)
    guard entry.type.isOwn else { throw .invalidArgument }
    if from == place { return }
    try empty(place, count: 1)
    try map(place, .page, to: entry.frame, entry.type)
    do throws(HypercallError) {
      try unmap(from, .page)
    } catch {
      // The superpage around it could not be split: it stays where it was. A single page needs no table to go.
      try unmap(place, .page)
      throw error
    }
  }

  /// Maps a frame of another domain's own memory, and takes a reference on it.
  ///
  /// - Throws: `invalidArgument` where the other domain has no memory at `index`, `busy` where something lies at the
  ///   place, or RAM in a domain whose guest frames are machine frames; `outOfMemory`.
  func addForeign(_ index: UInt64, of other: Handle<Domain>, at place: GuestFrame) throws(HypercallError) {
    let source = GuestFrame(index)
    guard source < P2M.frameLimit, place < P2M.frameLimit else { throw .invalidArgument }
    let entry = other.object.p2m.lookup(source)
    guard entry.type.isOwn, entry.type.isWritable else { throw .invalidArgument }
    let hypervisor = object.hypervisor
    guard let frame = hypervisor.entry(entry.frame), frame.object.takeReference() else { throw .invalidArgument }
    do throws(HypercallError) {
      // A foreign frame can be followed by another without being removed first.
      if object.p2m.lookup(place).type == .foreign { try empty(place, count: 1) }
      guard isFreeForOthers(place) else { throw .busy }
      try map(place, .page, to: entry.frame, .foreign)
    } catch {
      hypervisor.dropReference(entry.frame)
      throw error
    }
  }
}
