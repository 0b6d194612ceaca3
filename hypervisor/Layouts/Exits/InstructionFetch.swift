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
    var instruction = L.deliveredInstruction(vcpu)
    if instruction.count > 0 { return instruction }
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
        guard memory.read(translation.address, count: count, into: &raw, at: instruction.count) else { break }
        instruction.count &+= count
      } catch {
        break
      }
    }
    return instruction
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
