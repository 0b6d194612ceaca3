/// The live view of `top`: drawn anew each second.
final class TopActivity: Activity {
  private let service: Service
  /// The pictures that are left; nil until it is ended by hand.
  private var remaining: UInt64?
  private var last: [DomainSample] = []
  private var lastTime = Nanoseconds.zero
  private var pictures = 0
  private var isDue = true

  /// - Parameter seconds: when it ends by itself.
  init(_ service: Service, seconds: UInt64?) {
    self.service = service
    remaining = seconds
  }

  override var ownsTerminal: Bool { true }
  override var hasWork: Bool { isDue || isDone }

  /// Less than this between two pictures says little.
  private static var shortest: Nanoseconds { .milliseconds(500) }

  override func tick() { if Clock.now.since(lastTime) >= Self.shortest { isDue = true } }

  override func step() {
    if !isDue { return }
    isDue = false
    do {
      let machine = try Machine.information()
      let now = Clock.now
      let samples = try service.guests.samples { [service] domain in
        service.backends.all.reduce(service.storeService.eventCount(of: domain)) { sum, backend in
          backend.domain == domain ? sum &+ backend.eventCount : sum
        }
      }
      let picture = TopReport.MachineSample(
        uptime: now, processorCount: machine.processorCount, totalFrames: machine.totalFrameCount,
        freeFrames: machine.freeFrameCount)
      let lines = TopReport.lines(picture, samples, before: last, elapsed: now.since(lastTime))
      service.terminal.showScreen(lines + ["", "q leaves"], isFirst: pictures == 0)
      (last, lastTime) = (samples, now)
    } catch {
      service.terminal.print("top: \(error.reason)")
      isDone = true
    }
    pictures += 1
    if let remaining {
      if remaining == 0 { isDone = true } else { self.remaining = remaining - 1 }
    }
  }

  override func accept(_ byte: UInt8) -> Bool {
    if byte == UInt8(ascii: "q") || byte == UInt8(ascii: "Q") {
      isDone = true
      return true
    }
    return false
  }

  override func end() { service.terminal.closeScreen() }
}
