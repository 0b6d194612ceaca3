#if canImport(Core)
  import Core
#endif

/// MOV to CR4, the one write of CR0, CR3 and CR4 that exits. What is in the VMCB is what the guest reads.
extension SVMLayout {
  package static func writeControlRegister(_ vcpu: Handle<VCPU>, _ access: ControlRegisterAccess) -> Bool {
    guard access.number == 4, !access.isRead else { return false }
    readPointers(vcpu)
    let vmcb = vcpu.vmcb
    let operand = vcpu.object.registers[encoding: access.register]
    let change = CR4Change(
      from: ControlRegister4(rawValue: vmcb.cr4), to: codeSize(vcpu) == .bits64 ? operand : operand & 0xFFFF_FFFF,
      offered: vcpu.object.domain.cpuid.object.offeredControlRegister4, cr3: vmcb.cr3,
      isLongMode: ExtendedFeatures(rawValue: vmcb.efer).contains(.longModeActive))
    guard let outcome = change.outcome else { return false }
    vmcb.cr4 = outcome.cr4.rawValue
    vcpu.object.pagingIsCurrent = false
    if outcome.flushes { vcpu.object.attention.formUnion(.flush) }
    skipInstruction(vcpu)
    return true
  }

  /// Each write of CR4 is held against the answers as they are then.
  package static func takePolicy(_ vcpu: Handle<VCPU>) {
    let offered = vcpu.object.domain.cpuid.object.offeredControlRegister4
    vcpu.vmcb.cr4 &= offered.rawValue
  }
}
