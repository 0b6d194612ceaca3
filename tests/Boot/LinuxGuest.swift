import Foundation
import HostTools
import Rig

/// Stock Linux kernels as guests: what tools/linux/prepare.sh has made of Debian's packages.
enum LinuxGuest {
  /// Which kernel of Debian's: the folder below build/linux.
  enum Kernel: String, Sendable {
    case cloud, standard
    /// The 32-bit one.
    case pae
    /// Debian 13's, on a machine of any Debian.
    case trixie
    case trixieCloud = "trixie-cloud"
    case trixieRealTime = "trixie-rt"
  }

  /// Whether a kernel was fetched: where there is no network, or no apt, the tests of Linux can't run.
  static func isThere(_ kernel: Kernel) -> Bool {
    FileManager.default.fileExists(atPath: path(kernel, "vmlinux"))
      && FileManager.default.fileExists(atPath: path(kernel, "initramfs.cpio"))
  }

  /// What the shell of the initramfs shows when it is ready for a command.
  static let prompt = "linux# "

  /// A disk with the file system that the host made.
  static var disk: Disk { get throws { Disk(.bytes([UInt8](try Data(contentsOf: url("test-disk"))))) } }

  /// The machine that has all that `definitions` name.
  static func machine(
    _ kernel: Kernel, on emulator: Emulator = .qemu, memory: Int = 768, definitions: [BootModule], disks: [Disk] = []
  ) -> MachineConfiguration {
    let files = ["vmlinux", "initramfs.cpio"].map { BootModule.image("linux/\(kernel.rawValue)/\($0)") }
    var machine = MachineConfiguration(
      emulator, memory: memory, modules: [.dom0()] + definitions + files, limit: .seconds(900))
    machine.disks = disks
    if let processor = try? String(contentsOf: url("\(kernel.rawValue)/processor"), encoding: .utf8) {
      machine.processor = processor.trimmingCharacters(in: .whitespacesAndNewlines)
    }
    return machine
  }

  /// A definition of examples/configs, as it is.
  static func definition(_ file: String) throws -> BootModule {
    let path = PackageFolder.url.appendingPathComponent("examples/configs/\(file)")
    return .file(file, [UInt8](try Data(contentsOf: path)))
  }

  private static func path(_ kernel: Kernel, _ file: String) -> String { url("\(kernel.rawValue)/\(file)").path }
  private static func url(_ file: String) -> URL { URL(fileURLWithPath: BuiltFiles.path("linux/\(file)")) }
}

extension Machine {
  /// Attaches to a Linux guest's console and waits for its shell, which answers an empty line if it is there already.
  func attachLinux(_ name: String, within limit: Duration = .seconds(60)) async throws {
    let mark = now
    send("console \(name)\r")
    try await expect("the console of \(name)", since: mark)
    send("\r")
    try await expect(LinuxGuest.prompt, since: mark, within: limit, "the shell of \(name)")
  }

  /// Leaves the console that is attached.
  func detach() async throws {
    let mark = now
    send("\u{1D}")
    try await expect("left the console", since: mark)
  }

  /// Runs checks of the initramfs (tools/linux/root/bin/check) in the guest that is attached; all must hold.
  ///
  /// - Returns: what they printed.
  @discardableResult
  func checkLinux(_ names: String, within limit: Duration = .seconds(120)) async throws -> String {
    let mark = now
    send("check \(names)\r")
    let done = try await expect(/checks done: (\d+) failed/, since: mark, within: limit, "the end of 'check \(names)'")
    let text = output(since: mark)
    try require(done.1 == "0", text)
    return text
  }
}
