#if canImport(XenABI)
  import XenABI
#endif

/// Instructions that the hypervisor carries out for a guest, since they reached for what is no memory.
extension DecodedInstruction {
  /// Carries the instruction out, one element of a string: its accesses to memory, what it does to registers and flags,
  /// and the step behind it.
  ///
  /// All that it reads and writes is translated, and the rights to it are asked, before any of that is done: what is
  /// refused has changed nothing.
  ///
  /// - Parameters:
  ///   - vcpu: whose registers count, the instruction pointer among them.
  ///   - segmentBase: as for `linearAddress`.
  package func carryOut(
    for vcpu: Handle<VCPU>, segmentBase: (AddressSegment) -> UInt64
  ) throws(OperandError) {
    var registers = vcpu.object.registers
    if isExhausted(registers) {
      skip(&registers)
    } else {
      var source: EmulatedOperand?
      if hasSecondOperand {
        source = try EmulatedOperand(
          vcpu, at: linearAddress(self.source, registers, segmentBase: segmentBase), size: operandSize, for: .read)
      }
      let operand = try EmulatedOperand(
        vcpu, at: linearAddress(memory, registers, segmentBase: segmentBase), size: operandSize,
        for: writesMemory ? .write : .read)
      let first = source?.read() ?? (readsMemory ? operand.read() : 0)
      let second = operation == .compareString ? operand.read() : 0
      if let result = execute(read: first, and: second, on: &registers) { operand.write(result) }
      advance(&registers)
    }
    vcpu.object.registers = registers
  }

  /// Whether a string has its source in memory and its destination too.
  private var hasSecondOperand: Bool { operation == .moveString || operation == .compareString }
}
