#if canImport(XenABI)
  import XenABI
#endif
#if canImport(CMachine)
  import CMachine
#endif
#if canImport(Core)
  import Core
#endif

/// The exit stub's call: the vCPU that was left, and back the one that is next, in the stub's form.
///
/// - Parameters:
///   - vcpu: the address that the stub was given.
///   - failure: 0 after an exit; 1 where the entry instruction failed with a number (VMfailValid), 2 where it had no
///     VMCS to leave one in (VMfailInvalid).
@c(vmx_exit) func vmxExit(_ vcpu: UInt, _ failure: UInt32) -> UInt {
  // The stub hands back the address that it was given.
  let left = unsafe Handle<VCPU>(UnsafeMutablePointer(bitPattern: vcpu).unsafelyUnwrapped)
  if failure != 0 {
    left.vmx.object.instructionError =
      failure == 1 ? VMXInstructionError(rawValue: left.vmcs[.instructionError]) : .noCurrentVMCS
  }
  return VMXLayout.entryArgument(VMXLayout.afterExit(left))
}

extension VMXLayout {
  /// Runs guests on this CPU for good.
  package static func run(_ cpu: Handle<CPU>) -> Never {
    let first = entryArgument(prepareEntry(RunLoop.choose(VMXLayout.self, cpu)))
    let guards = cpu.object.hypervisor.object.speculation.guards
    if guards.isEmpty { vmx_run(first) }
    vmx_run_guarded(first, guards.rawValue)
  }

  /// A vCPU as the entry stub takes it: its address, with bit 0 set where its VMCS has to be launched.
  @inline(__always)
  fileprivate static func entryArgument(_ vcpu: Handle<VCPU>) -> UInt {
    let cpu = vcpu.object.cpu.vmx
    if cpu.object.isLaunched { return vcpu.rawAddress }
    cpu.object.isLaunched = true
    return vcpu.rawAddress | 1
  }
}
