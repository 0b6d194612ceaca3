/// `create`: shows how far the build of a guest is, and gives it up at Ctrl-C.
final class CreateActivity: Activity {
  private let service: Service
  private let reading: ConfigurationReading
  private let attaches: Bool
  private let start = Clock.now
  private var warningsTold = 0
  /// The guest that is built, once it is.
  private var built: (id: DomainID, name: String)?
  private var isGivenUp = false

  init(_ service: Service, _ reading: ConfigurationReading, attaches: Bool) {
    self.service = service
    self.reading = reading
    self.attaches = attaches
  }

  override var status: String {
    guard let build = reading.build else { return "reading \(reading.file.name)" }
    let progress = build.progress
    let front = "\(build.configuration.name): \(progress.work.name)"
    return progress.total == 0 ? front : "\(front) \(ProgressBar.text(progress.done, of: progress.total))"
  }

  override var hasWork: Bool { isDone }

  override func step() {
    for warning in reading.warnings.dropFirst(warningsTold) { service.terminal.print(warning) }
    warningsTold = reading.warnings.count
    if let built {
      finish(built.id, built.name)
    } else if let failure = reading.failure {
      fail(failure)
    } else if let build = reading.build, let outcome = build.outcome {
      switch outcome {
      case .failed(let message): fail(isGivenUp ? "given up" : message)
      case .built(let id):
        built = (id, build.configuration.name)
        service.domainsHaveChanged()
      }
    }
  }

  private func fail(_ message: String) {
    service.terminal.print("create: \(message)")
    isDone = true
  }

  /// The guest is complete; the list knows it as soon as the domains have been looked at.
  private func finish(_ id: DomainID, _ name: String) {
    guard let guest = service.guests.all.find(id) else {
      // It may have ended within the time that the looking took.
      if service.toolstack.domain(id) == nil { isDone = true } else { service.domainsHaveChanged() }
      return
    }
    let milliseconds = Clock.now.since(start).rawValue / 1_000_000
    service.say("\(name) is domain \(id.rawValue), built in \(milliseconds) ms")
    isDone = true
    if attaches { service.openConsole(of: guest) }
  }

  override func interrupt() {
    isGivenUp = true
    if let build = reading.build { build.cancel() } else { isDone = true }
  }
}
