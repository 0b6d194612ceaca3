import Foundation
import HostTools

/// Debian's Xen 4.17, fetched as a package and unpacked, never installed.
public enum XenPeer {
  private static let package = "xen-hypervisor-4.17-amd64"
  private static let folder = BuiltFiles.path("xen")

  /// What its figures mean.
  public static let note = """
    xen: the same binary as PVH domain 0 of Xen 4.17, with the same options. Where the processor does not save the next
    instruction's address, as QEMU's does not, Xen fetches and decodes what it exits for, some 5,500 instructions each time;
    a port's exit brings the address along, and shows Xen without that. Apus decodes too, and pays less.
    """

  /// A machine that runs `guest` as Xen's PVH domain 0. Xen demands an IOMMU for that.
  ///
  /// - Parameter more: options of Xen's beside those.
  public static func machine(
    running guest: BootModule, _ emulator: Emulator = .qemuCounting, options more: String = ""
  ) throws -> MachineConfiguration {
    var machine = MachineConfiguration(
      emulator, memory: 512, options: "console=com1 com1=115200,8n1 dom0=pvh dom0_mem=128M \(more)",
      modules: [guest], kernel: try image.get())
    machine.hardware = ["-machine", "q35", "-device", "amd-iommu"]
    return machine
  }

  /// The path of Xen's multiboot image, fetched once where it is not there yet.
  private static let image = Result { try hypervisor() }

  private static func hypervisor() throws -> String {
    let image = "\(folder)/xen.bin"
    if FileManager.default.fileExists(atPath: image) { return image }
    let script = """
      mkdir -p '\(folder)'
      cd '\(folder)'
      apt-get download \(package) >/dev/null
      dpkg -x \(package)_*.deb .
      gunzip -c boot/xen-4.17-amd64.gz >xen.bin.new
      mv xen.bin.new xen.bin
      """
    do {
      try Command.output("/bin/sh", ["-euc", script])
    } catch {
      throw XenUnavailable(package: package)
    }
    return image
  }
}

/// The peer could not be fetched.
struct XenUnavailable: Error, CustomStringConvertible {
  let package: String

  var description: String { "PEER=xen needs Debian 12's package \(package), which apt could not download" }
}
