#if canImport(XenABI)
  import XenABI
#endif
#if canImport(Core)
  import Core
#endif

/// Gets at the instruction that exited: from the processor where it delivers it, else by a walk of the guest's tables.
enum InstructionFetch {
  /// The bytes at the instruction pointer, as many as can be had.
  static func fetch<L: Layout>(_: L.Type, _ vcpu: Handle<VCPU>) -> DeliveredInstruction {
    var bytes = L.deliveredInstruction(vcpu)
    _ = complete(L.self, vcpu, &bytes)
    return bytes
  }

  /// The instruction at the instruction pointer; nil where it is none that the decoder knows, or no memory.
  ///
  /// - Throws: what keeps the guest from fetching all of it now, though the processor had it: it can be in a second page.
  static func instruction<L: Layout>(
    _: L.Type, _ vcpu: Handle<VCPU>
  ) throws(OperandError) -> DecodedInstruction? {
    var bytes = L.deliveredInstruction(vcpu)
    let size = L.codeSize(vcpu)
    let missing = complete(L.self, vcpu, &bytes)
    do throws(DecodeError) {
      return try InstructionDecoder.decode(bytes.bytes, count: bytes.count, codeSize: size)
    } catch {
      if error == .needMoreBytes, let missing { throw .translation(missing) }
      return nil
    }
  }

  /// Adds the bytes that the processor did not deliver, up to where the guest can't fetch any; tells why it can't.
  private static func complete<L: Layout>(
    _: L.Type, _ vcpu: Handle<VCPU>, _ instruction: inout DeliveredInstruction
  ) -> PageWalkError? {
    if instruction.count >= 15 { return nil }
    L.readPointers(vcpu)
    let linear = vcpu.object.registers.rip &+ (L.codeSize(vcpu) == .bits64 ? 0 : L.segmentBase(vcpu, .cs))
    let memory = DomainMemory(vcpu.object.domain)
    let limits = vcpu.object.domain.object.hypervisor.object.pagingLimits
    while instruction.count < 15 {
      let address = GuestVirtualAddress(linear &+ UInt64(instruction.count))
      do throws(PageWalkError) {
        let translation = try vcpu.paging.translate(address, for: .execute, limits: limits, in: memory)
        let count = min(15 &- instruction.count, Int(pageSize &- address.offsetInPage))
        var span = instruction.bytes.mutableSpan
        var raw = unsafe span.mutableBytes  // bytes have no invalid values
        guard memory.read(translation.address, count: count, into: &raw, at: instruction.count) else { return nil }
        instruction.count &+= count
      } catch {
        return error
      }
    }
    return nil
  }

  static func decode(_ bytes: DeliveredInstruction, _ size: CodeSize) -> DecodedInstruction? {
    do throws(DecodeError) {
      return try InstructionDecoder.decode(bytes.bytes, count: bytes.count, codeSize: size)
    } catch {
      return nil
    }
  }

  static func length(_ bytes: DeliveredInstruction, _ size: CodeSize) -> UInt8? { decode(bytes, size)?.length }
}
