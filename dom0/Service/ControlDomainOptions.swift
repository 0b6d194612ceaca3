/// Domain 0's own command line.
///
/// | | |
/// |---|---|
/// | `on_end=destroy` (default), `on_end=preserve` | what becomes of a guest built at boot that has ended |
/// | `ramdisk=SIZE` | makes an empty RAM disk `ram0`: MiB, or with K, M, G |
/// | `dump=DISK` | the disk for cores of crashed guests |
enum ControlDomainOptions {
  private static var known: [KnownOption] {
    [
      KnownOption("on_end", .oneOf(["destroy", "preserve"])), KnownOption("ramdisk", .text("SIZE")),
      KnownOption("dump", .text("DISK")),
    ]
  }

  /// What is wrong with the line. The size of a RAM disk is looked at where that is made.
  static func faults(_ disks: DiskList) -> [String] {
    let options = CommandLineOptions.current
    var faults = options.faults(knowing: known)
    if let name = options["dump"], !name.isEmpty, disks.find(name) == nil {
      let names = disks.all.map { $0.name }
      let choice = names.isEmpty ? "and there is none" : "of \(names.joined(separator: ", "))"
      faults.append("bad value 'dump=\(name)': expected a disk, \(choice)")
    }
    return faults
  }
}
