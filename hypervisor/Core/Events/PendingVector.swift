#if canImport(XenABI)
  import XenABI
#endif

/// An interrupt that waits for the guest to take it.
package struct PendingVector: Equatable, BitwiseCopyable {
  package var number: UInt8
  /// Acknowledged in the local APIC when it is injected; the guest ends it there.
  package var isFromAPIC: Bool
}

extension Handle where Object == VCPU {
  /// The vector to interrupt the guest with: the callback's while an upcall is pending (public header `hvm/params.h`,
  /// HVM_PARAM_CALLBACK_IRQ: delivered directly, without an end of interrupt), or the local APIC's. As on Xen, a vector
  /// of the vCPU's own (HVMOP_set_evtchn_upcall_vector) comes through the local APIC beside the callback's, not in its
  /// place.
  @inline(__always)
  package func pendingVector() -> PendingVector? {
    let callback = object.domain.object.parameters.callbackVector
    if callback != 0, object.info.isUpcallPending {
      return PendingVector(number: callback, isFromAPIC: false)
    }
    guard object.attention.contains(.localAPIC) else { return nil }
    guard let vector = object.apic.highestPending() else {
      object.attention.remove(.localAPIC)
      return nil
    }
    return PendingVector(number: vector, isFromAPIC: true)
  }
}
