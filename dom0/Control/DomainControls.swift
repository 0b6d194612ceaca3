/// What the control domain may do to others: hypercalls 35 and 36 (public headers `sysctl.h`, `domctl.h`), and Apus's
/// own ones on domains.
enum DomainControls {
  /// How many domains are asked for at once.
  private static var batch: Int { 32 }
  /// The first number that is no domain's (`DOMID_FIRST_RESERVED`).
  private static var firstReserved: UInt16 { 0x7FF0 }

  /// Every domain there is, by ascending number.
  static func list() throws(GuestError) -> [DomainInformation] {
    var all: [DomainInformation] = []
    var buffer = [DomainInformation](repeating: DomainInformation(), count: batch)
    var first = DomainID.zero
    while first.rawValue < firstReserved {
      var count = 0
      let result = withAddress(of: &buffer) { address in
        var argument = SystemControlListDomains(
          firstDomain: first, maximumCount: UInt32(batch), buffer: GuestVirtualAddress(address))
        let result = Result { () throws(GuestError) in try Hypercall.systemControlListDomains(&argument) }
        count = min(Int(argument.count), batch)
        return result
      }
      _ = try result.get()
      all.append(contentsOf: buffer[..<count])
      guard count == batch, let last = all.last else { break }
      first = DomainID(last.domain.rawValue + 1)
    }
    return all
  }

  /// The name that a domain was built with, of printable characters only; nil where the hypervisor keeps none.
  static func name(of domain: DomainID) -> String? {
    var argument = ApusDomainName(domain: domain)
    do {
      try Hypercall.apusDomainName(&argument)
    } catch {
      return nil
    }
    var bytes: [UInt8] = []
    for index in argument.name.indices where argument.name[index] != 0 { bytes.append(argument.name[index]) }
    return bytes.isEmpty ? nil : PlainText.of(bytes)
  }

  /// The rings that a domain runs in, and the root of its nested page tables; nil where the hypervisor does not tell.
  static func ringLayout(of domain: DomainID) -> ApusRingLayout? {
    var argument = ApusRingLayout(domain: domain)
    do {
      try Hypercall.apusRingLayout(&argument)
    } catch {
      return nil
    }
    return argument
  }

  static func pause(_ domain: DomainID) throws(GuestError) {
    try Hypercall.domainControlPause(control(.pause, domain))
  }

  static func unpause(_ domain: DomainID) throws(GuestError) {
    try Hypercall.domainControlUnpause(control(.unpause, domain))
  }

  private static func control(_ operation: DomainControlOperation, _ domain: DomainID) -> DomainControl {
    DomainControl(header: DomainControlHeader(operation: operation, domain: domain))
  }
}
