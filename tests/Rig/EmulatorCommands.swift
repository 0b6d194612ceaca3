import Foundation
import HostTools

/// The command lines of the emulators.
extension EmulatorProcess {
  static func qemu(_ machine: MachineConfiguration, folder: URL) throws -> [String] {
    var words = ["qemu-system-x86_64", "-accel", "tcg", "-m", "\(machine.memory)"]
    words += ["-cpu", machine.processor + (machine.emulator.counts ? ",-x2apic" : "")]
    words += ["-display", "none", "-nodefaults", "-no-reboot", "-serial", "stdio", "-monitor", "none"]
    words += ["-device", "isa-debug-exit,iobase=0xf4,iosize=4"]
    if case .qemuCounting = machine.emulator { words += ["-icount", "shift=0,sleep=off"] }
    for (index, disk) in machine.disks.enumerated() { words += disk.words(index) }
    words += machine.hardware
    if machine.hasMonitor {
      try QEMUMonitor.makePipes(in: folder)
      let path = folder.appendingPathComponent(QEMUMonitor.pipe).path
      words += ["-chardev", "pipe,id=monitor,path=\(path)", "-mon", "chardev=monitor,mode=control"]
    }
    if machine.bootsFromDisc {
      words += ["-cdrom", try makeDisc(for: machine, in: folder), "-boot", "d"]
    } else {
      words += ["-kernel", machine.kernel, "-append", machine.options]
      if !machine.modules.isEmpty {
        words += ["-initrd", machine.modules.map(\.entry).joined(separator: ",")]
      }
    }
    return words
  }

  static func bochs(
    _ machine: MachineConfiguration, model: String, folder: URL, terminal: Pseudoterminal
  ) throws -> [String] {
    let disc = try makeDisc(for: machine, in: folder)
    let log = folder.appendingPathComponent(MachineFolder.bochsLog).path
    let configuration = try Command.output(
      BuiltFiles.tool("bochsrc.sh"), [model, "\(machine.memory)", disc, log, "mode=term, dev=\(terminal.path)"])
    try configuration.write(to: folder.appendingPathComponent("bochsrc"), atomically: true, encoding: .utf8)
    // Debian's build has the debugger, which must be told to go on.
    try "c\n".write(to: folder.appendingPathComponent("debugger"), atomically: true, encoding: .utf8)
    return ["bochs", "-q", "-f", "bochsrc", "-rc", "debugger"]
  }

  /// Makes a CD of GRUB with the machine's kernel and modules, and returns its path.
  private static func makeDisc(for machine: MachineConfiguration, in folder: URL) throws -> String {
    let path = folder.appendingPathComponent("apus.iso").path
    let images = ["\(machine.kernel) \(machine.options)"] + machine.modules.map(\.entry)
    try Command.output(BuiltFiles.tool("make-iso.sh"), [path] + images)
    return path
  }
}
