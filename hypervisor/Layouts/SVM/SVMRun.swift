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
  let vmcb = left.vmcb
  left.object.registers.rax = vmcb.rax
  left.object.pagingIsCurrent = false
  // All of the VMCB that the processor keeps is clean now, until somebody writes to it.
  vmcb.cleanGroups = VMCBGroup(rawValue: left.object.layoutMask)
  // The order is that of their frequency, which a switch would not keep.
  let code = vmcb.exitCode
  if _fastPath(code == SVMExitCode.vmmcall) {
    SVMLayout.hypercall(left)
  } else if code == SVMExitCode.cpuid {
    left.object.exits.count(.cpuid)
    SVMLayout.identify(left)
    SVMLayout.skipPlain(left, length: 2)
  } else {
    return SVMLayout.afterExit(left).rawAddress
  }
  return SVMLayout.prepareEntry(left).rawAddress
}

extension SVMLayout {
  /// RAX travels in the VMCB.
  @inline(__always)
  package static func beforeEntry(_ vcpu: Handle<VCPU>) {
    vcpu.vmcb.rax = vcpu.object.registers.rax
  }

  /// Runs guests on this CPU for good.
  package static func run(_ cpu: Handle<CPU>) -> Never {
    apus_begin_gif()
    let first = prepareEntry(RunLoop.choose(SVMLayout.self, cpu))
    let host = cpu.svm.object.hostControlBlock.rawValue
    let guards = cpu.object.hypervisor.object.speculation.guards
    if guards.isEmpty { svm_run(first.rawAddress, host) }
    svm_run_guarded(first.rawAddress, host, guards.rawValue)
  }
}
