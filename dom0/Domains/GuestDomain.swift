/// A domain that this one serves: its console, its doorbell, and what is known of it.
final class GuestDomain: DomainKeyed {
  let id: DomainID
  var domain: DomainID { id }
  var name: String
  /// When it was first seen.
  let since = Clock.now
  /// As the hypervisor last described it.
  var information: DomainInformation
  /// What is being done about its end.
  var stage = Stage.served

  enum Stage {
    case served
    /// It has ended, and that was told.
    case reported
    /// It is being taken apart.
    case leaving
  }

  /// What it wrote, line by line.
  private(set) var log = LineLog()
  /// Raised when there is something to do for its console.
  let wake: EventFlag
  private var console: GuestConsole?
  private var doorbell: Doorbell?
  /// The ports that it kept open at the last look for one.
  private var offeredPorts: [EventPort] = []
  private var assembler = LineAssembler()
  private var budget = DrainBudget(now: Clock.now)
  /// What was typed for it and did not fit its ring yet.
  private var typed = TypedInput()
  /// Whether what is typed for it is lost.
  private var losesTyped = false
  private var isOutOfStep = false
  private var isHeldBack = false
  private var hasComplained = false
  /// Lines that the terminal was too slow to show; they are in the log.
  var linesLeftOut = 0
  private var ticks = 0
  private let gauge: MemoryGauge

  init(_ information: DomainInformation, gauge: MemoryGauge, wakes: FlagGroup) {
    self.gauge = gauge
    wake = EventFlag(of: wakes)
    id = information.domain
    name = DomainControls.name(of: information.domain) ?? "d\(information.domain.rawValue)"
    self.information = information
  }

  var hasEnded: Bool { information.flags.contains(.shutdown) || information.flags.contains(.dying) }
  var hasConsole: Bool { console != nil }

  /// Connects to the console, if the domain has one that is not connected yet.
  func connectConsole() throws(GuestError) {
    if console == nil { console = try GuestConsole.connect(to: id, wake: wake) }
  }

  /// Whether to say that its console is refused: once.
  func complainsOfConsole() -> Bool {
    let isFirst = !hasComplained
    hasComplained = true
    return isFirst
  }

  /// Gives its page and its ports back, so that nothing of it is held here.
  func disconnect() {
    wake.hold()
    console = nil
    doorbell = nil
    typed.clear()
  }
}

// MARK: Its console

extension GuestDomain {
  /// What one turn may show of it.
  private static var bytesPerTurn: Int { 2048 }
  /// How long a guest waits that has used up its share.
  private static var pause: Nanoseconds { .milliseconds(50) }

  /// Takes a part of what the guest wrote: each byte goes to `raw`, each line that is complete to the log and to
  /// `show`. What is left raises `wake` again, now or when the guest's share allows.
  func receive(raw: (UInt8) -> Void, show: ([UInt8]) -> Void) -> Trouble? {
    let limit = min(budget.remaining(at: Clock.now), Self.bytesPerTurn)
    let received = take(atMost: limit, raw: raw, show: show)
    budget.spend(received.count)
    if received.remaining > 0 {
      if received.count > 0 { wake.raise() } else { holdBack() }
    }
    if received.wasOutOfStep && !isOutOfStep {
      isOutOfStep = true
      return .outOfStep
    }
    return nil
  }

  /// What a guest's console may have wrong with it; said once.
  enum Trouble {
    case outOfStep
  }

  private func keep(_ line: [UInt8]) { log.append(line) { gauge.pay($0) } }

  /// Takes all that is in the ring, and the start of a line too: nothing more will come.
  func receiveLast(raw: (UInt8) -> Void, show: ([UInt8]) -> Void) {
    _ = take(atMost: Int(ConsoleRingLayout.outputSize), raw: raw, show: show)
    if let line = assembler.flush() {
      keep(line)
      show(line)
    }
  }

  private func take(
    atMost limit: Int, raw: (UInt8) -> Void, show: ([UInt8]) -> Void
  ) -> ConsoleRingEnd<MemoryWindow>.Received {
    let received = console?.receive(atMost: limit) { byte in
      raw(byte)
      if let line = assembler.accept(byte) {
        keep(line)
        show(line)
      }
    }
    return received ?? .init()
  }

  private func holdBack() {
    if isHeldBack { return }
    isHeldBack = true
    Timers.after(Self.pause) { [wake, self] in
      isHeldBack = false
      wake.raise()
    }
  }

  /// What becomes of a byte that is typed for a guest.
  enum Typing {
    /// It reaches the guest when that reads.
    case kept
    /// It is lost, as the first one after others that were kept.
    case firstLost
    case lost
  }

  /// Types a byte. A guest that does not read may have as much waiting as the prompt.
  func type(_ byte: UInt8) -> Typing {
    if console == nil || typed.count == TypedInput.capacity {
      defer { losesTyped = true }
      return losesTyped ? .lost : .firstLost
    }
    losesTyped = false
    typed.append(byte) { gauge.pay($0) }
    sendTyped()
    return .kept
  }

  /// Sends on what was typed, as far as there is room now.
  func sendTyped() {
    if typed.isEmpty { return }
    typed.send { console?.send($0) ?? 0 }
  }
}

// MARK: Its doorbell

extension GuestDomain {
  /// Rings, and looks for a doorbell where there is none: often while the guest is young, then now and then.
  func tick() {
    ticks += 1
    if doorbell == nil {
      if ticks <= 10 || ticks % 10 == 0 { connectDoorbell() }
    } else if doorbell?.isConnected != true {
      doorbell = nil
    }
    doorbell?.ring()
  }

  func connectDoorbell() {
    if doorbell != nil { return }
    let open = Doorbell.candidates(of: id, excluding: [port(.consolePort), port(.storePort)])
    // A port that is open at one look only may be a frontend's, whose backend is about to connect to it.
    if let port = open.first(where: { offeredPorts.contains($0) }) {
      doorbell = Doorbell.connect(to: port, of: id, wake: wake)
    }
    offeredPorts = open
    doorbell?.ring()
  }

  /// Lets the guest ring again.
  func serveDoorbell() { doorbell?.serve() }

  /// Events between this guest and domain 0, both ways.
  var eventCount: UInt64 {
    (console?.eventCount ?? 0) &+ (doorbell.map { $0.sent &+ $0.received } ?? 0)
  }

  /// Events to and from the guest over the doorbell, nil without one.
  var rings: (sent: UInt64, received: UInt64)? {
    doorbell.map { ($0.sent, $0.received) }
  }

  private func port(_ parameter: HVMParameter) -> EventPort {
    EventPort(UInt32(truncatingIfNeeded: (try? XenParameters.get(parameter, of: id)) ?? 0))
  }
}
