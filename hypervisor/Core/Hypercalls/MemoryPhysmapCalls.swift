#if canImport(XenABI)
  import XenABI
#endif

/// memory_op: what lies at which place of guest-physical memory (public header `memory.h`).
extension Caller {
  /// The places that one piece of a call changes.
  private static var placesAPiece: UInt64 { 32 }

  /// XENMEM_add_to_physmap: puts shared info, a frame of the grant table, or frames that the domain has elsewhere, at a
  /// place.
  ///
  /// - Throws: `badAddress`, `notPermitted`, `noSuchDomain`, `invalidArgument` for a bad index or place,
  ///   `notImplemented` for other spaces, `outOfMemory`, `busy` where a grant or a device is mapped at the place.
  func memoryAddToPhysmap(
    _ argument: GuestVirtualAddress, from start: UInt64
  ) throws(HypercallError) -> HypercallOutcome {
    let request = try memory.read(AddToPhysmap.self, at: argument)
    let subject = try subject(request.domain)
    guard request.space == .guestFrameRange else {
      guard start == 0 else { throw .invalidArgument }
      try subject.add(request.space, request.index, at: request.frame)
      return .done(0)
    }
    let count = UInt64(request.count)
    guard start <= count else { throw .invalidArgument }
    let end = min(count, start &+ Self.placesAPiece)
    var index = start
    while index < end {
      try subject.add(.guestFrame, request.index &+ index, at: request.frame.advanced(by: index))
      index &+= 1
    }
    return end == count ? .done(0) : .continues(.memory(.addToPhysmap, argument, from: end))
  }

  /// XENMEM_add_to_physmap_batch: the same for a list, each element with a result of its own; and, for the control
  /// domain, frames of another domain.
  ///
  /// - Throws: `badAddress`, `notPermitted`, `noSuchDomain`; `notImplemented` for spaces that a list can't be of;
  ///   `invalidArgument` for a caller's own frames as foreign ones.
  func memoryAddToPhysmapBatch(
    _ argument: GuestVirtualAddress, from start: UInt64
  ) throws(HypercallError) -> HypercallOutcome {
    let request = try memory.read(AddToPhysmapBatch.self, at: argument)
    let subject = try subject(request.domain)
    let count = UInt64(request.count)
    guard start <= count else { throw .invalidArgument }
    let source = try batchSource(request, for: subject)
    let end = min(count, start &+ Self.placesAPiece)
    var index = start
    while index < end {
      let number = try memory.readWord(request.indexes, index: index)
      let place = GuestFrame(try memory.readWord(request.frames, index: index))
      var result: Int32 = 0
      do throws(HypercallError) {
        if let source {
          try subject.addForeign(number, of: source, at: place)
        } else {
          try subject.add(request.space, number, at: place)
        }
      } catch {
        result = -error.rawValue
      }
      try memory.write(result, at: request.errors.advanced(by: index &* 4))
      index &+= 1
    }
    return end == count ? .done(0) : .continues(.memory(.addToPhysmapBatch, argument, from: end))
  }

  /// The domain whose frames a list names as foreign; nil for a list of another space.
  private func batchSource(
    _ request: AddToPhysmapBatch, for subject: Handle<Domain>
  ) throws(HypercallError) -> Handle<Domain>? {
    switch request.space {
    case .sharedInfo, .grantTable, .guestFrame: return nil
    case .foreignFrame:
      // A foreign mapping needs privilege in the domain that gets it, too.
      guard isPrivileged, subject == domain else { throw .notPermitted }
      let source = try peer(request.foreignDomain)
      guard source != subject else { throw .invalidArgument }
      return source
    default: throw .notImplemented
    }
  }

  /// XENMEM_remove_from_physmap: makes a place empty; a frame that was the domain's own is given back.
  ///
  /// - Throws: `badAddress`, `notPermitted`, `noSuchDomain`, `notFound` for an empty place, `busy` where a grant or a
  ///   device is mapped there, `outOfMemory` where a superpage can't be split.
  func memoryRemoveFromPhysmap(_ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    let request = try memory.read(RemoveFromPhysmap.self, at: argument)
    let subject = try subject(request.domain)
    guard subject.object.p2m.lookup(request.frame).type != .hole else { throw .notFound }
    try subject.empty(request.frame, count: 1)
    return 0
  }
}
