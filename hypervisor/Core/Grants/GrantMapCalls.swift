#if canImport(XenABI)
  import XenABI
#endif

/// grant_table_op: mapping others' grants, and ending that (public header `grant_table.h`).
extension Caller {
  /// The mappings and unmappings that one piece of a call does.
  private static var mapsAPiece: UInt32 { 32 }

  /// GNTTABOP_map_grant_ref: maps granted frames, each with a status and a handle of its own.
  ///
  /// - Throws: `badAddress` where the array can't be read or written, `invalidArgument` for 2^31 elements and more.
  func grantMap(_ list: GuestVirtualAddress, count: UInt32) throws(HypercallError) -> HypercallOutcome {
    guard count < 1 << 31 else { throw .invalidArgument }
    let piece = min(count, Self.mapsAPiece)
    let size = UInt64(GrantMap.size(width))
    var at = list
    var index: UInt32 = 0
    while index < piece {
      if let element = try GuestElement(at: at, byteCount: GrantMap.size(width), in: memory) {
        var request = GrantMap(words: element.words())
        // Mapping takes nothing out of the caller's map: the element is where it was.
        map(&request)
        element.write(request.outcomeWord, at: GrantMap.outcomeOffset)
        element.write(request.deviceAddress, at: GrantMap.outcomeOffset &+ 8)
      } else {
        var request = try memory.read(GrantMap.self, at: at)
        map(&request)
        try memory.write(request, at: at)
      }
      at = at.advanced(by: size)
      index &+= 1
    }
    return piece == count ? .done(0) : .continues(.grantTable(.map, at, count: count &- piece))
  }

  private func map(_ request: inout GrantMap) {
    do throws(GrantStatus) {
      try tryMapping(&request)
      request.status = .okay
    } catch {
      request.status = error
    }
  }

  private func tryMapping(_ request: inout GrantMap) throws(GrantStatus) {
    let flags = request.flags
    guard !flags.isDisjoint(with: .hostMap.union(.deviceMap)) else { throw .badReference }
    // The address for devices is a machine address: only the control domain, which drives them, is told.
    guard flags.isDisjoint(with: .applicationMap.union(.containsEntry)), isPrivileged || !flags.contains(.deviceMap)
    else { throw .generalError }
    let hypervisor = hypervisor
    guard let granter = hypervisor.object.domains.find(request.domain), granter.object.life.state < .dying else {
      throw .badDomain
    }
    let place = GuestPhysicalAddress(request.hostAddress).frame
    if flags.contains(.hostMap) { guard domain.isFreeForOthers(place) else { throw .generalError } }
    guard let handle = domain.object.grants.mappings.take(&hypervisor.object.allocator) else { throw .noDeviceSpace }
    do throws(GrantStatus) {
      let writing = !flags.contains(.readOnly)
      let frame = try granter.pinGrant(request.reference, for: domain.object.id, writing: writing)
      guard let entry = hypervisor.entry(frame), entry.object.takeReference() else {
        granter.unpinGrant(request.reference, writing: writing)
        throw .badPage
      }
      if flags.contains(.hostMap), !show(frame, at: place, writing: writing) {
        granter.unpinGrant(request.reference, writing: writing)
        hypervisor.dropReference(frame)
        throw .generalError
      }
      domain.object.grants.mappings[handle]?.object = GrantMapping(
        place: place, granter: Link(granter), reference: request.reference,
        machineFrame: UInt32(truncatingIfNeeded: frame.rawValue),
        flags: flags.intersection(.hostMap.union(.deviceMap).union(.readOnly)))
      request.handle = handle
      if flags.contains(.deviceMap) { request.deviceAddress = frame.address.rawValue }
    } catch {
      domain.object.grants.mappings.release(handle)
      throw error
    }
  }

  private func show(_ frame: MachineFrame, at place: GuestFrame, writing: Bool) -> Bool {
    do throws(HypercallError) {
      try domain.map(place, .page, to: frame, writing ? .grantReadWrite : .grantReadOnly)
      return true
    } catch {
      return false
    }
  }

