#if canImport(XenABI)
  import XenABI
#endif

/// A vCPU's registers as a whole: how each of them starts, at boot and on request, and how the control domain looks
/// at one.
extension Handle where Object == VCPU {
  /// Gives the vCPU its registers and brings it online. What waited for it is forgotten.
  ///
  /// It must not be the one that is being served.
  /// - Throws: `invalidArgument` for registers that the processor would not enter a guest with, or that its guest could
  ///   not have set: the log has the field and the rule, and the vCPU what it had before.
  package func start(_ state: HVMProcessorState) throws(HypercallError) {
    let domain = object.domain
    let hypervisor = domain.object.hypervisor
    do throws(ProcessorStateViolation) {
      try state.check(offered: domain.cpuid.object)
    } catch {
      hypervisor.log(
        .warning,
        "d\(domain.object.id)v\(object.id): state refused: \(error.field) is \(hex: error.value), expected: \(error.rule)"
      )
      throw .invalidArgument
    }
    var state = state
    let isAccepted = unsafe withUnsafeMutablePointer(to: &state) { pointer in
      // The layout reads it before this returns.
      hypervisor.object.services.layout.load(rawAddress, UInt(bitPattern: pointer))
    }
    guard isAccepted else { throw .invalidArgument }
    object.pagingIsCurrent = false
    object.exceptions = PendingException()
    object.attention.remove(.exception)
    object.isOnline = true
    object.isBlocked = false
    endPoll()
    refreshTime()
    updateRunnable(at: hypervisor.now)
  }

  /// Has the guest's time-stamp counter read a value now.
  package func setTimeStampCounter(_ value: UInt64) {
    let services = object.domain.object.hypervisor.object.services
    object.tscOffset = value &- services.readTSC()
    services.layout.setTimeStampOffset(rawAddress)
    refreshTime()
  }

  /// The registers of a vCPU that does not run just now.
  package var processorState: HVMProcessorState {
    let services = object.domain.object.hypervisor.object.services
    var state = HVMProcessorState()
    unsafe withUnsafeMutablePointer(to: &state) { pointer in
      // The layout writes it before this returns.
      services.layout.store(rawAddress, UInt(bitPattern: pointer))
    }
    state.system.tsc = services.readTSC() &+ object.tscOffset
    return state
  }

  /// Takes over what its domain's vCPUs get of a CPU.
  package func applyShare() {
    let now = object.domain.object.hypervisor.now
    let share = object.domain.object.share
    object.cpu.object.runQueue.setWeight(entity, UInt32(share.weight), at: now)
    object.cpu.object.runQueue.setCap(entity, UInt32(share.cap), at: now)
    object.cpu.object.runQueueChanged()
  }
}

extension Handle where Object == Domain {
  /// The domain's CPUID answers.
  @inline(__always)
  package var cpuid: Handle<CPUIDTable> {
    Handle<CPUIDTable>(at: object.cpuid, in: object.hypervisor.object.map)
  }

  /// Gives the domain's vCPUs another share of the CPU.
  package func setShare(_ share: SchedulingShare) {
    object.share = share
    var number: UInt32 = 0
    while number < object.vcpuCount {
      vcpu(VCPUID(number))?.applyShare()
      number &+= 1
    }
  }
}
