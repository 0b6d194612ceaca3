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
      list.add(moduleFile(module, index))
    }
    for disk in disks.all { list.add(NamedFile(name: disk.name, source: DiskSource(disk))) }
    return list
  }

  private static func moduleFile(_ module: HVMModule, _ index: Int) -> NamedFile {
    NamedFile(name: NamedFile.moduleName(module.text, index: index), source: ModuleSource(module))
  }

  /// What to tell of boot modules that look like guests. Definitions on disks are not looked at: that takes its time.
  func forgottenMarks() -> [String] {
    var definitions: [[UInt8]] = []
    for file in all where file.source.residentAddress != nil && file.name.utf8.suffix(4).elementsEqual(".cfg".utf8) {
      let count = Int(min(file.source.byteCount, UInt64(ByteSource.pieceLimit)))
      file.source.read(at: 0, count: count) { if let bytes = $0 { definitions.append(bytes) } }
    }
    return (0..<BootInformation.moduleCount).compactMap { index in
      let module = BootInformation.module(index)
      let file = Self.moduleFile(module, index)
      return ForgottenMark.hint(
        name: file.name, words: module.text, isKernel: isKernel(file), definitions: definitions)
    }
  }

  private func isKernel(_ file: NamedFile) -> Bool {
    guard let loading = try? FileLoading(file, gauge) else { return false }
    return loading.withBytes { (try? PVHImage($0)) != nil }
  }
}
