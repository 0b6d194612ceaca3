#if canImport(XenABI)
  import XenABI
#endif

/// What Core needs of the machine, as functions: the boot code fills them in, a host test gives its own.
package struct MachineServices: BitwiseCopyable {
  /// The time-stamp counter.
  package var readTSC: @convention(c) () -> UInt64
  /// Puts one byte out on the hypervisor's console.
  package var writeConsole: @convention(c) (UInt8) -> Void
  /// Masks (true) or unmasks a global system interrupt in its interrupt controller.
  package var maskInterrupt: @convention(c) (UInt32, Bool) -> Void
  /// Programs the route of a global system interrupt: number, level-triggered, active-low. False where there is none.
  package var routeInterrupt: @convention(c) (UInt32, Bool, Bool) -> Bool
  /// Ends an interrupt that was left in service until its domain was done with it.
  package var endInterrupt: @convention(c) (UInt32) -> Void
  /// Programs an MSI or MSI-X entry of a PCI function: interrupt's vector slot, segment-bus-device-function,
  /// MSI-X table address or 0 for MSI, entry. False where the function lacks it.
  package var routeMessage: @convention(c) (UInt32, UInt32, UInt64, UInt32) -> Bool
  /// Takes such an interrupt away from its function.
  package var unrouteMessage: @convention(c) (UInt32) -> Void
  /// Ends the machine: false restarts it, true powers it off.
  package var endMachine: @convention(c) (Bool) -> Void

  package init(
    readTSC: @convention(c) @escaping () -> UInt64,
    writeConsole: @convention(c) @escaping (UInt8) -> Void,
    maskInterrupt: @convention(c) @escaping (UInt32, Bool) -> Void,
    routeInterrupt: @convention(c) @escaping (UInt32, Bool, Bool) -> Bool,
    endInterrupt: @convention(c) @escaping (UInt32) -> Void,
    routeMessage: @convention(c) @escaping (UInt32, UInt32, UInt64, UInt32) -> Bool,
    unrouteMessage: @convention(c) @escaping (UInt32) -> Void,
    endMachine: @convention(c) @escaping (Bool) -> Void
  ) {
    self.readTSC = readTSC
    self.writeConsole = writeConsole
    self.maskInterrupt = maskInterrupt
    self.routeInterrupt = routeInterrupt
    self.endInterrupt = endInterrupt
    self.routeMessage = routeMessage
    self.unrouteMessage = unrouteMessage
    self.endMachine = endMachine
  }
}
