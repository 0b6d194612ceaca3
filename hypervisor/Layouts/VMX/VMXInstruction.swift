#if canImport(XenABI)
  import XenABI
#endif
#if canImport(CMachine)
  import CMachine
#endif

/// VMX instructions that take an operand in memory (Intel SDM vol. 3 30.3).
enum VMXInstruction {
  /// VMXON, VMCLEAR or VMPTRLD of the region at a machine address. False where the instruction failed.
  @inline(__always)
  static func onPointer(_ address: MachineAddress, _ instruction: (UInt) -> UInt32) -> Bool {
    var operand = address.rawValue
    // The operand lies on the stack for as long as the instruction reads it.
    return unsafe withUnsafeMutablePointer(to: &operand) { instruction(UInt(bitPattern: $0)) == 0 }
  }

  /// INVEPT: drops the guest-physical and combined translations that one EPT pointer led to, or all where the
  /// processor can't tell them apart (28.3.3.1).
  @inline(never)
  static func invalidateNested(_ eptPointer: UInt64, _ offered: VMXTranslation) {
    var descriptor: InlineArray<2, UInt64> = [eptPointer, 0]
    let type: UInt64 = offered.contains(.inveptSingle) ? 1 : 2
    // As above.
    _ = unsafe withUnsafeMutablePointer(to: &descriptor) { apus_invept(type, UInt(bitPattern: $0)) }
  }

  /// INVVPID: drops the linear and combined translations of one identifier, or all where the processor can't tell
  /// them apart (28.3.3.1).
  @inline(never)
  static func invalidateLinear(_ vpid: UInt16, _ offered: VMXTranslation) {
    var descriptor: InlineArray<2, UInt64> = [UInt64(vpid), 0]
    let type: UInt64 = offered.contains(.invvpidSingle) ? 1 : 2
    // As above.
    _ = unsafe withUnsafeMutablePointer(to: &descriptor) { apus_invvpid(type, UInt(bitPattern: $0)) }
  }

  /// INVVPID of all identifiers but the hypervisor's.
  @inline(never)
  static func invalidateLinear() {
    var descriptor: InlineArray<2, UInt64> = [0, 0]
    // As above.
    _ = unsafe withUnsafeMutablePointer(to: &descriptor) { apus_invvpid(2, UInt(bitPattern: $0)) }
  }
}
