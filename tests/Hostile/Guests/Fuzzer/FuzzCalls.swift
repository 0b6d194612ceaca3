import CGuest

/// Making calls up: which one, and the calls without a file of their own.
extension Fuzzer {
  /// A call with arguments that suit it, or don't.
  mutating func makeCall(isNested: Bool) -> FuzzCall {
    while true {
      var call = anyCall(isNested: isNested)
      if !isNested { choosePath(&call) }
      if !endsTheGuest(call) { return call }
    }
  }

  private mutating func anyCall(isNested: Bool) -> FuzzCall {
    switch random.below(100) {
    case 0..<18: memoryCall(isNested: isNested)
    case 18..<37: eventCall()
    case 37..<52: grantCall()
    case 52..<59: vcpuCall(isNested: isNested)
    case 59..<65: hvmCall()
    case 65..<67: isNested ? shortPoll() : schedulerCall()
    case 67..<71: versionCall()
    case 71..<73: consoleCall()
    case 73..<75: timerCall()
    case 75..<79: isNested ? unknownCall(HypercallNumber.multicall.rawValue) : multicall()
    case 79..<82: physicalDeviceCall()
    case 82..<86: controlCall()
    case 86..<89: apusCall()
    case 89..<91: vmAssistCall()
    case 91..<98: unknownCall(UInt32(random.below(64)))
    default: unknownCall(number32())
    }
  }

  private mutating func choosePath(_ call: inout FuzzCall) {
    call.width = width
    // The upper half of the number is not looked at.
    if random.chance(3) { call.number |= random.next() << 32 }
    switch random.below(100) {
    case 0..<4: call.path = .otherInstruction
    case 4..<12 where call.number < 64: call.path = .page
    default: break
    }
  }

  /// Whether a call ends the guest by right: there is nothing to see then. A control domain must not end others, nor
  /// the machine.
  func endsTheGuest(_ call: FuzzCall) -> Bool {
    let operation = UInt32(truncatingIfNeeded: call.arguments[0])
    if call.isOf(.scheduler) {
      if operation == SchedulerOperation.shutdown.rawValue { return true }
      // SCHEDOP_watchdog, which ends a guest on Xen; SCHEDOP_remote_shutdown on oneself.
      return operation == 6 || (isControlDomain && operation > 3)
    }
    if !isControlDomain { return false }
    // platform_op, kexec_op, and the control domain's own.
    let number = UInt32(truncatingIfNeeded: call.number)
    return number == 7 || number == 37 || call.isOf(.systemControl) || call.isOf(.domainControl)
      || call.isOf(.physicalDevice)
  }

  /// A call of any number, with arguments that fit nothing.
  private mutating func unknownCall(_ number: UInt32) -> FuzzCall {
    // A list of calls is only ever made on purpose.
    let isMulticall = number == HypercallNumber.multicall.rawValue
    var call = FuzzCall(UInt64(number))
    for index in 0..<5 {
      call.arguments[index] = random.chance(50) && !isMulticall ? place(random.below(UInt64(64)) + 1) : self.number()
    }
    if isMulticall { call.arguments[0] = 0 }
    // None that exists: frames, the place of the vCPU's record, and waiting are only ever meant.
    switch HypercallNumber(number) {
    case .memory: call.arguments[0] |= 32
    case .vcpu, .grantTable, .scheduler: call.arguments[0] |= 16
    default: break
    }
    return call
  }

  /// A call with a sub-operation as its first argument; sometimes with one that the structure is not for.
  mutating func operation(
    _ number: HypercallNumber, _ operation: UInt32, _ second: UInt64 = 0, _ third: UInt64 = 0
  ) -> FuzzCall {
    var call = FuzzCall(UInt64(number.rawValue))
    call.arguments[0] = UInt64(operation)
    call.operation = UInt64(operation)
    call.arguments[1] = second
    call.arguments[2] = third
    call.arguments[3] = random.chance(10) ? self.number() : 0
    call.arguments[4] = random.chance(10) ? self.number() : 0
    return call
  }

