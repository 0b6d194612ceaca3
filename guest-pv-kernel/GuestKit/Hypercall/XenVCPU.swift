/// A virtual CPU's timers and registered areas, hypercalls 24 and 15 (public header `vcpu.h`).
enum XenVCPU {
  /// Whether a vCPU runs or could.
  static func isUp(_ vcpu: VCPUID) throws(GuestError) -> Bool { try Hypercall.vcpuIsUp(vcpu) != 0 }

  /// Where its time went.
  static func runstate(of vcpu: VCPUID = .zero) throws(GuestError) -> RunstateInformation {
    var argument = RunstateInformation()
    try Hypercall.vcpuGetRunstate(vcpu, &argument)
    return argument
  }

  /// Raises VIRQ_TIMER once, at `deadline` in system time; a past one means now, unless it must lie in the future
  /// (`VCPU_SSHOTTMR_future`: then ETIME).
  static func setSingleshotTimer(
    _ deadline: Nanoseconds, inFuture: Bool = false, of vcpu: VCPUID = .zero
  ) throws(GuestError) {
    let flags = inFuture ? SingleshotTimerFlags.future : SingleshotTimerFlags()
    try Hypercall.vcpuSetSingleshotTimer(vcpu, SetSingleshotTimer(deadline: deadline, flags: flags))
  }

  static func stopSingleshotTimer(of vcpu: VCPUID = .zero) throws(GuestError) {
    try Hypercall.vcpuStopSingleshotTimer(vcpu)
  }

  /// Raises VIRQ_TIMER every `period`.
  static func setPeriodicTimer(_ period: Nanoseconds, of vcpu: VCPUID = .zero) throws(GuestError) {
    try Hypercall.vcpuSetPeriodicTimer(vcpu, SetPeriodicTimer(period: period))
  }

  static func stopPeriodicTimer(of vcpu: VCPUID = .zero) throws(GuestError) {
    try Hypercall.vcpuStopPeriodicTimer(vcpu)
  }

  /// Moves a vCPU's `vcpu_info`; once only.
  static func registerInfo(
    at frame: GuestFrame, offset: UInt32, of vcpu: VCPUID = .zero
  ) throws(GuestError) {
    try Hypercall.vcpuRegisterInfo(vcpu, RegisterVCPUInfo(frame: frame, offset: offset))
  }

  /// Sets the calling vCPU's one-shot timer by `set_timer_op`: VIRQ_TIMER at `deadline` in system time; zero stops it.
  @inline(__always) static func setTimer(_ deadline: Nanoseconds) throws(GuestError) {
    try Hypercall.setTimer(deadline)
  }
}
