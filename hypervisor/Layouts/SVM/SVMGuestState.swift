#if canImport(XenABI)
  import XenABI
#endif
#if canImport(Core)
  import Core
#endif

/// The first state of a vCPU, as the PVH boot contract has it (public document `pvh.pandoc`): 32-bit protected mode,
/// paging off, flat segments, EBX the address of the start info.
extension SVMLayout {
  /// Fills the VMCB of a new vCPU of a domain.
  package static func initialise(_ vcpu: Handle<VCPU>, entry: UInt64, startInfo: GuestPhysicalAddress) {
    let vmcb = vcpu.vmcb
    let domain = vcpu.object.domain
    let cpu = vcpu.object.cpu.svm
    _ = Handle<SVMVCPUState>(
      placing: SVMVCPUState(), at: vcpu.object.layoutState, in: domain.object.hypervisor.object.map)
    vcpu.object.layoutFlags = cpu.object.features.hasNextRIP ? SVMVCPUFlags.nextRIP : 0
    vcpu.object.layoutMask = cpu.object.features.hasCleanBits ? SVMVCPUFlags.allClean : 0
    vcpu.object.refreshPaging = { address in
      // The function is called with the address of the vCPU that holds it.
      SVMLayout.readPaging(unsafe Handle<VCPU>(UnsafeMutablePointer(bitPattern: address).unsafelyUnwrapped))
    }

    // Bits 0-15 intercept reads, 16-31 writes. CR8 is the emulated local APIC's task priority; the others stay the
    // guest's, since nested paging has no say in them.
    vmcb.interceptControlRegisters = 1 << 8 | 1 << 24
    vmcb.interceptDebugRegisters = 0xFFFF_FFFF
    // A guest can keep the processor busy for ever with #DB or #AC in their own delivery; #MC is the hypervisor's.
    vmcb.interceptExceptions = 1 << 1 | 1 << 17 | 1 << 18
    vmcb.interceptInstructions = .all
    vmcb.ioPermissionMap =
      domain.object.isPrivileged
      ? cpu.object.maps.controlDomainPorts.rawValue : cpu.object.maps.allPorts.rawValue
    vmcb.msrPermissionMap = cpu.object.maps.registers.rawValue
    vmcb.virtualInterrupt = .masking
    vmcb.nestedControl = 1
    vmcb.nestedRoot = domain.object.p2m.root.address.rawValue

    let code: UInt16 = 0xC9B  // present, code, readable, 32-bit, granular
    let data: UInt16 = 0xC93
    vmcb.setSegment(.cs, selector: 0, attributes: code, limit: .max, base: 0)
    vmcb.setSegment(.ds, selector: 0, attributes: data, limit: .max, base: 0)
    vmcb.setSegment(.es, selector: 0, attributes: data, limit: .max, base: 0)
    vmcb.setSegment(.ss, selector: 0, attributes: data, limit: .max, base: 0)
    vmcb.setSegment(.fs, selector: 0, attributes: data, limit: .max, base: 0)
    vmcb.setSegment(.gs, selector: 0, attributes: data, limit: .max, base: 0)
    vmcb.setSegment(.tr, selector: 0, attributes: 0x8B, limit: 0x67, base: 0)
    vmcb.setSegment(.ldtr, selector: 0, attributes: 0x82, limit: 0, base: 0)
    vmcb.setSegment(.gdtr, selector: 0, attributes: 0, limit: 0, base: 0)
    vmcb.setSegment(.idtr, selector: 0, attributes: 0, limit: 0, base: 0)
    vmcb.cr0 = 0x11  // PE, ET
    vmcb.efer = 1 << 12
    vmcb.dr6 = 0xFFFF_0FF0
    vmcb.dr7 = 0x400
    vmcb.pageAttributeTable = 0x0007_0406_0007_0406
    vcpu.object.registers.rbx = startInfo.rawValue
    vcpu.object.registers.rip = entry
    vcpu.object.registers.rflags = 2
    writePointers(vcpu)
  }
}
