#if canImport(XenABI)
  import XenABI
#endif
#if canImport(CMachine)
  import CMachine
#endif
#if canImport(Core)
  import Core
#endif

/// What the layout has to say in reports.
extension VMXLayout {
  package static func explainEntryFailure(_ vcpu: Handle<VCPU>) {
    let domain = vcpu.object.domain
    let id = domain.object.id
    if let error = vcpu.vmx.object.instructionError {
      domain.log(.error, "d\(id): entry failed, error \(error.rawValue): \(error.explanation)")
    } else {
      let vmcs = vcpu.vmcs
      domain.log(
        .error,
        "d\(id): entry refused, reason \(hex: vmcs[.exitReason]) qualification \(hex: vmcs[.exitQualification])")
    }
    let checker = VMEntryChecker(image(vcpu), capabilities: vcpu.object.cpu.vmx.object.capabilities)
    explain(domain) { () throws(RuleViolation) in try checker.checkControls() }
    explain(domain) { () throws(RuleViolation) in try checker.checkHostState() }
    explain(domain) { () throws(RuleViolation) in try checker.checkGuestState() }
  }

  private static func explain(
    _ domain: Handle<Domain>, _ check: () throws(RuleViolation) -> Void
  ) {
    do throws(RuleViolation) {
      try check()
    } catch {
      domain.log(
        .error,
        "d\(domain.object.id): \(error.field) is \(hex: error.value), expected: \(error.rule) (SDM vol. 3 \(error.section))"
      )
    }
  }

  package static func describe(_ vcpu: Handle<VCPU>) {
    let domain = vcpu.object.domain
    let vmcs = vcpu.vmcs
    let state = vcpu.vmx
    domain.log(
      .error,
      "vmx: exit \(vmcs[.exitReason] & 0xFFFF) qualification \(hex: vmcs[.exitQualification]) gpa \(hex: vmcs[.guestPhysicalAddress]) linear \(hex: vmcs[.guestLinearAddress])"
    )
    domain.log(
      .error,
      "vmx: event \(hex: vmcs[.exitInterruption]) vectoring \(hex: vmcs[.vectoringInformation]) injecting \(hex: vmcs[.entryInterruption]) blocking \(hex: vmcs[.guestInterruptibility])"
    )
    domain.log(
      .error,
      "vmx: primary \(hex: vmcs[.primaryControls]) entry \(hex: vmcs[.entryControls]) eptp \(hex: state.object.eptPointer) vpid \(state.object.vpid) flushed \(state.object.nestedFlushes) and \(state.object.linearFlushes) times"
    )
    domain.log(
      .error,
      "vmx: cs \(hex: vmcs[.guestCSSelector]) \(hex: vmcs[.guestCSAccessRights]) ss \(hex: vmcs[.guestSSSelector]) \(hex: vmcs[.guestSSAccessRights]) tr \(hex: vmcs[.guestTRSelector]) \(hex: vmcs[.guestTRAccessRights]) gs \(hex: vmcs[.guestGSBase])"
    )
  }

  /// Reads the fields that the checker looks at.
  static func image(_ vcpu: Handle<VCPU>) -> VMCSImage {
    let vmcs = vcpu.vmcs
    var image = VMCSImage()
    image.controls = controls(vmcs, vcpu.object.cpu.vmx.object.controls.secondary)
    image.host = host(vmcs)
    image.guest = guest(vmcs)
    return image
  }

  private static func controls(_ vmcs: CurrentVMCS, _ secondary: SecondaryControls) -> VMCSImage.Controls {
    var controls = VMCSImage.Controls()
    controls.pin = PinControls(rawValue: vmcs[.pinControls])
    controls.primary = vmcs.primary
    controls.secondary = SecondaryControls(rawValue: vmcs[.secondaryControls])
    controls.exit = ExitControls(rawValue: vmcs[.exitControls])
    controls.entry = vmcs.entry
    controls.cr3TargetCount = vmcs[.cr3TargetCount]
    controls.ioBitmapA = vmcs[.ioBitmapA]
    controls.ioBitmapB = vmcs[.ioBitmapB]
    controls.msrBitmap = vmcs[.msrBitmap]
    controls.eptPointer = vmcs[.eptPointer]
    if secondary.contains(.vpid) { controls.vpid = vmcs[.vpid] }
    controls.exitMSRStore.count = vmcs[.exitMSRStoreCount]
    controls.exitMSRLoad.count = vmcs[.exitMSRLoadCount]
    controls.entryMSRLoad.count = vmcs[.entryMSRLoadCount]
    controls.interruption = vmcs.injected
    controls.errorCode = vmcs[.entryErrorCode]
    controls.instructionLength = vmcs[.entryInstructionLength]
    return controls
  }

