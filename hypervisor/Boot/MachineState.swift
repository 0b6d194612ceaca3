#if canImport(CMachine)
  import CMachine
#endif

/// What the boot code found of the machine and keeps using: one of it, in frames of its own.
///
/// The per-CPU block at the GS base leads to it, so that interrupt handlers and the services of Core, which are plain
/// functions, find it without a global.
struct MachineState: ~Copyable {
  let hypervisor: Handle<Hypervisor>
  let firmware: FirmwareTables
  let features: CPUFeatures
  let apic: HostAPIC
  var ioAPICs = InlineArray<4, IOAPIC?>(repeating: nil)
  /// How the serial port's interrupt comes.
  var consoleInterrupt = ConsoleInterrupt.none
  /// Who has what is typed at the console, and what waits to go out there.
  var input = ConsoleEscape()
  var output = ConsoleOutput()
  /// The display, where the console is there too.
  var screen: ConsoleScreen
  let options: HypervisorOptions
  /// Ticks of the APIC's timer in 2^20 nanoseconds, where it has no deadline mode.
  var timerTicksPerMegananosecond: UInt64 = 0
  var messages = MessageRoutes()
  /// The layout whose run loop was entered.
  var layout = RingLayout.svm
  /// Leave QEMU with a status at the end.
  var leavesEmulator: Bool { options.exit == .isaDebug }
}

/// The block at a CPU's GS base.
struct PerCPU: BitwiseCopyable {
  var cpu: UInt
  var machine: UInt
  var currentVCPU: UInt

  /// This CPU.
  @inline(__always) static var cpu: Handle<CPU> {
    // Set once before interrupts are first let in.
    unsafe Handle(UnsafeMutablePointer(bitPattern: UInt(apus_read_gs(0))).unsafelyUnwrapped)
  }

  /// The machine.
  @inline(__always) static var machine: Handle<MachineState> {
    unsafe Handle(UnsafeMutablePointer(bitPattern: UInt(apus_read_gs(8))).unsafelyUnwrapped)
  }

  /// Whether the block has been set up: a panic before that has less to tell.
  static var isReady: Bool { ModelSpecificRegister.gsBase.value != 0 }
}