  /// Several calls in one, at a place behind which nothing is mapped where the count is wrong.
  private mutating func multicall() -> FuzzCall {
    var call = FuzzCall(UInt64(HypercallNumber.multicall.rawValue))
    let width = width
    let written = 1 + random.below(UInt64(8))
    let size = UInt64(MulticallEntry.size(width))
    let address = place(written * size, list: .calls)
    let bounded = isBounded
    for index in 0..<written {
      let inner = makeCall(isNested: true)
      let entry = MulticallEntry(
        number: inner.number, first: inner.arguments[0], second: inner.arguments[1], third: inner.arguments[2],
        fourth: inner.arguments[3], fifth: inner.arguments[4])
      write(entry, at: address &+ index * size, maySpoil: false)
    }
    call.arguments[0] = address
    call.arguments[1] = bounded && random.chance(30) ? number() : written
    return call
  }

  private mutating func timerCall() -> FuzzCall {
    var call = FuzzCall(UInt64(HypercallNumber.setTimer.rawValue))
    let time = deadline().rawValue
    call.arguments[0] = time
    if width == .bits32 { call.arguments[1] = time >> 32 }
    return call
  }

  private mutating func versionCall() -> FuzzCall {
    let number = random.chance(90) ? UInt32(random.below(11)) : number32()
    return operation(.version, number, place(random.chance(50) ? 1024 : 16))
  }

  private mutating func consoleCall() -> FuzzCall {
    let count = random.chance(50) ? random.below(UInt64(300)) : number()
    if random.chance(50) || isControlDomain {
      // What a control domain writes appears: nothing at a bad place.
      return operation(.console, ConsoleOperation.write.rawValue, isControlDomain ? 0 : count, place(64))
    }
    var call = operation(.console, ConsoleOperation.read.rawValue, count, place(64))
    call.refusal = .privileged
    return call
  }

  private mutating func vmAssistCall() -> FuzzCall {
    operation(.vmAssist, UInt32(random.below(3)), random.chance(80) ? random.below(UInt64(34)) : number())
  }

  /// A wait that ends by itself, whatever calls before it in the same list have switched off. It lies where none of
  /// them writes.
  private mutating func shortPoll() -> FuzzCall {
    let address = Playground.window &+ ListKind.polls.page << pageShift
    let poll = SchedulerPoll(deadline: Clock.now.adding(.microseconds(random.below(UInt64(1000)))))
    write(poll, at: address, maySpoil: false)
    return operation(.scheduler, random.chance(50) ? 0 : SchedulerOperation.poll.rawValue, address)
  }

  private mutating func schedulerCall() -> FuzzCall {
    mayWait = true
    switch random.below(10) {
    case 0..<5: return operation(.scheduler, SchedulerOperation.yield.rawValue, number())
    case 5: return operation(.scheduler, SchedulerOperation.block.rawValue, number())
    case 6..<8:
      let ports = place(64)
      let few = random.below(UInt64(8))
      for index in 0..<few { write(port32: port(), at: ports &+ index * 4) }
      let poll = SchedulerPoll(
        ports: GuestVirtualAddress(ports), portCount: random.chance(90) ? UInt32(few) : number32(),
        deadline: deadline())
      return operation(.scheduler, SchedulerOperation.poll.rawValue, put(poll))
    case 8:
      let argument = SchedulerRemoteShutdown(domain: domain(), reason: ShutdownReason(rawValue: number32()))
      var call = operation(.scheduler, SchedulerOperation.remoteShutdown.rawValue, put(argument))
      call.refusal = .privileged
      return call
    default: return operation(.scheduler, number32(), place(16))
    }
  }

  private mutating func write(port32 port: EventPort, at address: UInt64) {
    let own = width
    width = .bits32
    write(word: UInt64(port.rawValue), at: address)
    width = own
  }