  private static func host(_ vmcs: CurrentVMCS) -> VMCSImage.HostState {
    var host = VMCSImage.HostState()
    host.cr0 = vmcs[.hostCR0]
    host.cr3 = vmcs[.hostCR3]
    host.cr4 = vmcs[.hostCR4]
    host.cs = vmcs[.hostCSSelector]
    host.ss = vmcs[.hostSSSelector]
    host.ds = vmcs[.hostDSSelector]
    host.es = vmcs[.hostESSelector]
    host.fs = vmcs[.hostFSSelector]
    host.gs = vmcs[.hostGSSelector]
    host.tr = vmcs[.hostTRSelector]
    host.fsBase = vmcs[.hostFSBase]
    host.gsBase = vmcs[.hostGSBase]
    host.trBase = vmcs[.hostTRBase]
    host.gdtrBase = vmcs[.hostGDTRBase]
    host.idtrBase = vmcs[.hostIDTRBase]
    host.sysenterESP = vmcs[.hostSysenterESP]
    host.sysenterEIP = vmcs[.hostSysenterEIP]
    host.rip = vmcs[.hostRIP]
    host.pat = vmcs[.hostPAT]
    host.efer = vmcs[.hostEFER]
    return host
  }

  private static func guest(_ vmcs: CurrentVMCS) -> VMCSImage.GuestState {
    var guest = VMCSImage.GuestState()
    guest.cr0 = vmcs[.guestCR0]
    guest.cr3 = vmcs[.guestCR3]
    guest.cr4 = vmcs[.guestCR4]
    guest.dr7 = vmcs[.guestDR7]
    guest.debugControl = vmcs[.guestDebugControl]
    guest.sysenterESP = vmcs[.guestSysenterESP]
    guest.sysenterEIP = vmcs[.guestSysenterEIP]
    guest.pat = vmcs[.guestPAT]
    guest.efer = vmcs[.guestEFER]
    guest.es = segment(vmcs, 0)
    guest.cs = segment(vmcs, 1)
    guest.ss = segment(vmcs, 2)
    guest.ds = segment(vmcs, 3)
    guest.fs = segment(vmcs, 4)
    guest.gs = segment(vmcs, 5)
    guest.ldtr = segment(vmcs, 6)
    guest.tr = segment(vmcs, 7)
    guest.gdtrBase = vmcs[.guestGDTRBase]
    guest.gdtrLimit = vmcs[.guestGDTRLimit]
    guest.idtrBase = vmcs[.guestIDTRBase]
    guest.idtrLimit = vmcs[.guestIDTRLimit]
    guest.rip = vmcs[.guestRIP]
    guest.rflags = vmcs[.guestRFLAGS]
    guest.activity = vmcs[.guestActivity]
    guest.interruptibility = vmcs.interruptibility
    guest.pendingDebug = vmcs[.guestPendingDebug]
    guest.linkPointer = vmcs[.vmcsLinkPointer]
    guest.pdpte0 = vmcs[.guestPDPTE0]
    guest.pdpte1 = vmcs[.guestPDPTE1]
    guest.pdpte2 = vmcs[.guestPDPTE2]
    guest.pdpte3 = vmcs[.guestPDPTE3]
    return guest
  }

  /// A segment by its number in the order of the VMCS's fields.
  private static func segment(_ vmcs: CurrentVMCS, _ number: UInt32) -> VMCSImage.Segment {
    VMCSImage.Segment(
      selector: vmcs[VMCSField<UInt16>.guestSelector(number)], base: vmcs[VMCSField<UInt64>.guestBase(number)],
      limit: vmcs[VMCSField<UInt32>.guestLimit(number)],
      rights: SegmentAccessRights(rawValue: vmcs[VMCSField<UInt32>.guestAccessRights(number)]))
  }
}
