#if canImport(XenABI)
  import XenABI
#endif

/// Two-level delivery: a bit a port in shared info, a bit a word of ports and one byte in the vCPU's record (public
/// header `xen.h`, `struct shared_info`).
extension Handle where Object == Domain {
  /// Makes an event pending on a port of this domain, and tells the vCPU that it is bound to.
  ///
  /// A port that was pending stays so and nobody is told again: who it was set for has not looked yet. On a masked
  /// port nobody is told either, but those who poll it.
  @inline(__always)
  package func deliver(_ port: EventPort) {
    if object.sharedInfo.setPending(port) { return }
    object.eventCount &+= 1
    if object.sharedInfo.isMasked(port, object.width), object.ports.pollers == 0 { return }
    tell(port)
  }

  /// Tells whoever has to know that a port is pending.
  @inline(never)
  private func tell(_ port: EventPort) {
    if !object.sharedInfo.isMasked(port, object.width) { notify(port) }
    if object.ports.pollers != 0 { wakePollers(of: port) }
  }

  /// Tells a port's vCPU that it is pending.
  private func notify(_ port: EventPort) {
    guard let entry = object.ports.entry(port), let vcpu = vcpu(entry.object.vcpu) else { return }
    if !vcpu.object.info.setSelector(of: port, object.width) { vcpu.assertUpcall() }
  }

  /// Clears a port's mask, and tells its vCPU if it is pending.
  func unmask(_ port: EventPort) {
    if object.sharedInfo.testAndClearMask(port, object.width), object.sharedInfo.isPending(port) { notify(port) }
  }

  /// The vCPU with a number; nil where the domain has none.
  @inline(__always)
  package func vcpu(_ id: VCPUID) -> Handle<VCPU>? {
    guard id.rawValue < 8 else { return nil }
    return object.vcpus[Int(id.rawValue)]
  }

  @inline(never)
  private func wakePollers(of port: EventPort) {
    var number: UInt32 = 0
    while number < object.vcpuCount {
      if let vcpu = vcpu(VCPUID(number)), vcpu.object.poll.waits(for: port) { vcpu.wake() }
      number &+= 1
    }
  }
}

extension Handle where Object == VCPU {
  /// Marks events as pending for the vCPU, has its upcall delivered and wakes it.
  ///
  /// With the callback vector the layout injects for as long as the mark stands. A vector of the vCPU's own goes
  /// through its local APIC, once for each time the mark is set.
  @inline(__always)
  package func assertUpcall() {
    if object.info.setUpcallPending() { return }
    sendUpcall()
  }

  /// The upcall for a mark that has just been set. A domain that named no vector for it is told of nothing, and nobody
  /// of it wakes but who polls (as on Xen).
  @inline(__always)
  func sendUpcall() {
    if object.upcallVector != 0 { raiseUpcallVector() }
    if object.isBlocked, object.upcallVector != 0 || object.domain.object.parameters.callbackVector != 0 { kick() }
  }

  /// Raises a virtual interrupt that this vCPU has bound; nothing happens where it has not.
  package func raise(_ interrupt: VirtualIRQ) {
    guard interrupt.rawValue < UInt32(VirtualIRQ.count) else { return }
    let port = object.virqs[Int(interrupt.rawValue)]
    if port.rawValue != 0 { object.domain.deliver(port) }
  }
}

extension Handle where Object == Hypervisor {
  /// Raises a global virtual interrupt: the control domain's, bound on its vCPU 0.
  package func raiseGlobal(_ interrupt: VirtualIRQ) {
    object.domains.find(.zero)?.vcpu(.zero)?.raise(interrupt)
  }
}
