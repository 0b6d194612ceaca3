#if canImport(XenABI)
  import XenABI
#endif
#if canImport(CMachine)
  import CMachine
#endif
#if canImport(Core)
  import Core
#endif

/// The exit stub's call: the vCPU that was left, and back the one that is next.
@c(svm_exit) func svmExit(_ vcpu: UInt) -> UInt {
  // The stub hands back the address that it was given.
  let left = unsafe Handle<VCPU>(UnsafeMutablePointer(bitPattern: vcpu).unsafelyUnwrapped)
  left.object.registers.rax = left.vmcb.rax
  return SVMLayout.afterExit(left).rawAddress
}

extension SVMLayout {
  /// RAX travels in the VMCB.
  @inline(__always)
  package static func beforeEntry(_ vcpu: Handle<VCPU>) {
    let vmcb = vcpu.vmcb
    vmcb.rax = vcpu.object.registers.rax
    if vcpu.object.cpu.svm.object.features.hasCleanBits {
      // All of the VMCB that is cached is as the last exit left it, unless somebody wrote to it (15.15).
      vmcb.cleanBits = vcpu.svm.object.isDirty ? 0 : 0x3FF
      vcpu.svm.object.isDirty = false
    }
  }

  /// Runs guests on this CPU for good.
  package static func run(_ cpu: Handle<CPU>) -> Never {
    let first = prepareEntry(RunLoop.choose(SVMLayout.self, cpu))
    svm_run(first.rawAddress, cpu.svm.object.hostControlBlock.rawValue)
  }
}