  /// GNTTABOP_unmap_grant_ref: ends mappings, each with a status of its own.
  ///
  /// - Throws: `badAddress` where the array can't be read or written, `invalidArgument` for 2^31 elements and more.
  func grantUnmap(_ list: GuestVirtualAddress, count: UInt32) throws(HypercallError) -> HypercallOutcome {
    guard count < 1 << 31 else { throw .invalidArgument }
    let piece = min(count, Self.mapsAPiece)
    let size = UInt64(GrantUnmap.size(width))
    var at = list
    var index: UInt32 = 0
    while index < piece {
      let request: GrantUnmap
      if let element = try GuestElement(at: at, byteCount: GrantUnmap.size(width), in: memory) {
        request = GrantUnmap(words: element.words())
      } else {
        request = try memory.read(GrantUnmap.self, at: at)
      }
      // The element itself may lie in what is unmapped: it is looked up anew for the answer.
      let status = domain.unmapGrant(request)
      try memory.write(status.rawValue, at: at.advanced(by: UInt64(GrantUnmap.statusOffset)))
      at = at.advanced(by: size)
      index &+= 1
    }
    return piece == count ? .done(0) : .continues(.grantTable(.unmap, at, count: count &- piece))
  }
}

extension Handle where Object == Domain {
  /// Ends what a request says of a mapping: its place in the domain's memory, its use by devices, or both. The grant is
  /// given back when neither is left.
  fileprivate func unmapGrant(_ request: GrantUnmap) -> GrantStatus {
    guard let mapping = object.grants.mappings[request.handle], mapping.object.isInUse else { return .badHandle }
    let frame = MachineFrame(UInt64(mapping.object.machineFrame))
    guard request.deviceAddress == 0 || MachineAddress(request.deviceAddress).frame == frame else {
      return .generalError
    }
    if request.hostAddress != 0, mapping.object.flags.contains(.hostMap) {
      guard GuestPhysicalAddress(request.hostAddress).frame == mapping.object.place else { return .generalError }
      hide(mapping)
    }
    if request.deviceAddress != 0 { mapping.object.flags.subtract(.deviceMap) }
    if !mapping.object.isInUse { giveBack(mapping, request.handle) }
    return .okay
  }

  /// Takes a mapping out of the domain's memory, its translations flushed before anything else becomes of the frame.
  func hide(_ mapping: Handle<GrantMapping>) {
    mapping.object.flags.subtract(.hostMap)
    // A place of a grant is one page of its own, and nothing but an unmapping empties it: no table has to be split.
    do throws(HypercallError) { try unmap(mapping.object.place, .page) } catch { return }
  }

  /// Gives back the grant of a mapping that is nowhere any more, and the handle.
  func giveBack(_ mapping: Handle<GrantMapping>, _ handle: GrantHandle) {
    let ended = mapping.object
    object.grants.mappings.release(handle)
    ended.granter.handle?.unpinGrant(ended.reference, writing: !ended.isReadOnly)
    object.hypervisor.dropReference(MachineFrame(UInt64(ended.machineFrame)))
  }

  /// Ends the mappings of a domain that is being taken apart, a piece at a time.
  ///
  /// - Parameters:
  ///   - cursor: the handle to go on at.
  ///   - budget: how many handles to look at, at most; what is left of it is written back.
  /// - Returns: whether none is left.
  func releaseMappings(from cursor: inout UInt64, budget: inout Int) -> Bool {
    while cursor < UInt64(object.grants.mappings.handleLimit), object.grants.mappings.usedCount > 0 {
      guard budget > 0 else { return false }
      budget &-= 1
      let handle = GrantHandle(UInt32(truncatingIfNeeded: cursor))
      cursor &+= 1
      guard let mapping = object.grants.mappings[handle], mapping.object.isInUse else { continue }
      if mapping.object.flags.contains(.hostMap) { hide(mapping) }
      mapping.object.flags = mapping.object.flags.intersection(.readOnly)
      giveBack(mapping, handle)
    }
    return true
  }
}
