import Rig

/// Definitions of guests and what they name, as files of domain 0's.
enum GuestFiles {
  /// The guest kernel.
  static let kernel = BootModule.image("guest.elf")

  /// The definition of a guest of the guest kernel.
  static func definition(
    _ file: String = "guest.cfg", name: String = "guest", kernel: String = "guest.elf", memory: Int = 32,
    arguments: String, more: [String] = []
  ) -> BootModule {
    let lines =
      ["name = \"\(name)\"", "kernel = \"\(kernel)\"", "memory = \(memory)", "cmdline = \"\(arguments)\""] + more
    return .file(file, lines.map { "\($0)\n" }.joined())
  }

  /// A guest that ticks for ever, and leaves the tour of the hypercalls out.
  static let ticking = definition(arguments: "tour=off ticks=forever")
}
