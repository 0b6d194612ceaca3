/// A guest's definition being read, and the build that follows.
final class ConfigurationReading {
  let file: NamedFile
  /// The build, once the definition is understood.
  private(set) var build: DomainBuild?
  /// Why there is none.
  private(set) var failure: String?
  /// What a person should know of the definition: a line each.
  private(set) var warnings: [String] = []
  private let settings: [String]
  private let startsPaused: Bool
  private var bytes: [UInt8]?
  private var stage = Stage.new

  private enum Stage {
    case new
    case reading
    case read
    case over
  }

  /// The most bytes of a definition; of a disk that holds one, no more are looked at.
  private static var longest: UInt64 { UInt64(ByteSource.pieceLimit) }

  /// What each byte of a definition may take of memory while it is understood.
  private static var costPerByte: Int { 64 }

  init(_ file: NamedFile, _ settings: [String], paused: Bool) {
    self.file = file
    self.settings = settings
    startsPaused = paused
  }

  var isOver: Bool { stage == .over }
  var hasWork: Bool { stage == .new || stage == .read }

  func step(_ toolstack: Toolstack) {
    switch stage {
    case .new:
      stage = .reading
      let count = Int(min(file.source.byteCount, Self.longest))
      file.source.read(at: 0, count: count) { [self] bytes in
        self.bytes = bytes
        stage = .read
      }
    case .read: understand(toolstack)
    case .reading, .over: break
    }
  }

  private func understand(_ toolstack: Toolstack) {
    stage = .over
    guard let bytes else {
      failure = "\(file.name) can't be read: its disk failed"
      return
    }
    // A disk is longer than its text, and zero behind it.
    let text = Array(bytes.prefix { $0 != 0 })
    guard toolstack.gauge.pay(text.count * Self.costPerByte) else {
      failure = MemoryGauge.refusal
      return
    }
    do throws(ConfigurationError) {
      let parsed = try GuestConfiguration.parse(text, file: file.name, settings: settings)
      warnings = parsed.warnings
      do throws(ToolstackError) {
        build = try toolstack.create(parsed.configuration, paused: startsPaused)
      } catch {
        failure = error.message
      }
    } catch {
      failure = error.message
    }
  }
}
