/// The disks of domain 0, by name: `vda`, `vdb`... for virtio disks in the order of the PCI buses; `ram0` for the empty
/// RAM disk of the option `ramdisk=SIZE` (MiB, or with a suffix K, M or G); and each boot module by its name, as a RAM
/// disk that is made when it is first asked for.
final class DiskList {
  private(set) var all: [BlockDevice] = []
  /// The disks that are boot modules, by the module's number.
  private var moduleDisks: [(module: Int, disk: BlockDevice)] = []
  /// What can't be used, and why: a line each, until somebody is told.
  private var troubles: [String] = []

  let gauge: MemoryGauge

  init(_ gauge: MemoryGauge) {
    self.gauge = gauge
    findVirtioDisks()
    addEmptyDisk()
  }

  /// The disk of that name, or of its last part: `/dev/vda`, and whatever path a definition has from elsewhere.
  func find(_ name: String) -> BlockDevice? {
    for wanted in [name, NamedFile.baseName(name)] {
      if let known = all.first(where: { $0.name.utf8.elementsEqual(wanted.utf8) }) { return known }
      if let module = module(wanted) { return module }
    }
    return nil
  }

  var hasWork: Bool { all.contains { $0.hasWork } }

  /// Takes what the disks have done.
  func serve() {
    for disk in all where disk.hasWork { disk.serve() }
  }

  /// A second has passed.
  func tick() { for disk in all { disk.tick() } }

  /// What can't be used since the last time, and why: a line each.
  func takeTroubles() -> [String] {
    defer { troubles = [] }
    return troubles + all.compactMap { $0.takeTrouble() }
  }

  /// Makes lasting what was written to any of them; whether all of them say so.
  func flush() -> Bool {
    var isDone = true
    for disk in all where disk.geometry.hasCache && !disk.geometry.isReadOnly { isDone = disk.flush() && isDone }
    return isDone
  }

  private func findVirtioDisks() {
    for function in PCIEnumeration.functions(PortConfiguration()) where VirtioBlockParts.matches(function) {
      do {
        let parts = try VirtioBlockParts(of: function)
        all.append(VirtioBlockDevice(parts, name: Self.name(all.count)))
      } catch {
        troubles.append("the disk at PCI \(function.address.text) can't be used: \(error.reason)")
      }
    }
  }

  /// `vda` for 0, `vdz` for 25, `vdaa` for 26.
  private static func name(_ index: Int) -> String {
    var letters: [UInt8] = []
    var rest = index + 1
    while rest > 0 {
      letters.insert(UInt8(ascii: "a") + UInt8((rest - 1) % 26), at: 0)
      rest = (rest - 1) / 26
    }
    return "vd" + String(decoding: letters, as: UTF8.self)
  }

  private func addEmptyDisk() {
    guard let text = CommandLineOptions.current["ramdisk"] else { return }
    guard let byteCount = DiskSize.parse(text.utf8), let disk = RAMDisk(name: "ram0", byteCount: byteCount, gauge)
    else {
      troubles.append("ramdisk=\(text): expected a size that fits domain 0's free memory")
      return
    }
    all.append(disk)
  }

  /// The boot module of that path, or of its last part, as a disk. One module is one disk, by whichever name.
  private func module(_ name: String) -> BlockDevice? {
    for index in 0..<BootInformation.moduleCount {
      let module = BootInformation.module(index)
      let words = CommandLineOptions(module.text).words
      guard let path = words.first, module.byteCount >= BlockSector.size,
        path.elementsEqual(name.utf8) || path.split(separator: UInt8(ascii: "/")).last?.elementsEqual(name.utf8) == true
      else { continue }
      if let made = moduleDisks.first(where: { $0.module == index }) { return made.disk }
      let base = NamedFile.baseName(String(Substring(path)))
      let isFree = !all.contains { $0.name.utf8.elementsEqual(base.utf8) }
      let disk = RAMDisk(
        name: isFree ? base : String(Substring(path)), module: module.window,
        isReadOnly: words.contains { $0.elementsEqual("readonly".utf8) })
      all.append(disk)
      moduleDisks.append((index, disk))
      return disk
    }
    return nil
  }
}

extension PCIAddress {
  /// As the tools of the field write it: bus:device.function in hexadecimal.
  var text: String {
    func hex(_ value: UInt8, _ digits: Int) -> String {
      let text = String(value, radix: 16)
      return text.utf8.count < digits ? "0" + text : text
    }
    return "\(hex(bus, 2)):\(hex(device, 2)).\(function)"
  }
}
