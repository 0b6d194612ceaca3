/// A multiboot module: a file and its arguments.
public struct BootModule: Sendable {
  public var file: String
  public var arguments: String
  /// What the file is to hold: it is written into the machine's folder before the start. Nil: the file is there.
  public var content: [UInt8]?

  public init(_ file: String, arguments: String = "") {
    self.file = file
    self.arguments = arguments
  }

  /// A file of domain 0's, such as a guest's definition, by the name that it has there.
  public static func file(_ name: String, _ content: [UInt8]) -> BootModule {
    var module = BootModule(name, arguments: name)
    module.content = content
    return module
  }

  /// A text file of domain 0's.
  public static func file(_ name: String, _ text: String) -> BootModule { file(name, Array(text.utf8)) }

  /// A built image as a file of domain 0's, by its own name: a kernel that a guest's definition names.
  public static func image(_ name: String) -> BootModule {
    BootModule(BuiltFiles.path(name), arguments: String(name.split(separator: "/").last ?? ""))
  }

  /// Domain 0's image.
  public static func dom0(_ arguments: String = "") -> BootModule {
    BootModule(BuiltFiles.path("dom0.elf"), arguments: arguments)
  }

  /// A guest that the hypervisor builds at boot, of `memory` MiB.
  public static func domU(
    _ image: String = "guest.elf", name: String, memory: Int = 32, arguments: String = ""
  ) -> BootModule {
    let own = arguments.isEmpty ? "" : " -- \(arguments)"
    return BootModule(BuiltFiles.path(image), arguments: "domU name=\(name) mem=\(memory)\(own)")
  }

  /// The module as QEMU's `-initrd` and the ISO script take it.
  var entry: String { arguments.isEmpty ? file : "\(file) \(arguments)" }
}

/// What runs the machine.
public enum Emulator: Sendable, CustomStringConvertible {
  /// QEMU's interpreter with every feature it has, SVM among them, in the time of the wall clock.
  case qemu
  /// The same in a virtual time of one nanosecond an instruction: a run repeats to the byte, and idle time is skipped.
  case qemuCounting
  /// Bochs as the processor `model`, with VMX from a GRUB CD. A clock tick is an instruction here too.
  case bochs(model: String)

  /// A server of 2017: EPT with accessed/dirty bits and 1 GiB pages, unrestricted guest, VPID, PML.
  public static let skylakeX = Emulator.bochs(model: "corei7_skylake_x")
  /// A desktop of 2011: EPT without accessed/dirty bits and without 1 GiB pages.
  public static let sandyBridge = Emulator.bochs(model: "corei7_sandy_bridge_2600k")

  /// Whether QEMU counts instructions. QEMU 10 ends with "Bad icount read" then where the timer of an x2APIC is read, so
  /// that the processor must have none; 7.2 models none.
  var counts: Bool { if case .qemuCounting = self { true } else { false } }

  public var description: String {
    switch self {
    case .qemu: "QEMU TCG"
    case .qemuCounting: "QEMU TCG -icount"
    case .bochs(let model): "Bochs \(model)"
    }
  }
}

/// A machine to boot: hardware, hypervisor, command line and modules.
public struct MachineConfiguration: Sendable {
  public var emulator: Emulator
  /// RAM in MiB.
  public var memory: Int
  /// The hypervisor's command line.
  public var options: String
  public var modules: [BootModule]
  /// Boot from a GRUB CD made for the run, which Bochs always does, rather than by QEMU's multiboot loader.
  public var bootsFromDisc = false
  /// Disks, for QEMU only: the first is `vda` to domain 0.
  public var disks: [Disk] = []
  /// The processor that QEMU plays.
  public var processor = "max"
  /// More words for QEMU's command line: a machine type, a device.
  public var hardware: [String] = []
  /// QEMU's monitor (`Machine.monitor`); for QEMU only.
  public var hasMonitor = false
  /// The multiboot image.
  public var kernel: String
  /// When the emulator is ended, whatever it does.
  public var limit: Duration

  public init(
    _ emulator: Emulator, memory: Int = 256, options: String = "console=com1 exit=isa-debug",
    modules: [BootModule], kernel: String = BuiltFiles.path("apus.elf"), limit: Duration = .seconds(180)
  ) {
    self.emulator = emulator
    self.memory = memory
    self.options = options
    self.modules = modules
    self.kernel = kernel
    self.limit = limit
  }
}
