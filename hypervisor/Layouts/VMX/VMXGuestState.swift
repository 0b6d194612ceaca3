#if canImport(XenABI)
  import XenABI
#endif
#if canImport(CMachine)
  import CMachine
#endif
#if canImport(Core)
  import Core
#endif

/// The VMCS of a new vCPU.
extension VMXLayout {
  package static func prepare(_ vcpu: Handle<VCPU>) {
    let domain = vcpu.object.domain
    let map = domain.object.hypervisor.object.map
    let cpu = vcpu.object.cpu.vmx
    let state = Handle<VMXVCPUState>(placing: VMXVCPUState(), at: vcpu.object.layoutState, in: map)
    state.object.eptPointer = eptPointer(domain.object.p2m.root, cpu.object.capabilities.translation)
    apus_store32(map.base &+ UInt(vcpu.object.controlBlock.rawValue), cpu.object.capabilities.basic.revision)
    cpu.object.prepare(vcpu.object.controlBlock)
    let vmcs = vcpu.vmcs
    cpu.object.host.write(to: vmcs)
    writeControls(vcpu, vmcs)
    takePolicy(vcpu)
    vmcs[.guestPAT] = 0x0007_0406_0007_0406
    vmcs[.guestDebugControl] = 0
    vcpu.object.refreshPaging = { address in
      // The function is called with the address of the vCPU that holds it.
      VMXLayout.readPaging(unsafe Handle<VCPU>(UnsafeMutablePointer(bitPattern: address).unsafelyUnwrapped))
    }
  }

  /// Memory type, walk length, accessed and dirty flags, root (Intel SDM vol. 3 24.6.11).
  private static func eptPointer(_ root: MachineFrame, _ offered: VMXTranslation) -> UInt64 {
    let memoryType: UInt64 = offered.contains(.writeBackTables) ? 6 : 0
    return root.address.rawValue | memoryType | 3 << 3 | (offered.contains(.accessedAndDirty) ? 1 << 6 : 0)
  }

  private static func writeControls(_ vcpu: Handle<VCPU>, _ vmcs: CurrentVMCS) {
    let cpu = vcpu.object.cpu.vmx
    let controls = cpu.object.controls
    let maps = cpu.object.maps
    vmcs[.pinControls] = controls.pin.rawValue
    vmcs[.primaryControls] = controls.primary.rawValue
    vmcs[.secondaryControls] = controls.secondary.rawValue
    vmcs[.exitControls] = controls.exit.rawValue
    vmcs[.entryControls] = controls.entry.rawValue
    // A guest can keep the processor busy for ever with #DB or #AC in their own delivery; #MC is the hypervisor's.
    vmcs[.exceptionBitmap] = 1 << 1 | 1 << 17 | 1 << 18
    vmcs[.pageFaultErrorMask] = 0
    vmcs[.pageFaultErrorMatch] = 0
    vmcs[.cr3TargetCount] = 0
    let isPrivileged = vcpu.object.domain.object.isPrivileged
    vmcs[.ioBitmapA] = (isPrivileged ? maps.controlDomainPorts : maps.allPorts).rawValue
    vmcs[.ioBitmapB] = (isPrivileged ? maps.controlDomainPorts.advanced(by: pageSize) : maps.allPorts).rawValue
    vmcs[.msrBitmap] = maps.registers.rawValue
    vmcs[.tscOffset] = vcpu.object.tscOffset
    vmcs[.eptPointer] = vcpu.vmx.object.eptPointer
    if controls.secondary.contains(.enclsExiting) { vmcs[.enclsExitingBitmap] = .max }
    vmcs[.exitMSRStoreCount] = 0
    vmcs[.exitMSRLoadCount] = 0
    vmcs[.entryMSRLoadCount] = 0
    vmcs[.entryInterruption] = 0
    vmcs[.cr0Mask] = ownedCR0
    vmcs[.vmcsLinkPointer] = .max
  }
}

extension VMCSField where Value == UInt16 {
  /// A segment's selector, by the segment's number in the order ES, CS, SS, DS, FS, GS, LDTR, TR.
  static func guestSelector(_ segment: UInt32) -> Self { Self(Self.guestESSelector.encoding &+ segment &* 2) }
}

extension VMCSField where Value == UInt32 {
  /// A segment's limit, by number.
  static func guestLimit(_ segment: UInt32) -> Self { Self(Self.guestESLimit.encoding &+ segment &* 2) }
  /// A segment's access rights, by number.
  static func guestAccessRights(_ segment: UInt32) -> Self { Self(Self.guestESAccessRights.encoding &+ segment &* 2) }
}

extension VMCSField where Value == UInt64 {
  /// A segment's base, by number.
  static func guestBase(_ segment: UInt32) -> Self { Self(Self.guestESBase.encoding &+ segment &* 2) }
}
