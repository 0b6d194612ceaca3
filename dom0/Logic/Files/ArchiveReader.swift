/// Finds the members of a ustar archive, header by header, so that an archive on a disk keeps nobody waiting.
final class ArchiveReader {
  /// What the search came to.
  enum Outcome {
    /// The members, and what was wrong with the rest of the archive, if anything: a line for people.
    case archive([NamedFile], trouble: String?)
    /// It is no archive.
    case notAnArchive
    case unreadable
  }

  private let source: ByteSource
  private let gauge: MemoryGauge
  private let completion: (Outcome) -> Void
  private var members: [NamedFile] = []
  private var offset: UInt64 = 0
  private var isFinished = false
  /// Set while `advance` is on the stack, so that an answer that comes at once does not recurse.
  private var isAdvancing = false
  private var answered = false

  /// The most members that are looked at.
  private static var memberLimit: Int { 4096 }
  /// What a member takes of memory, in bytes.
  private static var memberCost: Int { 512 }

  /// Starts the search; `completion` is called once, perhaps at once.
  static func read(
    _ source: ByteSource, _ gauge: MemoryGauge = MemoryGauge(), _ completion: @escaping (Outcome) -> Void
  ) {
    ArchiveReader(source, gauge, completion).advance()
  }

  private init(_ source: ByteSource, _ gauge: MemoryGauge, _ completion: @escaping (Outcome) -> Void) {
    self.source = source
    self.gauge = gauge
    self.completion = completion
  }

  private func advance() {
    if isAdvancing {
      answered = true
      return
    }
    isAdvancing = true
    repeat {
      answered = false
      guard source.holds(UInt64(ArchiveHeader.byteCount), at: offset) else {
        end(offset == 0 ? nil : "it ends without its end mark: is it cut short?")
        break
      }
      source.read(at: offset, count: ArchiveHeader.byteCount) { [self] block in accept(block) }
    } while answered && !isFinished
    isAdvancing = false
  }

  private func accept(_ block: [UInt8]?) {
    guard let block else { return finish(.unreadable) }
    do {
      let header = try ArchiveHeader(block)
      guard let distance = header.distanceToNext, source.holds(distance, at: offset) else {
        // The last member's padding may be missing, its bytes must not.
        guard source.holds(header.byteCount, at: offset + UInt64(ArchiveHeader.byteCount)) else {
          return end("'\(header.name)' is cut short")
        }
        add(header)
        return end(nil)
      }
      add(header)
      offset += distance
      guard members.count < Self.memberLimit else { return end("it has more than \(Self.memberLimit) files") }
      guard gauge.pay(Self.memberCost) else { return end(MemoryGauge.refusal) }
      advance()
    } catch {
      switch error {
      case .end: end(nil)
      case .noMagic: end(offset == 0 ? nil : "what follows is not ustar")
      case .checksum: end("the checksum of a header is wrong")
      case .size: end("a member's size is no number")
      }
    }
  }

  private func add(_ header: ArchiveHeader) {
    if !header.isFile { return }
    let bytes = SourceSlice(
      of: source, at: offset + UInt64(ArchiveHeader.byteCount), count: header.byteCount)
    members.append(NamedFile(name: NamedFile.baseName(header.name), source: bytes))
  }

  /// Ends the search. Nothing found at offset 0 is no archive.
  private func end(_ trouble: String?) {
    if offset == 0 && members.isEmpty { return finish(.notAnArchive) }
    finish(.archive(members, trouble: trouble))
  }

  private func finish(_ outcome: Outcome) {
    isFinished = true
    completion(outcome)
  }
}