  /// A place that the hypervisor goes on writing to. Never in the window's tables: they would not stay as they are
  /// restored, and entries made of times lead to where the fuzzer lives.
  private mutating func keptPlace(_ byteCount: UInt64, isNested: Bool) -> UInt64 {
    if !isNested { playground.restoreTables() }
    let address = place(byteCount)
    return playground.areTablesClean ? address : 0
  }

  private mutating func vcpuCall(isNested: Bool) -> FuzzCall {
    let id = UInt64(vcpu().rawValue)
    switch random.below(11) {
    case 0: return operation(.vcpu, VCPUOperation.isUp.rawValue, id)
    case 1: return operation(.vcpu, VCPUOperation.getRunstate.rawValue, id, place(48))
    case 2:
      let area = RegisterRunstateArea(address: GuestVirtualAddress(keptPlace(48, isNested: isNested)))
      return operation(.vcpu, VCPUOperation.registerRunstateArea.rawValue, id, put(area))
    case 3:
      let area = RegisterTimeArea(address: GuestVirtualAddress(keptPlace(32, isNested: isNested)))
      return operation(.vcpu, VCPUOperation.registerTimeArea.rawValue, id, put(area))
    case 4:
      let period = random.chance(50) ? Nanoseconds.milliseconds(1 + random.below(UInt64(20))) : Nanoseconds(number())
      return operation(.vcpu, VCPUOperation.setPeriodicTimer.rawValue, id, put(SetPeriodicTimer(period: period)))
    case 5: return operation(.vcpu, VCPUOperation.stopPeriodicTimer.rawValue, id, number())
    case 6:
      let flags = SingleshotTimerFlags(rawValue: random.chance(70) ? UInt32(random.below(2)) : number32())
      let timer = SetSingleshotTimer(deadline: deadline(), flags: flags)
      return operation(.vcpu, VCPUOperation.setSingleshotTimer.rawValue, id, put(timer))
    case 7: return operation(.vcpu, VCPUOperation.stopSingleshotTimer.rawValue, id, number())
    case 8: return vcpuInfoCall(id)
    default:
      // Every number but that of the record's place.
      let number = number32()
      return operation(.vcpu, number == VCPUOperation.registerInfo.rawValue ? 0 : number, id, place(64))
    }
  }

  /// The record may move once, and the fuzzer must know where it is. Where it has not moved, the call is for another
  /// vCPU: through spoiled tables the hypervisor may read any page as the argument, with a place in it that will do.
  private mutating func vcpuInfoCall(_ id: UInt64) -> FuzzCall {
    let offset = random.chance(50) ? UInt32(random.below(4096)) : number32()
    let address = put(RegisterVCPUInfo(frame: frame(), offset: offset))
    let other = repairs.hasMovedRecord ? id : max(id, 1)
    return operation(.vcpu, VCPUOperation.registerInfo.rawValue, other, address)
  }

  private mutating func hvmCall() -> FuzzCall {
    switch random.below(8) {
    case 0..<3:
      let domain = domain()
      let index = HVMParameter(random.chance(85) ? UInt32(random.below(45)) : number32())
      let value = random.chance(30) ? UInt64(random.below(256)) | 2 << 56 : number()
      let argument = HVMParameterValue(domain: domain, index: index, value: value)
      var call = operation(.hvm, HVMOperation.setParameter.rawValue, put(argument))
      if isForeign(domain) && isPlaced { call.refusal = .foreign }
      return call
    case 3..<6:
      let domain = domain()
      let index = HVMParameter(random.chance(85) ? UInt32(random.below(45)) : number32())
      var call = operation(
        .hvm, HVMOperation.getParameter.rawValue, put(HVMParameterValue(domain: domain, index: index)))
      if isForeign(domain) && isPlaced { call.refusal = .foreign }
      return call
    case 6:
      let argument = HVMUpcallVector(vcpu: vcpu(), vector: UInt8(random.below(256)))
      return operation(.hvm, HVMOperation.setUpcallVector.rawValue, put(argument))
    default: return operation(.hvm, isApus ? number32() : UInt32(random.below(2)), place(64))
    }
  }
}
