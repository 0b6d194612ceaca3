#if canImport(XenABI)
  import XenABI
#endif

/// domctl (public header `domctl.h`): other domains. The dispatch has checked the interface version, and lets only the
/// control domain in.
extension Caller {
  /// XEN_DOMCTL_destroydomain: takes a domain apart, a piece a call; the progress is kept in it.
  ///
  /// - Throws: `noSuchDomain`; `invalidArgument` for the caller itself.
  func domainControlDestroy(
    _: GuestVirtualAddress, _ id: DomainID
  ) throws(HypercallError) -> HypercallOutcome {
    let subject = try other(id)
    guard subject.relinquish() else { return .repeats }
    hypervisor.reap(subject)
    return .done(0)
  }

  /// XEN_DOMCTL_pausedomain: keeps a domain from running. Pauses add up.
  ///
  /// - Throws: `noSuchDomain`; `invalidArgument` for the caller itself; `overflow` where too many add up.
  func domainControlPause(_: GuestVirtualAddress, _ id: DomainID) throws(HypercallError) -> UInt64 {
    try liveOther(id).pause()
    return 0
  }

  /// XEN_DOMCTL_unpausedomain: undoes a pause.
  ///
  /// - Throws: `noSuchDomain`; `invalidArgument` for the caller itself, or a domain that is not paused.
  func domainControlUnpause(_: GuestVirtualAddress, _ id: DomainID) throws(HypercallError) -> UInt64 {
    try liveOther(id).unpause()
    return 0
  }

  /// XEN_DOMCTL_getdomaininfo: information on a domain, or on the next by number.
  ///
  /// - Throws: `noSuchDomain` where there is none of that number or a higher one.
  func domainControlGetInformation(
    _ argument: GuestVirtualAddress, _ id: DomainID
  ) throws(HypercallError) -> UInt64 {
    var request = try memory.read(DomainControlGetInformation.self, at: argument)
    guard let subject = hypervisor.object.domains.atOrAfter(id == .current ? domain.object.id : id) else {
      throw .noSuchDomain
    }
    request.header.domain = subject.object.id
    request.information = subject.information
    try memory.write(request, at: argument)
    return 0
  }

  /// XEN_DOMCTL_max_mem: the most memory that a domain may have. What it has above that stays with it.
  ///
  /// - Throws: `noSuchDomain`.
  func domainControlSetMaximumMemory(
    _ argument: GuestVirtualAddress, _ id: DomainID
  ) throws(HypercallError) -> UInt64 {
    let request = try memory.read(DomainControlMaximumMemory.self, at: argument)
    let subject = try peer(id)
    let frames = request.kibibytes >> (pageShift &- 10)
    subject.object.memory.maximum = frames
    subject.object.p2m.tableLimit = max(subject.object.p2m.tableLimit, Domain.tableLimit(frames))
    return 0
  }

  /// The domain that an argument names, dying or not, which may not be the caller.
  func other(_ id: DomainID) throws(HypercallError) -> Handle<Domain> {
    guard id != .current, let subject = hypervisor.object.domains.find(id) else {
      throw id == .current ? .invalidArgument : .noSuchDomain
    }
    guard subject != domain else { throw .invalidArgument }
    return subject
  }

  /// The same, not dying.
  func liveOther(_ id: DomainID) throws(HypercallError) -> Handle<Domain> {
    let subject = try peer(id)
    guard subject != domain else { throw .invalidArgument }
    return subject
  }
}
