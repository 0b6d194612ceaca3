#if canImport(XenABI)
  import XenABI
#endif

/// Counting frames, ports and grants anew, and comparing that with the books.
///
/// It goes in pieces, so that a hypercall can do it, and counts nothing twice: where somebody changes the books between
/// two pieces, it begins anew. A correct hypervisor has no faults at any time between two hypercalls.
extension Handle where Object == Hypervisor {
  /// The faults that are named in the log, one by one.
  private static var namedFaults: Int { 8 }
  /// What a piece of a hypercall may cost, in units of about an instruction.
  static var auditPiece: Int { 50_000 }
  /// How often an audit begins anew before it gives up.
  private static var restartLimit: Int { 32 }

  /// Does all of it at once: for tests, and for a look at a machine that misbehaves. Takes long.
  ///
  /// - Returns: the number of faults.
  package func audit() -> UInt64 { audit(.forgetting, until: .done).sum }

  /// The same for frames alone: that the counts are those of the reservations, foreign mappings, grants and registered
  /// records there are, that each domain holds what it is said to hold, and that the pool has what nobody holds.
  package func auditFrames() -> UInt64 { audit(.forgetting, until: .ports).frames }

  /// The same for ports: that what is connected is connected at both ends, that what is bound to an interrupt is known
  /// to it, and that the counts are right.
  package func auditPorts() -> UInt64 { audit(.ports, until: .pins).ports }

  /// The same for grants: that each mapping has its pin and appears where it says, and no pin is without its mapping.
  /// Between hypercalls no copy pins anything.
  package func auditGrants() -> UInt64 { audit(.pins, until: .done).grants }

  private func audit(_ first: AuditProgress.Stage, until end: AuditProgress.Stage) -> AuditFaults {
    begin(at: first)
    while object.audit.stage < end {
      var left = Int.max
      auditStage(&left)
    }
    object.audit.stage = .done
    return object.audit.faults
  }

  /// Does a piece of an audit, or begins one.
  ///
  /// - Parameter budget: what the piece may cost, in units of about an instruction.
  /// - Returns: the faults, once all is done; nil before.
  /// - Throws: `tryAgain` where others change the books so often that it does not come to an end.
  package func auditSome(budget: Int = auditPiece) throws(HypercallError) -> AuditFaults? {
    if object.audit.stage == .done {
      begin(at: .forgetting)
    } else if object.audit.changes != object.allocator.changes {
      let restarts = object.audit.restarts &+ 1
      begin(at: .forgetting)
      object.audit.restarts = restarts
      if restarts > Self.restartLimit {
        object.audit.stage = .done
        throw .tryAgain
      }
    }
    var left = budget
    while left > 0 {
      auditStage(&left)
      if object.audit.stage == .done { return object.audit.faults }
    }
    return nil
  }

  private func begin(at stage: AuditProgress.Stage) {
    object.audit = AuditProgress()
    object.audit.stage = stage
    object.audit.changes = object.allocator.changes
  }

  /// Goes on with the stage that it is at.
  private func auditStage(_ left: inout Int) {
    let isDone =
      switch object.audit.stage {
      case .forgetting: forgetExpectations(&left)
      case .expecting: forEachAudited(&left) { $0.expectReferences(&$1) }
      case .comparing: compareReferences(&left)
      case .reservations: forEachAudited(&left) { $0.compareReservation(&$1) }
      case .ports: forEachAudited(&left) { $0.auditPorts(&$1) }
      case .interrupts: auditPhysicalIRQs(&left)
      case .pins: forEachAudited(&left) { $0.countPins(&$1) }
      case .mappings: forEachAudited(&left) { $0.auditMappings(&$1) } && comparePins()
      case .done: false
      }
    if isDone { object.audit.advance() }
  }

  /// Has each domain from the one to go on at looked at by `body`, which says whether it is done with it.
  ///
  /// - Returns: whether all are.
  private func forEachAudited(_ left: inout Int, _ body: (Handle<Domain>, inout Int) -> Bool) -> Bool {
    while let domain = object.domains.atOrAfter(object.audit.domain) {
      guard left > 0 else { return false }
      // Charged behind it: the smallest piece gets on.
      guard body(domain, &left) else { return false }
      left &-= 20
      object.audit.leave(domain.object.id)
    }
    return true
  }

  /// Counts a fault of frames where what was found is not what was expected, and names it.
  func expectFrames(
    _ found: UInt64, _ expected: UInt64, _ what: StaticString, _ number: UInt64, of domain: DomainID
  ) {
    if found == expected { return }
    object.audit.faults.frames &+= 1
    name(what, number, domain, found, expected)
  }

  /// The same for ports.
  func expectPorts(_ found: UInt64, _ expected: UInt64, _ what: StaticString, _ number: UInt64, of domain: DomainID) {
    if found == expected { return }
    object.audit.faults.ports &+= 1
    name(what, number, domain, found, expected)
  }

  /// The same for grants.
  func expectGrants(_ found: UInt64, _ expected: UInt64, _ what: StaticString, _ number: UInt64, of domain: DomainID) {
    if found == expected { return }
    object.audit.faults.grants &+= 1
    name(what, number, domain, found, expected)
  }

  @inline(never)
  private func name(
    _ what: StaticString, _ number: UInt64, _ domain: DomainID, _ found: UInt64, _ expected: UInt64
  ) {
    guard object.audit.named < Self.namedFaults else { return }
    object.audit.named &+= 1
    log(
      .error, "audit: \(what) \(hex: number) of d\(domain): found \(hex: found), expected \(hex: expected)")
  }
}
