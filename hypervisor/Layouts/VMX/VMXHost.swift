#if canImport(XenABI)
  import XenABI
#endif
#if canImport(Machine)
  import Machine
#endif
#if canImport(CMachine)
  import CMachine
#endif
#if canImport(Core)
  import Core
#endif

/// Taking a CPU into VMX root operation.
package enum VMXHost {
  /// Enables VMX on this CPU and makes what the layout keeps for it.
  ///
  /// Checks the capabilities, sets CR4.VMXE and executes VMXON (Intel SDM vol. 3 23.7, 31.5). The CPU's descriptor
  /// tables, page tables and GS base have to be the final ones: exits load what is loaded now.
  package static func enable(_ cpu: Handle<CPU>) throws(LayoutRefusal) {
    try allowByFirmware()
    let capabilities = readCapabilities()
    let hypervisor = cpu.object.hypervisor
    let controls = try chooseControls(capabilities, hypervisor)
    let map = hypervisor.object.map
    guard let region = hypervisor.object.allocator.allocate(.page, owner: .hypervisor),
      let state = hypervisor.object.allocator.allocate(.page, owner: .hypervisor),
      let maps = hypervisor.object.allocator.allocate(VMXPermissionMaps.order, owner: .hypervisor)
    else { throw .outOfMemory }
    apus_write_cr0(capabilities.cr0.applied(to: apus_read_cr0()))
    apus_write_cr4(capabilities.cr4.applied(to: apus_read_cr4() | ControlRegister4.vmx.rawValue))
    apus_store32(map.base &+ UInt(region.address.rawValue), capabilities.basic.revision)
    guard VMXInstruction.onPointer(region.address, apus_vmxon) else { throw .instructionFailed }
    // Translations from before the last reset or the last VMXOFF may linger.
    VMXInstruction.invalidateNested(0, capabilities.translation.subtracting(.inveptSingle))
    if controls.secondary.contains(.vpid) { VMXInstruction.invalidateLinear() }
    _ = Handle<VMXCPUState>(
      placing: VMXCPUState(
        capabilities: capabilities, controls: controls, maps: VMXPermissionMaps(at: maps.address, in: map),
        host: VMXHostState()),
      at: state.address, in: map)
    cpu.object.layoutState = state.address
  }

  /// The format of the extended page tables that this CPU walks.
  package static func tableFormat(_ cpu: Handle<CPU>) -> NestedTableFormat {
    let offered = cpu.vmx.object.capabilities.translation
    return .extended(
      largestLeaf: offered.contains(.pages1G) ? .superpage1G : offered.contains(.pages2M) ? .superpage2M : .page)
  }

  /// IA32_FEATURE_CONTROL: bit 0 locks it, bit 2 allows VMX outside of SMX (23.7). Unlocked, it is ours to set.
  private static func allowByFirmware() throws(LayoutRefusal) {
    let control = ModelSpecificRegister.featureControl
    let value = control.value
    if value & 1 == 0 { control.value = value | 1 | 1 << 2 } else if value & 1 << 2 == 0 { throw .disabledByFirmware }
  }

  private static func readCapabilities() -> VMXCapabilities {
    let sizes = apus_cpuid(0x8000_0008, 0).eax
    return VMXCapabilities(
      physicalAddressBits: UInt8(truncatingIfNeeded: sizes), linearAddressBits: UInt8(truncatingIfNeeded: sizes >> 8)
    ) { ModelSpecificRegister($0.rawValue).value }
  }

  private static func chooseControls(
    _ capabilities: VMXCapabilities, _ hypervisor: Handle<Hypervisor>
  ) throws(LayoutRefusal) -> VMXControls {
    let secondary = SecondaryControls(rawValue: capabilities.secondary.allowed)
    let offered = capabilities.translation
    let hasTables = offered.contains(.walkOfFour) && !offered.isDisjoint(with: .writeBackTables.union(.uncachedTables))
    let hasFlush = offered.contains(.invept) && !offered.isDisjoint(with: .inveptSingle.union(.inveptAll))
    guard secondary.contains(.ept), hasTables, hasFlush else { throw .noNestedPaging }
    guard secondary.contains(.unrestrictedGuest) else { throw .noUnrestrictedGuest }
    do throws(UnsupportedControl) {
      return try VMXControls(capabilities)
    } catch {
      let expected: StaticString = error.isForced ? "free to be 0" : "offered"
      hypervisor.log(.error, "VMX control \(error.name): expected it to be \(expected)")
      throw .missingControl
    }
  }
}

/// What every exit loads: the processor's own state at the time VMX was enabled (Intel SDM vol. 3 24.5).
struct VMXHostState: BitwiseCopyable {
  let cr0 = apus_read_cr0()
  let cr3 = apus_read_cr3()
  let cr4 = apus_read_cr4()
  let efer = ModelSpecificRegister.efer.value
  let pat = ModelSpecificRegister.pageAttributeTable.value
  let fsBase = ModelSpecificRegister.fsBase.value
  let gsBase = ModelSpecificRegister.gsBase.value
  let gdtBase = apus_gdt_base()
  let idtBase = apus_idt_base()
  let taskSelector = apus_task_selector()

  /// Writes the host-state area, all but RSP and RIP, which the entry stub knows.
  func write(to vmcs: CurrentVMCS) {
    vmcs[.hostCR0] = cr0
    vmcs[.hostCR3] = cr3
    vmcs[.hostCR4] = cr4
    vmcs[.hostEFER] = efer
    vmcs[.hostPAT] = pat
    vmcs[.hostCSSelector] = DescriptorTables.codeSelector
    vmcs[.hostSSSelector] = DescriptorTables.dataSelector
    vmcs[.hostDSSelector] = DescriptorTables.dataSelector
    vmcs[.hostESSelector] = DescriptorTables.dataSelector
    vmcs[.hostFSSelector] = DescriptorTables.dataSelector
    vmcs[.hostGSSelector] = DescriptorTables.dataSelector
    vmcs[.hostTRSelector] = taskSelector
    vmcs[.hostFSBase] = fsBase
    vmcs[.hostGSBase] = gsBase
    vmcs[.hostTRBase] = taskBase
    vmcs[.hostGDTRBase] = gdtBase
    vmcs[.hostIDTRBase] = idtBase
    // The hypervisor uses no SYSENTER.
    vmcs[.hostSysenterCS] = 0
    vmcs[.hostSysenterESP] = 0
    vmcs[.hostSysenterEIP] = 0
  }

  /// The base in the task register's descriptor (7.2.3).
  private var taskBase: UInt64 {
    let descriptor = UInt(gdtBase) &+ UInt(taskSelector & ~7)
    let low = apus_load64(descriptor)
    return low >> 16 & 0xFF_FFFF | (low >> 56) << 24 | apus_load64(descriptor &+ 8) << 32
  }
}
