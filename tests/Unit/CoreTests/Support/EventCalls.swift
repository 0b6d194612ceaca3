import XenABI

@testable import Core

/// event_channel_op as a guest makes it.
extension TestDomain {
  func allocateUnbound(
    for remote: DomainID, of domain: DomainID = .current
  ) throws(HypercallError) -> EventPort {
    try call(EventChannelAllocateUnbound(domain: domain, remoteDomain: remote)) {
      $0.eventChannelAllocateUnbound
    }.port
  }

  func bindInterdomain(_ remote: DomainID, _ port: EventPort) throws(HypercallError) -> EventPort {
    try call(EventChannelBindInterdomain(remoteDomain: remote, remotePort: port)) {
      $0.eventChannelBindInterdomain
    }.localPort
  }

  func bind(_ interrupt: VirtualIRQ, vcpu: VCPUID = .zero) throws(HypercallError) -> EventPort {
    try call(EventChannelBindVirtualIRQ(virtualIRQ: interrupt, vcpu: vcpu)) { $0.eventChannelBindVirtualIRQ }.port
  }

  func bind(_ interrupt: PhysicalIRQ) throws(HypercallError) -> EventPort {
    try call(EventChannelBindPhysicalIRQ(physicalIRQ: interrupt)) { $0.eventChannelBindPhysicalIRQ }.port
  }

  func bindIPI(vcpu: VCPUID = .zero) throws(HypercallError) -> EventPort {
    try call(EventChannelBindIPI(vcpu: vcpu)) { $0.eventChannelBindIPI }.port
  }

  func close(_ port: EventPort) throws(HypercallError) {
    _ = try call(EventChannelClose(port: port)) { $0.eventChannelClose }
  }

  func send(_ port: EventPort) throws(HypercallError) {
    _ = try call(EventChannelSend(port: port)) { $0.eventChannelSend }
  }

  func unmask(_ port: EventPort) throws(HypercallError) {
    _ = try call(EventChannelUnmask(port: port)) { $0.eventChannelUnmask }
  }

  func bindVCPU(_ port: EventPort, _ vcpu: VCPUID) throws(HypercallError) {
    _ = try call(EventChannelBindVCPU(port: port, vcpu: vcpu)) { $0.eventChannelBindVCPU }
  }

  func status(_ port: EventPort, of domain: DomainID = .current) throws(HypercallError) -> EventChannelStatus {
    try call(EventChannelStatus(domain: domain, port: port)) { $0.eventChannelStatus }
  }

  /// Makes the call until it is finished; how often that took.
  func reset(_ domain: DomainID = .current) throws(HypercallError) -> Int {
    write(EventChannelReset(domain: domain))
    var calls = 1
    while try caller.eventChannelReset(Self.scratch) != .done(0) { calls += 1 }
    return calls
  }
}

/// Two domains with a channel between them.
struct ConnectedDomains {
  let machine = TestMachine()
  let first: TestDomain
  let second: TestDomain
  let firstPort: EventPort
  let secondPort: EventPort

  init(width: CallWidth = .bits64) throws {
    first = machine.makeDomain(0, isPrivileged: true, width: width)
    second = machine.makeDomain(1, width: width)
    firstPort = try first.allocateUnbound(for: DomainID(1))
    secondPort = try second.bindInterdomain(.zero, firstPort)
    // The new end looks once in any case; the guests have done that here.
    _ = second.consume(secondPort)
    second.acknowledgeUpcall()
  }
}

extension EventPort: Hashable {}
extension DomainID: Hashable {}
