#if canImport(XenABI)
  import XenABI
#endif

extension Handle where Object == Domain {
  /// What the control domain is told of the domain (public header `domctl.h`, `xen_domctl_getdomaininfo`).
  var information: DomainInformation {
    var information = DomainInformation(domain: object.id)
    var flags = DomainFlags.hardwareAssisted.union(.nestedPaging)
    if object.life.state >= .dying { flags.formUnion(.dying) }
    if object.life.state >= .shutDown {
      flags.formUnion(.shutdown)
      flags.shutdownReason = ShutdownReason(object.life.shutdownReason)
    }
    if object.life.pauseCount > 0 { flags.formUnion(.paused) }
    var waits = true
    let now = object.hypervisor.now
    var number: UInt32 = 0
    while number < object.vcpuCount {
      if let vcpu = vcpu(VCPUID(number)) {
        let runstate = vcpu.object.runstate.information(at: now)
        information.cpuTime = information.cpuTime.adding(runstate.running)
        if vcpu.object.isOnline {
          information.onlineVCPUCount &+= 1
          if !vcpu.object.isBlocked { waits = false }
        }
        if runstate.state == .running { flags.formUnion(.running) }
      }
      number &+= 1
    }
    if waits { flags.formUnion(.blocked) }
    information.flags = flags
    information.frameCount = object.memory.held
    information.maximumFrameCount = object.memory.maximum
    information.sharedInfoFrame = object.sharedInfoPlace
    information.maximumVCPUID = object.vcpuCount > 0 ? object.vcpuCount &- 1 : 0
    information.handle = object.handle
    information.addressBits = object.hypervisor.object.pagingLimits.addressBits
    information.emulationFlags = 1  // XEN_X86_EMU_LAPIC (public header `arch-x86/xen.h`)
    return information
  }
}
