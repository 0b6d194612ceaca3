#if canImport(XenABI)
  import XenABI
#endif
#if canImport(CMachine)
  import CMachine
#endif
#if canImport(Core)
  import Core
#endif

/// The VMCS that VMREAD and VMWRITE reach: the processor has one at a time (Intel SDM vol. 3 24.1).
///
/// Got from a vCPU's `vmcs`, which makes that vCPU's the current one; good until another vCPU's is asked for.
struct CurrentVMCS: BitwiseCopyable {
  fileprivate init() {}

  /// A field's value. Fields are written only where the processor has them, so that neither instruction fails.
  @inline(__always)
  subscript<Value>(_ field: VMCSField<Value>) -> Value {
    get { Value(truncatingIfNeeded: apus_vmread(UInt64(field.encoding))) }
    nonmutating set { _ = apus_vmwrite(UInt64(field.encoding), UInt64(truncatingIfNeeded: newValue)) }
  }

  @inline(__always) var primary: PrimaryControls {
    get { PrimaryControls(rawValue: self[.primaryControls]) }
    nonmutating set { self[.primaryControls] = newValue.rawValue }
  }
  @inline(__always) var entry: EntryControls {
    get { EntryControls(rawValue: self[.entryControls]) }
    nonmutating set { self[.entryControls] = newValue.rawValue }
  }
  @inline(__always) var interruptibility: Interruptibility {
    get { Interruptibility(rawValue: self[.guestInterruptibility]) }
    nonmutating set { self[.guestInterruptibility] = newValue.rawValue }
  }
  @inline(__always) var injected: InterruptionInformation {
    get { InterruptionInformation(rawValue: self[.entryInterruption]) }
    nonmutating set { self[.entryInterruption] = newValue.rawValue }
  }
  /// Whether the guest is in long mode: exits keep this entry control true to EFER.LMA (27.2, IA32_VMX_MISC bit 5).
  @inline(__always) var isLongMode: Bool { entry.contains(.ia32eModeGuest) }
  /// The access rights of the running code segment.
  @inline(__always) var code: SegmentAccessRights { SegmentAccessRights(rawValue: self[.guestCSAccessRights]) }
}

extension Handle where Object == VCPU {
  /// This vCPU's VMCS, as the current one.
  @inline(__always)
  var vmcs: CurrentVMCS {
    let cpu = object.cpu.vmx
    if cpu.object.current != object.controlBlock { cpu.object.makeCurrent(object.controlBlock) }
    return CurrentVMCS()
  }
}
