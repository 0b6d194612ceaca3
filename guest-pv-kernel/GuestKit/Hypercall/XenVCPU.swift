/// A virtual CPU's timers and registered areas, hypercalls 24 and 15 (public header `vcpu.h`).
enum XenVCPU {
  private static func call(
    _ operation: VCPUOperation, _ vcpu: VCPUID, _ argument: UInt64 = 0
  ) throws(HypercallError) -> UInt64 {
    try checked(hypercall(.vcpu, UInt64(operation.rawValue), UInt64(vcpu.rawValue), argument))
  }

  private static func call<Argument: WireStructure>(
    _ operation: VCPUOperation, _ vcpu: VCPUID, with argument: inout Argument
  ) throws(HypercallError) {
    let result = pass(&argument) { hypercall(.vcpu, UInt64(operation.rawValue), UInt64(vcpu.rawValue), $0) }
    _ = try checked(result)
  }

  /// Whether a vCPU runs or could.
  static func isUp(_ vcpu: VCPUID) throws(HypercallError) -> Bool { try call(.isUp, vcpu) != 0 }

  /// Where its time went.
  static func runstate(of vcpu: VCPUID = .zero) throws(HypercallError) -> RunstateInformation {
    var argument = RunstateInformation()
    try call(.getRunstate, vcpu, with: &argument)
    return argument
  }

  /// Raises VIRQ_TIMER once, at `deadline` in system time; a past one means now, unless it must lie in the future
  /// (`VCPU_SSHOTTMR_future`: then ETIME).
  static func setSingleshotTimer(
    _ deadline: Nanoseconds, inFuture: Bool = false, of vcpu: VCPUID = .zero
  ) throws(HypercallError) {
    var argument = SetSingleshotTimer(deadline: deadline, flags: inFuture ? .future : SingleshotTimerFlags())
    try call(.setSingleshotTimer, vcpu, with: &argument)
  }

  static func stopSingleshotTimer(of vcpu: VCPUID = .zero) throws(HypercallError) {
    _ = try call(.stopSingleshotTimer, vcpu)
  }

  /// Raises VIRQ_TIMER every `period`.
  static func setPeriodicTimer(_ period: Nanoseconds, of vcpu: VCPUID = .zero) throws(HypercallError) {
    var argument = SetPeriodicTimer(period: period)
    try call(.setPeriodicTimer, vcpu, with: &argument)
  }

  static func stopPeriodicTimer(of vcpu: VCPUID = .zero) throws(HypercallError) {
    _ = try call(.stopPeriodicTimer, vcpu)
  }

  /// Moves a vCPU's `vcpu_info`; once only.
  static func registerInfo(
    at frame: GuestFrame, offset: UInt32, of vcpu: VCPUID = .zero
  ) throws(HypercallError) {
    var argument = RegisterVCPUInfo(frame: frame, offset: offset)
    try call(.registerInfo, vcpu, with: &argument)
  }

  /// Sets the calling vCPU's one-shot timer by `set_timer_op`: VIRQ_TIMER at `deadline` in system time; zero stops it.
  @inline(__always) static func setTimer(_ deadline: Nanoseconds) throws(HypercallError) {
    _ = try checked(hypercall(.setTimer, deadline.rawValue))
  }
}
