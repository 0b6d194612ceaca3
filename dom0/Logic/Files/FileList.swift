/// The files that guests are made of, by name: boot modules, disks, and what archives on either hold.
///
/// Names are looked for as they are, then by what follows their last `/`, so that a configuration may keep the paths
/// that it has elsewhere. Of two files of one name the one that was added first is found.
final class FileList {
  private(set) var all: [NamedFile] = []
  /// What is wrong with archives: one line each, to be taken and shown.
  private var troubles: [String] = []
  /// Sources that are still being looked through.
  private(set) var pendingCount = 0
  let gauge: MemoryGauge

  init(_ gauge: MemoryGauge = MemoryGauge()) { self.gauge = gauge }

  /// Adds a file, and where it is an archive, what it holds. An archive on a disk is looked through meanwhile.
  func add(_ file: NamedFile) {
    all.append(file)
    pendingCount += 1
    ArchiveReader.read(file.source, gauge) { [self] outcome in
      pendingCount -= 1
      switch outcome {
      case .archive(let members, let trouble):
        all += members
        if let trouble { troubles.append("the archive \(file.name): \(trouble)") }
      case .notAnArchive: break
      case .unreadable: troubles.append("\(file.name) can't be read")
      }
    }
  }

  /// The file of that name, or of its last part.
  func find(_ name: String) -> NamedFile? {
    if let file = all.first(where: { $0.name == name }) { return file }
    let base = NamedFile.baseName(name)
    return all.first { $0.name == base }
  }

  /// The names, for those who look for one.
  var names: [String] { all.map { $0.name } }

  /// What was found wrong since the last time.
  func takeTroubles() -> [String] {
    defer { troubles = [] }
    return troubles
  }
}
