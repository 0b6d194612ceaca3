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

/// What the SVM layout tells of a vCPU: why the processor refused it, and what only the VMCB holds.
extension SVMLayout {
  package static func explainEntryFailure(_ vcpu: Handle<VCPU>) {
    let domain = vcpu.object.domain
    do throws(RuleViolation) {
      try vcpu.vmcb.image.check(limits(vcpu))
      domain.log(.error, "d\(domain.object.id): VMRUN refused it, but no known rule is broken")
    } catch {
      domain.log(
        .error,
        "d\(domain.object.id): VMRUN refused it: \(error.field) = \(hex: error.value): \(error.rule) (\(error.section))"
      )
    }
  }

  /// What this processor allows in a VMCB of the domain: of CR4 and EFER, what the domain is offered of it.
  static func limits(_ vcpu: Handle<VCPU>) -> VMCBLimits {
    let offered = vcpu.object.domain.cpuid
    return VMCBLimits(
      physicalAddressBits: CPUFeatures().physicalAddressBits,
      asidCount: vcpu.object.cpu.svm.object.features.asidCount,
      definedCR4: offered.object.offeredControlRegister4.rawValue,
      definedEFER: offered.object.offeredExtendedFeatures.union(.svm).rawValue, hasLongMode: true)
  }

  package static func describe(_ vcpu: Handle<VCPU>) {
    let vmcb = vcpu.vmcb
    let domain = vcpu.object.domain
    let id = domain.object.id
    domain.log(
      .error,
      "d\(id)v\(vcpu.object.id) VMCB exit \(hex: vmcb.exitCode) interrupted \(hex: vmcb.exitInterruptInformation)")
    domain.log(
      .error,
      "d\(id)v\(vcpu.object.id) information \(hex: vmcb.exitInformation1) \(hex: vmcb.exitInformation2) cr2 \(hex: vmcb.cr2)"
    )
    domain.log(
      .error,
      "d\(id)v\(vcpu.object.id) cs \(hex: vmcb.segmentSelector(.cs)) ss \(hex: vmcb.segmentSelector(.ss)) tr \(hex: vmcb.segmentSelector(.tr))"
    )
    domain.log(
      .error,
      "d\(id)v\(vcpu.object.id) idt \(hex: vmcb.segmentBase(.idtr)) gdt \(hex: vmcb.segmentBase(.gdtr)) ncr3 \(hex: vmcb.nestedRoot) asid \(vmcb.asid) flushed \(vcpu.svm.object.flushes) times"
    )
  }
}

extension VMCB {
  /// The members that the rules of an entry look at.
  var image: VMCBImage {
    var image = VMCBImage()
    image.cr0 = cr0
    image.cr3 = cr3
    image.cr4 = cr4
    image.efer = efer
    image.dr6 = dr6
    image.dr7 = dr7
    image.isCodeLong = segmentAttributes(.cs) >> 9 & 1 != 0
    image.isCodeBig = segmentAttributes(.cs) >> 10 & 1 != 0
    image.interceptsVMRUN = interceptInstructions.contains(.vmrun)
    image.interceptsIO = interceptInstructions.contains(.io)
    image.interceptsMSR = interceptInstructions.contains(.msr)
    image.ioPermissionMap = ioPermissionMap
    image.msrPermissionMap = msrPermissionMap
    image.asid = asid
    image.eventInjection = eventInjection
    image.hasNestedPaging = nestedControl & 1 != 0
    image.nestedCR3 = nestedRoot
    image.pat = pageAttributeTable
    return image
  }
}
