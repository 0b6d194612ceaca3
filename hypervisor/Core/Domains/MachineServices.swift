#if canImport(XenABI)
  import XenABI
#endif

/// What Core needs of the machine, as functions: the boot code fills them in, a host test gives its own.
package struct MachineServices: BitwiseCopyable {
  /// The time-stamp counter.
  package var readTSC: @convention(c) () -> UInt64
  /// Puts one byte out on the hypervisor's console.
  package var writeConsole: @convention(c) (UInt8) -> Void
  /// Whether a byte, and the carriage return before it, can go out without waiting for those before.
  package var consoleHasRoom: @convention(c) () -> Bool
  /// The control domain has read of what was typed: there is room for more.
  package var consoleTaken: @convention(c) () -> Void
  /// Masks (true) or unmasks a global system interrupt in its interrupt controller.
  package var maskInterrupt: @convention(c) (UInt32, Bool) -> Void
  /// How firmware says that a global system interrupt is signalled: bit 0 level-triggered, bit 1 active-low.
  /// `InterruptMode.unavailable` for one that is not there, or that the hypervisor keeps to itself.
  package var interruptMode: @convention(c) (UInt32) -> UInt8
  /// Programs the route of a global system interrupt: number, level-triggered, active-low; it stays masked until
  /// `maskInterrupt`. False where there is none, or no vector is left.
  package var routeInterrupt: @convention(c) (UInt32, Bool, Bool) -> Bool
  /// Programs and enables the message of a PCI function, MSI or MSI-X: the slot, 0 to 127, by which its arrival is told
  /// (`messageArrived`); segment << 16 | bus << 8 | device << 3 | function; the machine address of the MSI-X table or 0
  /// for MSI; the table's entry. False where the function lacks it, or there is no vector for the slot.
  package var routeMessage: @convention(c) (UInt32, UInt32, UInt64, UInt32) -> Bool
  /// Takes the message in that slot away from its function.
  package var unrouteMessage: @convention(c) (UInt32) -> Void
  /// Has the timer interrupt at a reading of the time-stamp counter, or before; `UInt64.max` stops it.
  package var setTimer: @convention(c) (UInt64) -> Void
  /// Ends the machine: false restarts it, true powers it off.
  package var endMachine: @convention(c) (Bool) -> Void
  /// What a ring layout does for domains and vCPUs that are made.
  package var layout: LayoutServices

  package init(
    readTSC: @convention(c) @escaping () -> UInt64,
    writeConsole: @convention(c) @escaping (UInt8) -> Void,
    consoleHasRoom: @convention(c) @escaping () -> Bool,
    consoleTaken: @convention(c) @escaping () -> Void,
    maskInterrupt: @convention(c) @escaping (UInt32, Bool) -> Void,
    interruptMode: @convention(c) @escaping (UInt32) -> UInt8,
    routeInterrupt: @convention(c) @escaping (UInt32, Bool, Bool) -> Bool,
    routeMessage: @convention(c) @escaping (UInt32, UInt32, UInt64, UInt32) -> Bool,
    unrouteMessage: @convention(c) @escaping (UInt32) -> Void,
    setTimer: @convention(c) @escaping (UInt64) -> Void,
    endMachine: @convention(c) @escaping (Bool) -> Void,
    layout: LayoutServices
  ) {
    self.readTSC = readTSC
    self.writeConsole = writeConsole
    self.consoleHasRoom = consoleHasRoom
    self.consoleTaken = consoleTaken
    self.maskInterrupt = maskInterrupt
    self.interruptMode = interruptMode
    self.routeInterrupt = routeInterrupt
    self.routeMessage = routeMessage
    self.unrouteMessage = unrouteMessage
    self.setTimer = setTimer
    self.endMachine = endMachine
    self.layout = layout
  }
}

/// What Core needs of a domain's ring layout, beside what the run loop does. Objects come by their address
/// (`Handle.rawAddress`), which is all that a function of C's convention can take.
package struct LayoutServices: BitwiseCopyable {
  /// Works a new domain's CPUID answers out: the address of its `Domain`.
  package var prepareDomain: @convention(c) (UInt) -> Void
  /// Has the hardware refuse what the domain's CPUID answers no longer offer: the address of a `VCPU`.
  package var takePolicy: @convention(c) (UInt) -> Void
  /// Fills the control block of a new vCPU with everything but its registers, and its vector state with the initial
  /// one: the address of its `VCPU`.
  package var prepareVCPU: @convention(c) (UInt) -> Void
  /// Gives a vCPU that does not run its registers: the addresses of its `VCPU` and of an `HVMProcessorState`. False
  /// where the processor would not enter a guest with them; the log has the rule then, and the vCPU what it had before.
  package var load: @convention(c) (UInt, UInt) -> Bool
  /// Takes the registers of a vCPU that does not run: the same addresses.
  package var store: @convention(c) (UInt, UInt) -> Void
  /// Takes a vCPU that will not be looked at again out of what the layout keeps of the processor's state, before the
  /// frames of its control block are used for something else: the address of its `VCPU`.
  package var releaseVCPU: @convention(c) (UInt) -> Void
  /// Whether RFLAGS.IF of the guest of the vCPU that is being served is set: the address of its `VCPU`.
  package var interruptsEnabled: @convention(c) (UInt) -> Bool
  /// Has the hardware take up a vCPU's `tscOffset`.
  package var setTimeStampOffset: @convention(c) (UInt) -> Void

  package init(
    prepareDomain: @convention(c) @escaping (UInt) -> Void,
    takePolicy: @convention(c) @escaping (UInt) -> Void,
    prepareVCPU: @convention(c) @escaping (UInt) -> Void,
    load: @convention(c) @escaping (UInt, UInt) -> Bool,
    store: @convention(c) @escaping (UInt, UInt) -> Void,
    releaseVCPU: @convention(c) @escaping (UInt) -> Void,
    interruptsEnabled: @convention(c) @escaping (UInt) -> Bool,
    setTimeStampOffset: @convention(c) @escaping (UInt) -> Void
  ) {
    self.prepareDomain = prepareDomain
    self.takePolicy = takePolicy
    self.prepareVCPU = prepareVCPU
    self.load = load
    self.store = store
    self.releaseVCPU = releaseVCPU
    self.interruptsEnabled = interruptsEnabled
    self.setTimeStampOffset = setTimeStampOffset
  }
}
