import Foundation
import HostTools

/// GRUB as a guest: a 32-bit PVH kernel of the wider world with a frontend for disks, out of Debian's package.
public enum GrubGuest {
  private static let package = "grub-xen-bin"
  private static let folder = BuiltFiles.path("grub")

  /// Whether the package is there, or could be fetched.
  public static var isThere: Bool { (try? folderOfModules.get()) != nil }

  /// An image that runs a script, as a file of domain 0's called `grub.elf`.
  ///
  /// - Parameter more: GRUB's modules that it is to have beside those of its shell.
  public static func kernel(running script: String, with more: String = "") throws -> BootModule {
    let modules = try folderOfModules.get()
    let work = URL(fileURLWithPath: folder).appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: work, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: work) }
    try script.write(to: work.appendingPathComponent("script"), atomically: true, encoding: .utf8)
    try run(
      """
      cd '\(work.path)'
      grub-mkimage -O i386-xen_pvh -p / -d '\(modules)' -c script -o grub.elf normal echo cmp hexdump halt \(more)
      """)
    return .file("grub.elf", [UInt8](try Data(contentsOf: work.appendingPathComponent("grub.elf"))))
  }

  /// The modules of the package, fetched once where they are not there yet, never installed.
  private static let folderOfModules = Result {
    let modules = "\(folder)/usr/lib/grub/i386-xen_pvh"
    if !FileManager.default.fileExists(atPath: modules) {
      try run(
        """
        mkdir -p '\(folder)'
        cd '\(folder)'
        apt-get download \(package) >/dev/null
        dpkg -x \(package)_*.deb .
        """)
    }
    return modules
  }

  private static func run(_ script: String) throws { try Command.output("/bin/sh", ["-euc", script]) }
}
