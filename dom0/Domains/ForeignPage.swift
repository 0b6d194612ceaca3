/// A page of another domain, mapped into this one until the value ends. The other domain can write it at any time.
struct ForeignPage: ~Copyable {
  /// Where it is mapped.
  private let place: GuestFrame

  /// Maps the page at a place where there is nothing.
  ///
  /// - Throws: `noSuchDomain`, or the error of the page itself, such as `invalidArgument` where the domain has none
  ///   there.
  init(_ frame: GuestFrame, of domain: DomainID) throws(GuestError) {
    let place = UnusedFrames.take()
    let result = Result { () throws(GuestError) in try Self.map(frame, of: domain, at: place) }
    if case .failure(let error) = result {
      UnusedFrames.give(place)
      throw error
    }
    self.place = place
  }

  private static func map(_ frame: GuestFrame, of domain: DomainID, at place: GuestFrame) throws(GuestError) {
    let errors = try XenMemory.addToPhysmapBatch(
      .foreignFrame, foreignDomain: domain, indexes: [frame.rawValue], at: [place])
    if errors[0] != 0 { throw .hypercall(HypercallError(rawValue: 0 &- errors[0])) }
  }

  deinit {
    do {
      try XenMemory.removeFromPhysmap(place)
      UnusedFrames.give(place)
    } catch {
      // The place stays taken: better that than a page of the guest where something else is looked for.
    }
  }

  /// Its bytes.
  var window: MemoryWindow {
    // The page is mapped there as long as this value lives, and its owner keeps the window no longer.
    unsafe MemoryWindow(unsafeAddress: place.address.rawValue, byteCount: Int(pageSize))
  }
}
