#if canImport(XenABI)
  import XenABI
#endif

/// Where an instruction's operands lie.
extension DecodedInstruction {
  /// The instruction pointer behind the instruction.
  package func nextIP(_ registers: borrowing GeneralRegisters) -> UInt64 {
    let next = registers.rip &+ UInt64(length)
    return codeSize == .bits64 ? next : next & 0xFFFF_FFFF
  }

  /// The source of a string instruction that has one.
  package var source: MemoryOperand {
    var operand = MemoryOperand(addressSize: memory.addressSize)
    operand.base = 6
    operand.segment = sourceSegment
    return operand
  }

  /// An operand's offset in its segment.
  package func effectiveAddress(_ operand: MemoryOperand, _ registers: borrowing GeneralRegisters) -> UInt64 {
    var offset = operand.displacement &+ bitStringOffset(registers)
    if let base = operand.base { offset &+= registers[encoding: base] }
    if let index = operand.index { offset &+= registers[encoding: index] &* UInt64(operand.scale) }
    if operand.isRelativeToIP { offset &+= nextIP(registers) }
    return truncated(offset, size: operand.addressSize)
  }

  /// How far from its operand's address BT, BTS, BTR or BTC with a bit number in a register reaches: the number is
  /// signed, and counts from the operand's lowest bit through all memory (Intel SDM vol. 2 BT; AMD APM vol. 3 BT).
  private func bitStringOffset(_ registers: borrowing GeneralRegisters) -> UInt64 {
    guard form == .memoryFromRegister else { return 0 }
    switch operation {
    case .bitTest, .bitTestAndSet, .bitTestAndReset, .bitTestAndComplement: break
    default: return 0
    }
    let bits = Int64(operandSize) &* 8
    let number = Int64(bitPattern: signExtended(registers.read(register, operandSize), size: operandSize))
    // The number of operands, rounded down, and the bytes of each.
    return UInt64(bitPattern: (number &- (number & (bits &- 1))) / 8)
  }

  /// An operand's linear address.
  ///
  /// `segmentBase` tells a segment's base; in 64-bit mode it is asked for FS and GS only. Limits and rights are the
  /// processor's to check, and it did before the access could fault in the domain's map.
  @inline(__always)
  package func linearAddress(
    _ operand: MemoryOperand, _ registers: borrowing GeneralRegisters, segmentBase: (AddressSegment) -> UInt64
  ) -> GuestVirtualAddress {
    let offset = effectiveAddress(operand, registers)
    guard codeSize == .bits64 else {
      return GuestVirtualAddress((segmentBase(operand.segment) &+ offset) & 0xFFFF_FFFF)
    }
    guard operand.segment == .fs || operand.segment == .gs else { return GuestVirtualAddress(offset) }
    return GuestVirtualAddress(segmentBase(operand.segment) &+ offset)
  }
}

/// What an instruction does to registers and memory.
extension DecodedInstruction {
  /// Carries the instruction out, but for its accesses to memory, which are the caller's.
  ///
  /// `value` is what was read, if `readsMemory`; `destination`, of CMPS, what was read at rDI. The result is what is to
  /// be written, if `writesMemory`. Registers and arithmetic flags change; `advance` then moves on. Instructions without
  /// an operand in memory do nothing here, and nor do those of ports.
  package func execute(
    read value: UInt64, and destination: UInt64 = 0, on registers: inout GeneralRegisters
  ) -> UInt64? {
    switch operation {
    case .move, .storeString, .loadString:
      if writesMemory { return storeValue(registers) }
      mergeRead(value, into: &registers)
      return nil
    case .moveZeroExtended, .moveSignExtended:
      mergeRead(value, into: &registers)
      return nil
    case .exchange:
      let result = storeValue(registers)
      mergeRead(value, into: &registers)
      return result
    case .moveString:
      return truncated(value, size: operandSize)
    case .compareString:
      compare(value, with: destination, on: &registers)
      return nil
    case .scanString:
      compare(registers.read(register, operandSize), with: value, on: &registers)
      return nil
    case .moveByteSwapped:
      if writesMemory { return byteSwapped(storeValue(registers)) }
      registers.write(register, byteSwapped(value), registerSize)
      return nil
    case .conditionalMove:
      // A doubleword's upper half is cleared either way.
      let result = condition.holds(registers.rflags) ? value : registers.read(register, registerSize)
      registers.write(register, result, registerSize)
      return nil
    case .setOnCondition: return condition.holds(registers.rflags) ? 1 : 0
    case .compareAndExchange: return compareAndExchange(truncated(value, size: operandSize), on: &registers)
    case .compareAndExchangePair: return compareAndExchangePair(value, on: &registers)
    case .bitScanForward, .bitScanReverse:
      var unit = ArithmeticUnit(size: operandSize, flags: registers.rflags)
      if let place = unit.scan(operation, truncated(value, size: operandSize)) {
        registers.write(register, place, registerSize)
      }
      registers.rflags = unit.flags
      return nil
    default:
      guard form != .none, form != .string else { return nil }
      return compute(value, on: &registers)
    }
  }

