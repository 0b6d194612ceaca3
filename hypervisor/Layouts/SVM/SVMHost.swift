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

/// Why a processor can't be taken into ring -1.
package enum LayoutRefusal: Error, BitwiseCopyable {
  case absent, disabledByFirmware, noNestedPaging, noUnrestrictedGuest, missingControl, instructionFailed, outOfMemory

  /// What was expected, in words.
  package var message: StaticString {
    switch self {
    case .absent: "the processor has neither VT-x nor AMD-V: expected CPUID to show VMX or SVM"
    case .disabledByFirmware: "the firmware has switched virtualization off: enable VT-x or SVM in its setup"
    case .noNestedPaging: "no nested paging: expected EPT (VT-x) or NPT (AMD-V)"
    case .noUnrestrictedGuest: "no unrestricted guest: expected a VT-x processor of 2010 or later"
    case .missingControl: "a VMX control that is needed can't be set on this processor"
    case .instructionFailed: "VMXON was refused by the processor"
    case .outOfMemory: "no memory left for the control structures"
    }
  }
}

/// Taking a CPU into SVM host mode.
package enum SVMHost {
  /// Enables SVM on this CPU and makes what the layout keeps for it.
  ///
  /// Sets EFER.SVME and VM_HSAVE_PA (AMD APM vol. 2 15.4, 15.30.4), builds the permission maps, and puts the host's
  /// hidden state into a VMCB of its own.
  package static func enable(_ cpu: Handle<CPU>) throws(LayoutRefusal) {
    let features = SVMFeatures()
    if ModelSpecificRegister.vmControl.value >> 4 & 1 != 0 { throw .disabledByFirmware }
    guard features.hasNestedPaging else { throw .noNestedPaging }
    let hypervisor = cpu.object.hypervisor
    let map = hypervisor.object.map
    guard let save = hypervisor.object.allocator.allocate(.page, owner: .hypervisor),
      let host = hypervisor.object.allocator.allocate(.page, owner: .hypervisor),
      let state = hypervisor.object.allocator.allocate(.page, owner: .hypervisor),
      let maps = hypervisor.object.allocator.allocate(FrameOrder(3), owner: .hypervisor)
    else { throw .outOfMemory }
    ModelSpecificRegister.efer.value |= 1 << 12
    ModelSpecificRegister.hostSaveArea.value = save.address.rawValue
    apus_vmsave(host.address.rawValue)
    _ = Handle<SVMCPUState>(
      placing: SVMCPUState(
        hostControlBlock: host.address, features: features, maps: SVMPermissionMaps(at: maps.address, in: map),
        asids: AddressSpaceIDs(count: features.asidCount)),
      at: state.address, in: map)
    cpu.object.layoutState = state.address
  }
}

extension Handle where Object == CPU {
  @inline(__always)
  var svm: Handle<SVMCPUState> { Handle<SVMCPUState>(at: object.layoutState, in: object.hypervisor.object.map) }
}

extension Handle where Object == VCPU {
  @inline(__always)
  var svm: Handle<SVMVCPUState> {
    Handle<SVMVCPUState>(at: object.layoutState, in: object.domain.object.hypervisor.object.map)
  }

  @inline(__always)
  var vmcb: VMCB { VMCB(base: object.controlPointer) }
}
