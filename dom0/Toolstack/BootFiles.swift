/// A boot module's bytes, which lie in this domain's memory for good.
final class ModuleSource: ByteSource {
  private let window: MemoryWindow

  init(_ module: HVMModule) {
    window = module.window
    super.init(byteCount: UInt64(max(window.byteCount, 0)))
  }

  override func read(at offset: UInt64, count: Int, _ completion: @escaping Completion) {
    guard count >= 0, count <= Self.pieceLimit, holds(UInt64(count), at: offset) else { return completion(nil) }
    completion((0..<count).map { window.load8(at: Int(offset) + $0) })
  }

  override var residentAddress: UInt64? { window.address }
}

extension FileList {
  /// What this domain was handed: its modules, and the disks that it has.
  static func ofThisDomain(_ disks: DiskList) -> FileList {
    let list = FileList(disks.gauge)
    for index in 0..<BootInformation.moduleCount {
      let module = BootInformation.module(index)
      list.add(NamedFile(name: NamedFile.moduleName(module.text, index: index), source: ModuleSource(module)))
    }
    for disk in disks.all { list.add(NamedFile(name: disk.name, source: DiskSource(disk))) }
    return list
  }
}
