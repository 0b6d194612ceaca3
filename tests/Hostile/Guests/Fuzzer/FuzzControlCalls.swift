/// Calls that only the control domain may make, and Apus's own.
extension Fuzzer {
  mutating func controlCall() -> FuzzCall {
    let version = random.chance(80) ? DomainControlOperation.interfaceVersion : number32()
    var call: FuzzCall
    if random.chance(60) {
      call = FuzzCall(UInt64(HypercallNumber.domainControl.rawValue))
      let operation = DomainControlOperation(UInt32(random.below(90)))
      call.arguments[0] = put(DomainControlHeader(operation: operation, version: version, domain: domain()))
    } else {
      call = FuzzCall(UInt64(HypercallNumber.systemControl.rawValue))
      let operation = SystemControlOperation(UInt32(random.below(32)))
      call.arguments[0] = put(SystemControlHeader(operation: operation, version: version))
    }
    call.operation = 0
    call.refusal = .privileged
    return call
  }

  mutating func apusCall() -> FuzzCall {
    let domain = domain()
    let address: UInt64
    let number: ApusOperation
    var refusal = FuzzCall.Refusal.none
    switch random.below(5) {
    case 0:
      number = .domainName
      address = put(ApusDomainName(domain: domain))
    case 1:
      number = .exitStatistics
      let buffer = GuestVirtualAddress(place(320))
      address = put(
        ApusExitStatistics(
          domain: domain, vcpu: vcpu(), buffer: buffer, count: UInt32(truncatingIfNeeded: count(20))))
    case 2:
      number = .ringLayout
      address = put(ApusRingLayout(domain: domain))
    case 3:
      number = .audit
      address = place(8)
      refusal = .privileged
    default: return operation(.apus, number32() | 16, place(64))
    }
    if refusal == .none && isForeign(domain) && isPlaced { refusal = .foreign }
    // The audit takes long, and would be granted.
    if number == .audit && isControlDomain { return operation(.apus, 16, address) }
    var call = operation(.apus, number.rawValue, address)
    if isApus { call.refusal = refusal }
    return call
  }
}
