/// Calls on event channels, and on physical interrupts.
extension Fuzzer {
  mutating func eventCall() -> FuzzCall {
    switch random.below(26) {
    case 0..<4:
      let argument = EventChannelBindInterdomain(remoteDomain: domain(), remotePort: port())
      return event(.bindInterdomain, put(argument))
    case 4..<6:
      let virq = VirtualIRQ(random.chance(90) ? UInt32(random.below(26)) : number32())
      return event(.bindVirtualIRQ, put(EventChannelBindVirtualIRQ(virtualIRQ: virq, vcpu: vcpu())))
    case 6:
      let argument = EventChannelBindPhysicalIRQ(physicalIRQ: PhysicalIRQ(number32()), flags: number32())
      var call = event(.bindPhysicalIRQ, put(argument))
      call.refusal = .privileged
      return call
    case 7..<10: return event(.close, put(EventChannelClose(port: port())))
    case 10..<14: return event(.send, put(EventChannelSend(port: port())))
    case 14..<16:
      let domain = domain()
      let address = put(EventChannelStatus(domain: domain, port: port()))
      return event(.status, address, named: domain)
    case 16..<19:
      let domain = domain()
      let address = put(EventChannelAllocateUnbound(domain: domain, remoteDomain: self.domain()))
      return event(.allocateUnbound, address, named: domain)
    case 19: return event(.bindIPI, put(EventChannelBindIPI(vcpu: vcpu())))
    case 20: return event(.bindVCPU, put(EventChannelBindVCPU(port: port(), vcpu: vcpu())))
    case 21..<24: return event(.unmask, put(EventChannelUnmask(port: port())))
    case 24:
      // Rarely of itself: all that was built up is gone then.
      let domain = random.chance(10) ? DomainID.current : DomainID(UInt16(random.below(8)))
      return event(.reset, put(EventChannelReset(domain: domain), maySpoil: false), named: domain)
    default: return operation(.eventChannel, random.chance(70) ? UInt32(random.below(16)) : number32(), place(32))
    }
  }

  private mutating func event(
    _ operation: EventChannelOperation, _ address: UInt64, named domain: DomainID = .current
  ) -> FuzzCall {
    let isPlaced = isPlaced
    var call = self.operation(.eventChannel, operation.rawValue, address)
    if isForeign(domain) && isPlaced { call.refusal = .foreign }
    return call
  }

  mutating func physicalDeviceCall() -> FuzzCall {
    let address: UInt64
    let number: PhysicalDeviceOperation
    switch random.below(6) {
    case 0:
      number = .irqStatusQuery
      address = put(IRQStatusQuery(physicalIRQ: PhysicalIRQ(number32())))
    case 1:
      number = .endOfInterrupt
      address = put(EndOfInterrupt(physicalIRQ: PhysicalIRQ(number32())))
    case 2:
      number = .mapPhysicalIRQ
      address = put(
        MapPhysicalIRQ(
          domain: domain(), kind: PhysicalIRQKind(Int32(random.below(6))), index: Int32(random.below(64)),
          bus: Int32(random.below(4)), deviceFunction: Int32(random.below(256)), tableBase: self.number()))
    case 3:
      number = .unmapPhysicalIRQ
      address = put(UnmapPhysicalIRQ(domain: domain(), physicalIRQ: Int32(random.below(64))))
    case 4:
      number = .getFreePhysicalIRQ
      address = put(GetFreePhysicalIRQ())
    default: return operation(.physicalDevice, number32() | 64, place(32))
    }
    var call = operation(.physicalDevice, number.rawValue, address)
    call.refusal = .unseen
    return call
  }
}
