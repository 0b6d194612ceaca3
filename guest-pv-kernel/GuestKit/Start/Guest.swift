import CGuest

/// A guest: one type that conforms to this and is marked `@main`.
///
///     @main struct Hello: Guest {
///       static func run() { console.print("Hello from a guest") }
///     }
///
/// When `run` is called, the guest is in ring 0 of its own, in long mode, with console, clock, events, traps, timers
/// and memory ready. When it returns, the domain powers off; when it throws, the domain crashes with a report that says
/// what was refused.
protocol Guest {
  static func run() throws(GuestError)
}

extension Guest {
  /// The first Swift code: called by Entry/PVHEntry.asm.
  static func main() {
    GuestKit.start()
    do {
      try run()
    } catch {
      Panic.report("run() threw", error)
    }
    console.flush()
    XenScheduler.shutdown(.powerOff)
  }
}

/// Brings the parts of GuestKit up in the order in which they need each other.
enum GuestKit {
  static func start() {
    TrapTable.install()
    if !BootInformation.isValid || !Hypervisor.discover() {
      // Nobody to tell: no start info, or no hypervisor of this ABI.
      while true { cguest_cli_hlt() }
    }
    Console.start()
    MemoryMap.start()
    PhysicalMemory.start()
    SharedPage.start()
    EventDispatcher.start()
    Timers.start()
    InterruptFlag.set()
  }
}
