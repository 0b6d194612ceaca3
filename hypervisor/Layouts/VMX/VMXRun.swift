#if canImport(XenABI)
  import XenABI
#endif
#if canImport(CMachine)
  import CMachine
#endif
#if canImport(Core)
  import Core
#endif

/// The exit stub's call: the vCPU that was left, and back the one that is next, its VMCS the current one.
///
/// - Parameter failure: 0 after an exit; 1 where the entry instruction failed with a number (VMfailValid), 2 where it
///   had no VMCS to leave one in (VMfailInvalid).
@c(vmx_exit) func vmxExit(_ vcpu: UInt, _ failure: UInt32) -> UInt {
  // The stub hands back the address that it was given.
  let left = unsafe Handle<VCPU>(UnsafeMutablePointer(bitPattern: vcpu).unsafelyUnwrapped)
  if failure != 0 {
    left.vmx.object.instructionError =
      failure == 1 ? VMXInstructionError(rawValue: left.vmcs[.instructionError]) : .noCurrentVMCS
  }
  return VMXLayout.afterExit(left).rawAddress
}

extension VMXLayout {
  /// Runs guests on this CPU for good.
  package static func run(_ cpu: Handle<CPU>) -> Never {
    vmx_run(prepareEntry(RunLoop.choose(VMXLayout.self, cpu)).rawAddress)
  }
}
