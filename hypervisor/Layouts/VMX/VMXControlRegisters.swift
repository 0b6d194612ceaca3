#if canImport(XenABI)
  import XenABI
#endif
#if canImport(Core)
  import Core
#endif

/// MOV to CR0 and CR4, where the guest wants what VMX operation or the hypervisor does not let it have.
extension VMXLayout {
  /// The bits of CR0 that the guest only seems to set: NE, which VMX operation fixes, and CD and NW, which neither
  /// entry nor exit switches (Intel SDM vol. 3 26.3.2.1) and which would slow the whole machine down.
  static var ownedCR0: UInt64 {
    ControlRegister0.numericError.union(.cacheDisable).union(.notWriteThrough).rawValue
  }

  /// The bits of CR4 that are ring -1's whatever the guest does, and that it reads as zero: VMXE, which VMX operation
  /// fixes, and MCE, without which a machine check in the guest would shut the machine down before it could exit.
  static var heldCR4: ControlRegister4 { .vmx.union(.machineCheckEnable) }

  /// CR4 as the guest reads it.
  @inline(__always)
  static func visibleCR4(_ vmcs: CurrentVMCS) -> ControlRegister4 {
    ControlRegister4(rawValue: vmcs[.guestCR4]).subtracting(heldCR4)
  }

  /// Gives the guest a value of CR4, with what is held.
  static func setCR4(_ vcpu: Handle<VCPU>, _ value: ControlRegister4) {
    let host = ControlRegister4(rawValue: vcpu.object.cpu.vmx.object.host.cr4)
    vcpu.vmcs[.guestCR4] = value.union(.vmx).union(host.intersection(.machineCheckEnable)).rawValue
  }

  /// A guest that sets a bit of CR4 that it is not offered exits: its shadow is zero.
  package static func takePolicy(_ vcpu: Handle<VCPU>) {
    let vmcs = vcpu.vmcs
    let offered = vcpu.object.domain.cpuid.object.offeredControlRegister4
    vmcs[.cr4Mask] = ~offered.rawValue
    vmcs[.cr4Shadow] = 0
    setCR4(vcpu, visibleCR4(vmcs).intersection(offered))
  }

  /// CR0 as the guest reads it.
  static func visibleCR0(_ vmcs: CurrentVMCS) -> ControlRegister0 {
    ControlRegister0(rawValue: vmcs[.guestCR0] & ~ownedCR0 | vmcs[.cr0Shadow] & ownedCR0)
  }

  /// Does a MOV to CR0 or CR4 that exited, and moves past it. False where it raises #GP.
  package static func writeControlRegister(_ vcpu: Handle<VCPU>, _ access: ControlRegisterAccess) -> Bool {
    // CR4: the shadow of what the guest does not have is zero, so an exit means that it sets some of it.
    guard access.number == 0, !access.isRead else { return false }
    readPointers(vcpu)
    let isLong = codeSize(vcpu) == .bits64
    let operand = vcpu.object.registers[encoding: access.register]
    guard writeCR0(vcpu, isLong ? operand : operand & 0xFFFF_FFFF, isLong) else { return false }
    skipInstruction(vcpu)
    return true
  }

  /// MOV to CR0, with the changes of mode that it brings (Intel SDM vol. 2, MOV to control registers; vol. 3 9.8.5).
  private static func writeCR0(_ vcpu: Handle<VCPU>, _ value: UInt64, _ isLong: Bool) -> Bool {
    let vmcs = vcpu.vmcs
    let change = CR0Change(
      from: visibleCR0(vmcs), to: value, cr4: ControlRegister4(rawValue: vmcs[.guestCR4]),
      efer: ExtendedFeatures(rawValue: vmcs[.guestEFER]), isLongCode: isLong, isCodeLong: vmcs.code.isLong)
    guard let outcome = change.outcome else { return false }
    if outcome.loadsPointers, !loadPageDirectoryPointers(vcpu) { return false }
    let required = vcpu.object.cpu.vmx.object.capabilities.cr0.one
    let free = ControlRegister0.protectionEnable.union(.paging).rawValue
    vmcs[.cr0Shadow] = outcome.cr0.rawValue
    vmcs[.guestCR0] = outcome.cr0.rawValue & ~ownedCR0 | required & ~free
    vmcs[.guestEFER] = outcome.efer.rawValue
    let isActive = outcome.efer.contains(.longModeActive)
    vmcs.entry = isActive ? vmcs.entry.union(.ia32eModeGuest) : vmcs.entry.subtracting(.ia32eModeGuest)
    if outcome.flushes { flushLinear(vcpu) }
    return true
  }

  /// Loads the four entries that PAE paging caches (Intel SDM vol. 3 4.4.1). False where one has a reserved bit set.
  static func loadPageDirectoryPointers(_ vcpu: Handle<VCPU>) -> Bool {
    let vmcs = vcpu.vmcs
    let table = GuestPhysicalAddress(vmcs[.guestCR3] & 0xFFFF_FFE0)
    let memory = DomainMemory(vcpu.object.domain)
    let limit = UInt64(vcpu.object.cpu.vmx.object.capabilities.physicalAddressBits)
    var entries = InlineArray<4, UInt64>(repeating: 0)
    var index = 0
    while index < 4 {
      guard let entry = memory.loadEntry64(table.advanced(by: UInt64(index) &* 8)) else { return false }
      if entry & 1 != 0, entry & 0x1E6 != 0 || entry >> limit != 0 { return false }
      entries[index] = entry
      index &+= 1
    }
    vmcs[.guestPDPTE0] = entries[0]
    vmcs[.guestPDPTE1] = entries[1]
    vmcs[.guestPDPTE2] = entries[2]
    vmcs[.guestPDPTE3] = entries[3]
    return true
  }
}
