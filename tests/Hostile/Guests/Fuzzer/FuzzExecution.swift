import CFuzz
import CGuest

/// Making a call, and looking at what it did.
extension Fuzzer {
  mutating func execute(_ call: FuzzCall) {
    if mayWait { repairs.armClock() }
    let expected = loadRegisters(call)
    let target = address(of: call)
    let returned = call.width == .bits64 ? cfuzz_run64(target) : cfuzz_run32(target)
    // The flags are as the call left them.
    InterruptFlag.clear()
    playground.restoreTables()
    if returned {
      let result = result(of: call)
      tally.count(result)
      check(call, result)
      checkRegisters(call, expected)
      if result >= 0 { learn(call) }
    } else {
      tally.faults += 1
    }
    if mayWait { repairs.stopClock() }
    repair(after: call)
    if random.chance(10) {
      InterruptFlag.set()
      cguest_pause()
      InterruptFlag.clear()
    }
  }

  private func address(of call: FuzzCall) -> UInt64 {
    let isVMX = Hypervisor.hypercallPath == .vmcall
    return switch call.path {
    case .instruction: isVMX ? Instruction.vmcall.address : Instruction.vmmcall.address
    case .otherInstruction: isVMX ? Instruction.vmmcall.address : Instruction.vmcall.address
    case .page: cguest_hypercall_page() &+ (call.number & 63) * 32
    }
  }

  /// Registers that a call must leave alone, as they were before it.
  struct KeptRegisters {
    var values = InlineArray<15, UInt64>(repeating: 0)
  }

  private mutating func loadRegisters(_ call: FuzzCall) -> KeptRegisters {
    for index in 0..<RunRegister.count { cfuzz_set(index, random.next()) }
    RunRegister.rax.value = call.number
    if call.width == .bits64 {
      RunRegister.rdi.value = call.arguments[0]
      RunRegister.rsi.value = call.arguments[1]
      RunRegister.rdx.value = call.arguments[2]
      RunRegister.r10.value = call.arguments[3]
      RunRegister.r8.value = call.arguments[4]
    } else {
      RunRegister.rbx.value = call.arguments[0]
      RunRegister.rcx.value = call.arguments[1]
      RunRegister.rdx.value = call.arguments[2]
      RunRegister.rsi.value = call.arguments[3]
      RunRegister.rdi.value = call.arguments[4]
    }
    // Carry, parity, adjust, zero, sign, direction and overflow as they come; interrupts where no call can change who
    // is interrupted, and how, and always where it may wait: the clock ends no poll with interrupts off.
    let letsInterrupts =
      random.chance(60) && !call.isOf(.memory) && !call.isOf(.multicall) && !call.isOf(.hvm) || mayWait
    RunRegister.flags.value = 2 | random.next() & 0xCD5 | (letsInterrupts ? 1 << 9 : 0)
    var kept = KeptRegisters()
    for index in 0..<RunRegister.count { kept.values[Int(index)] = cfuzz_get(index) }
    return kept
  }

  private func result(of call: FuzzCall) -> Int64 {
    let value = RunRegister.rax.value
    return call.width == .bits64 ? Int64(bitPattern: value) : Int64(Int32(truncatingIfNeeded: value))
  }

  /// What a domU must never get.
  private mutating func check(_ call: FuzzCall, _ result: Int64) {
    if isControlDomain || call.path == .otherInstruction { return }
    switch call.refusal {
    case .none: break
    case .privileged: checkRefusal(call, result, .notPermitted)
    case .unseen: checkRefusal(call, result, .notImplemented)
    case .foreign:
      if result >= 0 { report(call, result, "a call on another domain succeeded") }
    }
  }

  private mutating func checkRefusal(_ call: FuzzCall, _ result: Int64, _ error: HypercallError) {
    if result >= 0 {
      report(call, result, "a privileged call succeeded")
    } else if result != error.result && isApus {
      report(call, result, "a privileged call was refused, but not for the missing privilege")
    }
  }

  private mutating func report(_ call: FuzzCall, _ result: Int64, _ what: String) {
    let width = call.width == .bits64 ? "64" : "32"
    fail("number=\(call.number & 0xFFFF_FFFF) operation=\(call.arguments[0]) width=\(width) result=\(result): \(what)")
  }

  /// A hypercall changes its result and its arguments, and no other register.
  private mutating func checkRegisters(_ call: FuzzCall, _ kept: KeptRegisters) {
    for index in 0..<RunRegister.count {
      guard let register = RunRegister(rawValue: index), isKept(register, call.width) else { continue }
      if cfuzz_get(index) != kept.values[Int(index)] {
        fail("number=\(call.number & 0xFFFF_FFFF): register \(index) changed to \(cfuzz_get(index))")
      }
    }
  }

  private func isKept(_ register: RunRegister, _ width: CallWidth) -> Bool {
    switch register {
    case .rbx, .rbp, .r12, .r13, .r14, .r15: width == .bits64 || (register != .rbx && register != .rbp)
    default: false
    }
  }

  /// Notes what the hypervisor has given out, to be used again.
  private mutating func learn(_ call: FuzzCall) {
    let address = call.arguments[1]
    if call.isOf(.eventChannel) {
      switch EventChannelOperation(UInt32(truncatingIfNeeded: call.operation)) {
      case .bindInterdomain, .bindVirtualIRQ: remember(port: loadWord32(at: address &+ 8))
      case .allocateUnbound, .bindIPI: remember(port: loadWord32(at: address &+ 4))
      default: break
      }
    } else if call.isOf(.grantTable) && call.operation == GrantTableOperation.map.word {
      remember(handle: loadWord32(at: address &+ 20))
    }
  }

  /// Mends what the call may have broken that the fuzzer itself stands on.
  private mutating func repair(after call: FuzzCall) {
    let isMulticall = call.isOf(.multicall)
    if call.isOf(.memory) || isMulticall { repairs.mendSharedPage() }
    if (call.isOf(.hvm) || isMulticall) && !repairs.mendCallback() { fail("the callback can't be set again") }
    if (call.isOf(.eventChannel) || isMulticall) && !repairs.mendConsole() {
      fail("the console's port can't be connected again")
    }
  }

  /// Puts back some of what was given away, so that calls go on finding something.
  mutating func refresh() {
    for _ in 0..<4 { repairs.renew(playground.toy(random.next())) }
    writeGrantEntries(8)
    if random.chance(3) { repairs.closePorts(from: 64) }
  }

  /// Looks at what nothing may have changed.
  mutating func inspect() {
    if !playground.patternIsIntact { fail("a page was written through a mapping that is to be read only") }
    repairs.resetLocalAPIC()
  }
}
