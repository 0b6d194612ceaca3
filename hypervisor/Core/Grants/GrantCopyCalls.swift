#if canImport(XenABI)
  import XenABI
#endif

/// grant_table_op: copying between own and granted frames (public header `grant_table.h`).
extension Caller {
  /// The copies, of up to a page each, that one piece of a call does.
  private static var copiesAPiece: UInt32 { 16 }

  /// GNTTABOP_copy: copies bytes within a page each, with a status for every element.
  ///
  /// - Throws: `badAddress` where the array can't be read or written, `invalidArgument` for 2^31 elements and more.
  func grantCopy(_ list: GuestVirtualAddress, count: UInt32) throws(HypercallError) -> HypercallOutcome {
    guard count < 1 << 31 else { throw .invalidArgument }
    let piece = min(count, Self.copiesAPiece)
    let size = UInt64(GrantCopy.size(width))
    var at = list
    var index: UInt32 = 0
    while index < piece {
      if let element = try GuestElement(at: at, byteCount: GrantCopy.size(width), in: memory) {
        let status = copy(
          width == .bits64 ? GrantCopy(words: element.words()) : GrantCopy(narrowWords: element.words()))
        element.write(status.rawValue, at: GrantCopy.statusOffset(width))
      } else {
        let status = copy(try memory.read(GrantCopy.self, at: at))
        try memory.write(status.rawValue, at: at.advanced(by: UInt64(GrantCopy.statusOffset(width))))
      }
      at = at.advanced(by: size)
      index &+= 1
    }
    return piece == count ? .done(0) : .continues(.grantTable(.copy, at, count: count &- piece))
  }

  private func copy(_ request: GrantCopy) -> GrantStatus {
    do throws(GrantStatus) {
      try tryCopying(request)
      return .okay
    } catch {
      return error
    }
  }

  private func tryCopying(_ request: GrantCopy) throws(GrantStatus) {
    let readsGrant = request.flags.contains(.sourceIsGrant)
    let writesGrant = request.flags.contains(.destinationIsGrant)
    let source = try copyEnd(request.sourceDomain, isGrant: readsGrant)
    let destination = try copyEnd(request.destinationDomain, isGrant: writesGrant)
    let count = UInt64(request.byteCount)
    guard UInt64(request.sourceOffset) &+ count <= pageSize, UInt64(request.destinationOffset) &+ count <= pageSize
    else { throw .badCopyArgument }

    let id = domain.object.id
    let from =
      readsGrant
      ? try source.pinGrant(request.sourceReference, for: id, writing: false)
      : try ownFrame(GuestFrame(request.source), writing: false)
    do throws(GrantStatus) {
      let to =
        writesGrant
        ? try destination.pinGrant(request.destinationReference, for: id, writing: true)
        : try ownFrame(GuestFrame(request.destination), writing: true)
      let map = hypervisor.object.map
      // Both frames are RAM, which the direct map covers, and stay so during this call, which nothing interrupts; the
      // bytes lie within them by the check above. They may overlap: the copy allows it.
      unsafe map.pointer(to.address.advanced(by: UInt64(request.destinationOffset))).copyMemory(
        from: map.pointer(from.address.advanced(by: UInt64(request.sourceOffset))), byteCount: Int(count))
      if writesGrant { destination.unpinGrant(request.destinationReference, writing: true) }
    } catch {
      if readsGrant { source.unpinGrant(request.sourceReference, writing: false) }
      throw error
    }
    if readsGrant { source.unpinGrant(request.sourceReference, writing: false) }
  }

  /// The domain at one end of a copy: only grants may be another's than the caller's own.
  @inline(__always)
  private func copyEnd(_ id: DomainID, isGrant: Bool) throws(GrantStatus) -> Handle<Domain> {
    if id == .current { return domain }
    guard isGrant else { throw .permissionDenied }
    guard let found = hypervisor.object.domains.find(id), found.object.life.state < .dying else { throw .badDomain }
    return found
  }

  @inline(__always)
  private func ownFrame(_ frame: GuestFrame, writing: Bool) throws(GrantStatus) -> MachineFrame {
    let place = domain.object.p2m.lookup(frame)
    guard place.type.isOwn else { throw .badPage }
    guard !writing || place.type.isWritable else { throw .generalError }
    return place.frame
  }
}
