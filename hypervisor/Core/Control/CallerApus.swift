#if canImport(XenABI)
  import XenABI
#endif

/// Apus's own calls, number 52.
extension Caller {
  /// domain_name: the name that a domain was built with.
  ///
  /// - Throws: `noSuchDomain`, `notPermitted` for another domain's.
  func apusDomainName(_ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    var bytes = WireBytes()
    let (id, room) = try readName(argument, into: &bytes)
    let name = try subject(id).object.name
    var index = 0
    while index < room {
      bytes[8 &+ index] = index &+ 1 < room ? name.bytes[index] : 0
      index &+= 1
    }
    try memory.write(bytes, count: 8 &+ room, at: argument)
    return 0
  }

  /// Reads a name's structure, of which not all callers have the whole: it stays in its bytes, for it is long.
  ///
  /// - Returns: whose name it is about, and the bytes that the caller has for it, from 32 to 128.
  /// - Throws: `badAddress`.
  private func readName(
    _ argument: GuestVirtualAddress, into bytes: inout WireBytes
  ) throws(HypercallError) -> (DomainID, room: Int) {
    try memory.read(argument, count: 8, into: &bytes)
    let id = DomainID(bytes.span.loadChecked(at: 0, as: UInt16.self))
    let room = ApusDomainName(capacity: bytes.span.loadChecked(at: 2, as: UInt16.self)).byteCount &- 8
    try memory.read(argument, count: 8 &+ room, into: &bytes)
    return (id, room)
  }

  /// exit_statistics: how often a vCPU was left, by reason.
  ///
  /// - Throws: `noSuchDomain`, `notPermitted` for another domain's, `notFound` for no such vCPU, `badAddress`.
  func apusExitStatistics(_ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    var request = try memory.read(ApusExitStatistics.self, at: argument)
    guard let target = try subject(request.domain).vcpu(request.vcpu) else { throw .notFound }
    let statistics = target.object.exits
    let size = UInt64(ApusExitCount.size(width))
    var index: UInt8 = 0
    while let kind = ExitKind(rawValue: index), UInt32(index) < request.count {
      let count = ApusExitCount(reason: UInt32(index), count: statistics[kind])
      try memory.write(count, at: request.buffer.advanced(by: UInt64(index) &* size))
      index &+= 1
    }
    request.count = UInt32(ExitKind.count)
    try memory.write(request, at: argument)
    return 0
  }

  /// audit: counts frames, ports and grants anew, a piece at a time; returns the number of faults. The dispatch lets only
  /// the control domain in.
  ///
  /// - Throws: `tryAgain` where others change too much meanwhile.
  func apusAudit() throws(HypercallError) -> HypercallOutcome {
    guard let faults = try hypervisor.auditSome() else { return .repeats }
    return .done(hypervisor.report(faults))
  }

  /// ring_layout: which rings a domain runs in; for the control domain also the root of its nested tables.
  ///
  /// - Throws: `noSuchDomain`, `notPermitted` for another domain's.
  func apusRingLayout(_ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    var request = try memory.read(ApusRingLayout.self, at: argument)
    let subject = try subject(request.domain)
    request.layoutNumber = subject.object.layout.rawValue
    request.root = isPrivileged ? subject.object.p2m.root.address.rawValue : 0
    try memory.write(request, at: argument)
    return 0
  }
}

extension Caller {
  /// set_domain_name: gives a domain a name, for the log and for those who ask. The dispatch lets only the control domain
  /// in.
  ///
  /// - Throws: `noSuchDomain`; `invalidArgument` for no name, one of more than 127 bytes, or with other characters than
  ///   visible ones of ASCII; `alreadyExists` where another domain has it.
  func apusSetDomainName(_ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    var bytes = WireBytes()
    let (id, room) = try readName(argument, into: &bytes)
    let subject = try peer(id)
    var name = DomainName()
    while name.count < room, bytes[8 &+ name.count] != 0 {
      let byte = bytes[8 &+ name.count]
      guard name.count &+ 1 < room, byte > 0x20, byte < 0x7F else { throw .invalidArgument }
      name.append(byte)
    }
    guard name.count > 0 else { throw .invalidArgument }
    var next = hypervisor.object.domains.first
    while let other = next {
      guard other == subject || other.object.name != name || other.object.life.state >= .dying else {
        throw .alreadyExists
      }
      next = other.object.next
    }
    subject.object.name = name
    return 0
  }
}