  /// The operand that is not in memory, which is what MOV, STOS or XCHG stores: the register's part, or the immediate,
  /// in the operand's bytes.
  package func storeValue(_ registers: borrowing GeneralRegisters) -> UInt64 {
    form == .memoryFromImmediate || operation == .multiplyByImmediate
      ? truncated(immediate, size: operandSize) : registers.read(register, operandSize)
  }

  private func byteSwapped(_ value: UInt64) -> UInt64 {
    value.byteSwapped &>> (64 &- UInt64(operandSize) &* 8)
  }

  /// Sets the flags by a difference.
  private func compare(_ first: UInt64, with second: UInt64, on registers: inout GeneralRegisters) {
    var unit = ArithmeticUnit(size: operandSize, flags: registers.rflags)
    _ = unit.compute(.compare, truncated(first, size: operandSize), truncated(second, size: operandSize))
    registers.rflags = unit.flags
  }

  /// CMPXCHG: memory is written in either case, with what it held where that was not rAX.
  private func compareAndExchange(_ memory: UInt64, on registers: inout GeneralRegisters) -> UInt64 {
    let accumulator = RegisterOperand(0)
    compare(registers.read(accumulator, operandSize), with: memory, on: &registers)
    if registers.rflags & ArithmeticUnit.zero != 0 { return storeValue(registers) }
    registers.write(accumulator, memory, operandSize)
    return memory
  }

  /// CMPXCHG8B: the same with EDX:EAX and ECX:EBX, and of the flags with ZF alone.
  private func compareAndExchangePair(_ memory: UInt64, on registers: inout GeneralRegisters) -> UInt64 {
    if memory == registers.rdx << 32 | registers.rax & 0xFFFF_FFFF {
      registers.rflags |= ArithmeticUnit.zero
      return registers.rcx << 32 | registers.rbx & 0xFFFF_FFFF
    }
    registers.rflags &= ~ArithmeticUnit.zero
    registers.rax = memory & 0xFFFF_FFFF
    registers.rdx = memory >> 32
    return memory
  }

  /// Puts what was read into the register, extended as the instruction says.
  package func mergeRead(_ value: UInt64, into registers: inout GeneralRegisters) {
    let extended =
      operation == .moveSignExtended
      ? signExtended(value, size: operandSize) : truncated(value, size: operandSize)
    registers.write(register, extended, registerSize)
  }

  /// Does the arithmetic; gives what memory becomes, if it changes.
  private func compute(_ value: UInt64, on registers: inout GeneralRegisters) -> UInt64? {
    let memory = truncated(value, size: operandSize)
    let other = storeValue(registers)
    var unit = ArithmeticUnit(size: operandSize, flags: registers.rflags)
    let result =
      form == .registerFromMemory
      ? unit.compute(operation, other, memory) : unit.compute(operation, memory, other)
    registers.rflags = unit.flags
    if operation == .exchangeAndAdd { registers.write(register, memory, registerSize) }
    if writesMemory { return result }
    if form == .registerFromMemory, operation != .compare { registers.write(register, result, registerSize) }
    return nil
  }

  /// Whether a repeated string instruction has nothing more to do: no access, only `skip`.
  package func isExhausted(_ registers: borrowing GeneralRegisters) -> Bool {
    guard form == .string, repetition != .once else { return false }
    return truncated(registers.rcx, size: memory.addressSize) == 0
  }

  /// Moves behind the instruction.
  package func skip(_ registers: inout GeneralRegisters) {
    registers.rip = nextIP(registers)
  }

  /// Moves behind the instruction; of a string, behind one element, and behind the instruction when none is left.
  package func advance(_ registers: inout GeneralRegisters) {
    guard form == .string else { return skip(&registers) }
    let size = memory.addressSize
    // RFLAGS.DF: downwards.
    let step = registers.rflags & 1 << 10 == 0 ? UInt64(operandSize) : 0 &- UInt64(operandSize)
    if usesSource { registers.write(RegisterOperand(6), registers.rsi &+ step, size) }
    if usesDestination { registers.write(RegisterOperand(7), registers.rdi &+ step, size) }
    if repetition != .once {
      registers.write(RegisterOperand(1), registers.rcx &- 1, size)
      let isEqual = registers.rflags & ArithmeticUnit.zero != 0
      let goesOn = !comparesString || isEqual == (repetition == .whileEqual)
      guard isExhausted(registers) || !goesOn else { return }
    }
    skip(&registers)
  }
}

extension GeneralRegisters {
  /// The low `size` bytes of a register, or its second byte.
  package func read(_ operand: RegisterOperand, _ size: UInt8) -> UInt64 {
    let value = self[encoding: operand.number]
    return truncated(operand.isHighByte ? value >> 8 : value, size: size)
  }

  /// Writes the low `size` bytes of a register: of 4 bytes, the upper half becomes zero; of fewer, the rest stays
  /// (Intel SDM vol. 1 3.4.1.1; AMD APM vol. 1 3.1.2).
  package mutating func write(_ operand: RegisterOperand, _ value: UInt64, _ size: UInt8) {
    if size >= 4 {
      self[encoding: operand.number] = truncated(value, size: size)
      return
    }
    let shift: UInt64 = operand.isHighByte ? 8 : 0
    let mask = truncated(.max, size: size) &<< shift
    let old = self[encoding: operand.number]
    self[encoding: operand.number] = old & ~mask | value &<< shift & mask
  }
}
