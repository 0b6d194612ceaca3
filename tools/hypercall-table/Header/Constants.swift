import XenABI

/// A number of the interface by the public headers' name.
struct Constant: Sendable {
  /// The public header's name.
  let name: String
  let value: Int64
  /// The member of the Swift type, whose comment says what it means.
  let member: String

  init<Value: BinaryInteger>(_ name: String, _ value: Value, _ member: String) {
    self.name = name
    self.value = Int64(value)
    self.member = member
  }
}

/// Constants that belong together.
struct ConstantGroup: Sendable {
  let title: String
  /// The type in abi/ that has them.
  let type: String
  /// Whether they are written in hexadecimal.
  var isHexadecimal = false
  let constants: [Constant]

  /// What one means.
  func meaning(_ constant: Constant, _ structures: [String: StructureDocumentation]) -> String {
    withoutName(structures[type]?.constants[constant.member] ?? "")
  }
}

/// What guests need of the interface beside the numbers of the calls.
let constantGroups: [ConstantGroup] =
  [
    ConstantGroup(
      title: "Domains", type: "DomainID", isHexadecimal: true,
      constants: [
        Constant("DOMID_SELF", DomainID.current.rawValue, "current"),
        Constant("DOMID_IO", DomainID.io.rawValue, "io"),
        Constant("DOMID_XEN", DomainID.hypervisor.rawValue, "hypervisor"),
        Constant("DOMID_INVALID", DomainID.invalid.rawValue, "invalid"),
      ]),
    ConstantGroup(
      title: "Virtual interrupts", type: "VirtualIRQ",
      constants: [
        Constant("VIRQ_TIMER", VirtualIRQ.timer.rawValue, "timer"),
        Constant("VIRQ_DEBUG", VirtualIRQ.debug.rawValue, "debug"),
        Constant("VIRQ_CONSOLE", VirtualIRQ.console.rawValue, "console"),
        Constant("VIRQ_DOM_EXC", VirtualIRQ.domainException.rawValue, "domainException"),
        Constant("VIRQ_DEBUGGER", VirtualIRQ.debugger.rawValue, "debugger"),
        Constant("VIRQ_XENOPROF", VirtualIRQ.profiling.rawValue, "profiling"),
        Constant("VIRQ_CON_RING", VirtualIRQ.consoleRing.rawValue, "consoleRing"),
      ]),
    ConstantGroup(
      title: "What a port is bound to", type: "EventChannelState",
      constants: [
        Constant("EVTCHNSTAT_closed", EventChannelState.closed.rawValue, "closed"),
        Constant("EVTCHNSTAT_unbound", EventChannelState.unbound.rawValue, "unbound"),
        Constant("EVTCHNSTAT_interdomain", EventChannelState.interdomain.rawValue, "interdomain"),
        Constant("EVTCHNSTAT_pirq", EventChannelState.physicalIRQ.rawValue, "physicalIRQ"),
        Constant("EVTCHNSTAT_virq", EventChannelState.virtualIRQ.rawValue, "virtualIRQ"),
        Constant("EVTCHNSTAT_ipi", EventChannelState.ipi.rawValue, "ipi"),
      ]),
    ConstantGroup(
      title: "Why a domain ends", type: "ShutdownReason",
      constants: [
        Constant("SHUTDOWN_poweroff", ShutdownReason.powerOff.rawValue, "powerOff"),
        Constant("SHUTDOWN_reboot", ShutdownReason.reboot.rawValue, "reboot"),
        Constant("SHUTDOWN_suspend", ShutdownReason.suspend.rawValue, "suspend"),
        Constant("SHUTDOWN_crash", ShutdownReason.crash.rawValue, "crash"),
        Constant("SHUTDOWN_watchdog", ShutdownReason.watchdog.rawValue, "watchdog"),
        Constant("SHUTDOWN_soft_reset", ShutdownReason.softReset.rawValue, "softReset"),
      ]),
    ConstantGroup(
      title: "Parameters of a domain", type: "HVMParameter",
      constants: [
        Constant("HVM_PARAM_CALLBACK_IRQ", HVMParameter.callbackIRQ.rawValue, "callbackIRQ"),
        Constant("HVM_PARAM_STORE_PFN", HVMParameter.storeFrame.rawValue, "storeFrame"),
        Constant("HVM_PARAM_STORE_EVTCHN", HVMParameter.storePort.rawValue, "storePort"),
        Constant("HVM_PARAM_CONSOLE_PFN", HVMParameter.consoleFrame.rawValue, "consoleFrame"),
        Constant("HVM_PARAM_CONSOLE_EVTCHN", HVMParameter.consolePort.rawValue, "consolePort"),
        Constant("HVM_PARAM_TRIPLE_FAULT_REASON", HVMParameter.tripleFaultReason.rawValue, "tripleFaultReason"),
      ]),
    ConstantGroup(
      title: "What is put into guest-physical memory", type: "PhysmapSpace",
      constants: [
        Constant("XENMAPSPACE_shared_info", PhysmapSpace.sharedInfo.rawValue, "sharedInfo"),
        Constant("XENMAPSPACE_grant_table", PhysmapSpace.grantTable.rawValue, "grantTable"),
        Constant("XENMAPSPACE_gmfn", PhysmapSpace.guestFrame.rawValue, "guestFrame"),
        Constant("XENMAPSPACE_gmfn_range", PhysmapSpace.guestFrameRange.rawValue, "guestFrameRange"),
        Constant("XENMAPSPACE_gmfn_foreign", PhysmapSpace.foreignFrame.rawValue, "foreignFrame"),
        Constant("XENMAPSPACE_dev_mmio", PhysmapSpace.deviceMMIO.rawValue, "deviceMMIO"),
      ]),
    ConstantGroup(
      title: "Clock", type: "VCPUTimeInfo", isHexadecimal: true,
      constants: [
        Constant("XEN_PVCLOCK_TSC_STABLE_BIT", VCPUTimeInfo.Flags.stable.rawValue, "stable"),
        Constant("XEN_PVCLOCK_GUEST_STOPPED", VCPUTimeInfo.Flags.guestStopped.rawValue, "guestStopped"),
      ]),
    ConstantGroup(
      title: "One-shot timers", type: "SingleshotTimerFlags", isHexadecimal: true,
      constants: [Constant("VCPU_SSHOTTMR_future", SingleshotTimerFlags.future.rawValue, "future")]),
    ConstantGroup(
      title: "What a vCPU is doing", type: "Runstate",
      constants: [
        Constant("RUNSTATE_running", Runstate.running.rawValue, "running"),
        Constant("RUNSTATE_runnable", Runstate.runnable.rawValue, "runnable"),
        Constant("RUNSTATE_blocked", Runstate.blocked.rawValue, "blocked"),
        Constant("RUNSTATE_offline", Runstate.offline.rawValue, "offline"),
      ]),
    ConstantGroup(
      title: "What vm_assist switches", type: "VMAssistType",
      constants: [
        Constant("VMASST_TYPE_architectural_iopl", VMAssistType.architecturalIOPL.rawValue, "architecturalIOPL"),
        Constant("VMASST_TYPE_runstate_update_flag", VMAssistType.runstateUpdateFlag.rawValue, "runstateUpdateFlag"),
      ]),
  ] + grantConstants + startConstants
