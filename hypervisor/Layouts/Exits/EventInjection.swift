#if canImport(XenABI)
  import XenABI
#endif
#if canImport(Core)
  import Core
#endif

/// What has to be done before a vCPU runs on: who runs, what waits for it.
extension Layout {
  /// Makes the next vCPU ready: in nearly every case the same one, with nothing waiting for it.
  @inline(__always)
  package static func prepareEntry(_ vcpu: Handle<VCPU>) -> Handle<VCPU> {
    var next = vcpu
    let cpu = vcpu.object.cpu
    if cpu.object.attention.rawValue != 0 { next = RunLoop.choose(Self.self, cpu, from: vcpu) }
    if next.object.attention.rawValue != 0 || next.object.info.isUpcallPending { deliver(next) }
    beforeEntry(next)
    return next
  }

  /// Delivers what waits: exceptions first, then the upcall or the local APIC's interrupt, as soon as the guest takes
  /// interrupts.
  @inline(never)
  private static func deliver(_ vcpu: Handle<VCPU>) {
    if vcpu.object.attention.contains(.flush) {
      vcpu.object.attention.remove(.flush)
      flush(vcpu)
    }
    if vcpu.object.attention.contains(.exception) { deliverException(vcpu) }
    guard let vector = vcpu.pendingVector() else {
      if vcpu.object.attention.contains(.window) {
        vcpu.object.attention.remove(.window)
        requestInterruptWindow(vcpu, false)
      }
      return
    }
    guard canTakeInterrupt(vcpu) else {
      if !vcpu.object.attention.contains(.window) {
        vcpu.object.attention.formUnion(.window)
        requestInterruptWindow(vcpu, true)
      }
      return
    }
    if vector.isFromAPIC { _ = vcpu.object.apic.acknowledge() }
    injectInterrupt(vcpu, vector: vector.number)
    if vcpu.object.attention.contains(.window), vcpu.pendingVector() == nil {
      vcpu.object.attention.remove(.window)
      requestInterruptWindow(vcpu, false)
    }
  }

  private static func deliverException(_ vcpu: Handle<VCPU>) {
    guard injectException(vcpu, vcpu.object.exceptions) else { return }
    if vcpu.object.exceptions.isPending {
      vcpu.object.exceptions.isPending = false
    } else {
      vcpu.object.exceptions.nmi = false
    }
    if !vcpu.object.exceptions.nmi { vcpu.object.attention.remove(.exception) }
  }
}
