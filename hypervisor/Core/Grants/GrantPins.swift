#if canImport(XenABI)
  import XenABI
#endif

extension Handle where Object == Domain {
  /// Pins one of this domain's grants for a use by `peer`: the entry is marked for the granter to see, and whatever the
  /// granter does to it from now on, the use stays with the frame that it led to.
  ///
  /// - Returns: the machine frame. Who keeps using it after this call takes a reference on it.
  /// - Throws: `badReference` past the table's end; `generalError` where the entry does not allow the use, or is in use
  ///   by another; `badPage` where it leads to no memory of the granter's own.
  @inline(__always)
  func pinGrant(
    _ reference: GrantReference, for peer: DomainID, writing: Bool
  ) throws(GrantStatus) -> MachineFrame {
    guard reference.rawValue < object.grants.entryCount else { throw .badReference }
    let active = object.grants.active(reference)
    if !active.object.isPinned {
      let entry = object.grants.entry(reference)
      guard entry.mark(for: peer, writing: writing) else { throw .generalError }
      let place = object.p2m.lookup(entry.guestFrame)
      guard place.type.isOwn, !writing || place.type.isWritable else {
        entry.unmark(.reading.union(.writing))
        throw .badPage
      }
      active.object = ActiveGrant(
        machineFrame: UInt32(truncatingIfNeeded: place.frame.rawValue), peer: peer, readers: writing ? 0 : 1,
        writers: writing ? 1 : 0)
      return place.frame
    }
    return try pinAgain(reference, active, for: peer, writing: writing)
  }

  /// Pins a grant that is in use already.
  @inline(never)
  private func pinAgain(
    _ reference: GrantReference, _ active: Handle<ActiveGrant>, for peer: DomainID, writing: Bool
  ) throws(GrantStatus) -> MachineFrame {
    guard active.object.peer == peer, active.object.readers < .max, active.object.writers < .max else {
      throw .generalError
    }
    let frame = MachineFrame(UInt64(active.object.machineFrame))
    if writing {
      if active.object.writers == 0 { try allowWriting(reference, frame, for: peer) }
      active.object.writers &+= 1
    } else {
      active.object.readers &+= 1
    }
    return frame
  }

  /// Marks a grant that has only been read so far as being written, if it allows it and still leads to the same frame.
  private func allowWriting(
    _ reference: GrantReference, _ frame: MachineFrame, for peer: DomainID
  ) throws(GrantStatus) {
    let entry = object.grants.entry(reference)
    let place = object.p2m.lookup(entry.guestFrame)
    guard place.frame == frame, place.type.isOwn, place.type.isWritable else { throw .badPage }
    guard entry.mark(for: peer, writing: true) else { throw .generalError }
  }

  /// Ends a use of a grant; the last one takes the marks off the entry.
  @inline(__always)
  func unpinGrant(_ reference: GrantReference, writing: Bool) {
    let active = object.grants.active(reference)
    if writing { active.object.writers &-= 1 } else { active.object.readers &-= 1 }
    if !active.object.isPinned {
      object.grants.entry(reference).unmark(.reading.union(.writing))
      active.object = ActiveGrant()
    } else if writing, active.object.writers == 0 {
      object.grants.entry(reference).unmark(.writing)
    }
  }

  /// Grants a frame on the domain's behalf: the rings that a domain shares with the control domain from the start.
  ///
  /// - Throws: `invalidArgument` for a reference that the table can't have, or a frame past 2^32; `outOfMemory`.
  package func grant(
    _ reference: GrantReference, to peer: DomainID, frame: GuestFrame, readOnly: Bool = false
  ) throws(HypercallError) {
    guard frame.rawValue <= UInt64(UInt32.max) else { throw .invalidArgument }
    let hypervisor = object.hypervisor
    try object.grants.grow(
      to: reference.rawValue / GrantEntry.perFrame &+ 1, allocator: &hypervisor.object.allocator)
    let flags = readOnly ? GrantEntryFlags.permitAccess.union(.readOnly) : .permitAccess
    object.grants.entry(reference).write(
      GrantEntry(flags: flags, domain: peer, frame: UInt32(truncatingIfNeeded: frame.rawValue)))
  }
}
