/// What domain 0 does: waits for events, and serves guests, store, disks, terminal and clock in turn.
///
/// One loop does everything, and nothing in it waits for a guest: each part has a bounded piece of its work done in a
/// turn, and the processor sleeps when no part has any. What one guest does wrong is told once and ends at that guest.
final class Service {
  let gauge: MemoryGauge
  let terminal: Terminal
  let guests: GuestList
  let store: Store
  let storeService: StoreService
  let disks: DiskList
  let backends: BlockBackends
  let toolstack: Toolstack
  let announcer: Announcer
  /// The guest whose console the terminal shows, instead of the prompt.
  private(set) var attached: GuestDomain?
  /// What the shell waits for, instead of a prompt.
  private(set) var foreground: Activity?

  /// Something was typed.
  private let input = EventFlag()
  /// A domain has come to an end, or changed.
  private let domainChange = EventFlag()
  /// The hypervisor has written to the console.
  private let hypervisorOutput = EventFlag()
  /// A second has passed.
  private let second = EventFlag()
  private let inputChannel: EventChannel
  private let domainChannel: EventChannel
  private let outputChannel: EventChannel
  /// What was typed and waits for its turn: what the shell does takes its time.
  private var typed = TypedInput()
  /// Whether it is the hypervisor who gets what is typed.
  private var keys = HypervisorKeys()

  /// When to say the next time that something was refused.
  private var nextRefusalTold = Nanoseconds.zero
  private static var refusalPeriod: Nanoseconds { .seconds(60) }

  /// What is read and used of it in a turn.
  private static var inputPerTurn: Int { 256 }

  init() throws(GuestError) {
    let gauge = MemoryGauge()
    gauge.measure(MemoryReserve(domainCount: 0))
    let terminal = Terminal(gauge)
    let announcer = Announcer(terminal)
    let guests = GuestList(gauge: gauge)
    let store = Store(gauge: gauge)
    let disks = DiskList(gauge)
    let backends = BlockBackends(store: store, disks: disks)
    storeService = StoreService(store)
    toolstack = Toolstack(
      store: storeService, disks: disks, keepsBootGuests: CommandLineOptions.current.has("on_end", "preserve"),
      say: { announcer.say($0) },
      release: { domain in
        guests.disconnect(domain)
        backends.disconnect(domain)
      })
    (self.gauge, self.terminal, self.announcer) = (gauge, terminal, announcer)
    (self.guests, self.store, self.disks, self.backends) = (guests, store, disks, backends)
    inputChannel = try EventChannel(virtualIRQ: .console)
    domainChannel = try EventChannel(virtualIRQ: .domainException)
    outputChannel = try EventChannel(virtualIRQ: .consoleRing)
  }

  /// Serves for ever.
  func run() -> Never {
    inputChannel.onEvent { [input] in input.raise() }
    domainChannel.onEvent { [domainChange] in domainChange.raise() }
    outputChannel.onEvent { [hypervisorOutput] in hypervisorOutput.raise() }
    Timers.every(.seconds(1)) { [second] in second.raise() }
    // For what came before the handlers were there.
    input.raise()
    domainChange.raise()
    terminal.print(MachineReport.greeting)
    for fault in ControlDomainOptions.faults(disks) { say("command line: \(fault)") }
    tellOfRefusedGuests()
    for hint in toolstack.files.forgottenMarks() { say(hint) }
    for trouble in disks.takeTroubles() { say(trouble) }
    while true {
      turn()
      Processor.wait { hasWork }
    }
  }

  private var hasWork: Bool {
    input.isRaised || domainChange.isRaised || hypervisorOutput.isRaised || second.isRaised || terminal.hasOutput
      || guests.haveWork || storeService.hasWork || backends.hasWork || toolstack.hasWork
      || foreground?.hasWork == true
  }

  /// Does everything that is to be done, each a bounded piece of it.
  private func turn() {
    gauge.measure(MemoryReserve(domainCount: guests.all.count, diskCount: backends.all.count))
    if hypervisorOutput.take() { terminal.hideBottom() }
    if second.take() { serveSecond() }
    serveConsoles()
    if storeService.hasWork { storeService.serve() }
    if backends.hasWork { serveBackends() }
    if toolstack.hasWork { serveToolstack() }
    if domainChange.take() { serveChanges() }
    if input.take() { serveInput() }
    serveForeground()
    // Before the prompt, so that it is drawn once below what the hypervisor said of this turn's doings.
    if hypervisorOutput.take() { terminal.hideBottom() }
    if let foreground {
      if !foreground.ownsTerminal && foreground.isStatusDue() { terminal.showStatus(foreground.status) }
    } else if attached == nil {
      if keys.areAway { terminal.hideBottom() } else { terminal.showPrompt() }
    }
    terminal.flush()
  }

  private func serveSecond() {
    tellOfRefusals()
    guests.tick()
    disks.tick()
    for trouble in disks.takeTroubles() { say(trouble) }
    toolstack.tick()
    foreground?.tick()
    domainChange.raise()
  }

  /// Says which guests the hypervisor could not start at boot, which it says in its log.
  private func tellOfRefusedGuests() {
    var log: [UInt8] = []
    try? Machine.readLog { log += $0 }
    for reason in BootRefusals.reasons(in: log) { say("not started at boot: \(reason)") }
  }

  /// Says, now and then, that something was refused for want of memory: who asked may be a guest.
  private func tellOfRefusals() {
    guard Clock.now >= nextRefusalTold, gauge.takeRefusal() else { return }
    nextRefusalTold = Clock.now.adding(Self.refusalPeriod)
    say("something was refused: \(MemoryGauge.refusal)")
  }

  private func serveBackends() {
    backends.serve()
    for trouble in disks.takeTroubles() + backends.takeTroubles() { say(trouble) }
  }

  private func serveToolstack() {
    let before = toolstack.changeCount
    toolstack.serve()
    // A domain is complete, or gone: the list of them is to be looked at.
    if toolstack.changeCount != before { domainChange.raise() }
  }

  /// Says something of domain 0's own.
  func say(_ text: String) { announcer.say(text) }

  /// Has the domains looked at soon.
  func domainsHaveChanged() { domainChange.raise() }
}

// MARK: Guests

extension Service {
  private func serveConsoles() {
    if !guests.haveWork { return }
    for guest in guests.all where guest.wake.isRaised && guest.wake.take() {
      guest.sendTyped()
      guest.serveDoorbell()
      let trouble = guest.receive(
        raw: { if guest === attached { terminal.put($0) } }, show: { show($0, of: guest) })
      if trouble != nil { say("\(guest.name)'s console ring is out of step with itself: what it held is lost") }
    }
  }

  private func serveChanges() {
    let all: [DomainInformation]
    do {
      all = try DomainControls.list()
    } catch {
      say("the hypervisor does not list its domains: \(error.reason)")
      return
    }
    toolstack.observe(all)
    // One that is still being built is nobody's guest yet.
    for event in guests.refresh(all.filter { toolstack.domain($0.domain) != nil }) {
      switch event {
      case .consoleRefused(let guest, let error): say("no console of \(guest.name): \(error.reason)")
      case .ended(let guest): serveEnd(of: guest)
      case .vanished(let guest):
        detach(from: guest)
        say("\(guest.name) is gone")
      }
    }
  }

  /// Shows the last of a guest that has ended, says why it ended, and has done what is to be done then.
  private func serveEnd(of guest: GuestDomain) {
    guest.receiveLast(raw: { if guest === attached { terminal.put($0) } }, show: { show($0, of: guest) })
    detach(from: guest)
    let reason = DomainState.reason(guest.information.flags.shutdownReason)
    let consequence = toolstack.domainEnded(guest.information)
    say("\(guest.name) ended: \(reason); it \(consequence)")
  }

  /// Shows a line of a guest with its name in front; where another's console is attached, it is in the log only.
  private func show(_ line: [UInt8], of guest: GuestDomain) {
    if attached != nil || foreground?.ownsTerminal == true { return }
    if terminal.isBehind {
      guest.linesLeftOut += 1
      return
    }
    if guest.linesLeftOut > 0 {
      say("\(guest.linesLeftOut) lines of \(guest.name) are in its log only: the terminal was too slow for them")
      guest.linesLeftOut = 0
    }
    terminal.print("[\(guest.name)] ", line)
  }
}

// MARK: The terminal

extension Service {
  private func serveInput() {
    var taken = 0
    reading: while taken < Self.inputPerTurn {
      switch Terminal.read() {
      case .bytes(let bytes):
        if bytes.isEmpty { break reading }
        for byte in bytes where keys.accept(byte) { accept(byte) }
        taken += bytes.count
      case .loss:
        keys.noteLoss()
        typed.noteLoss()
        taken += 1
      }
    }
    var used = 0
    while foreground == nil && used < Self.inputPerTurn, let element = typed.next() {
      use(element)
      used += 1
    }
    // There may be more: the others have their turn first.
    if taken >= Self.inputPerTurn || (foreground == nil && !typed.isEmpty) { input.raise() }
  }

  /// Takes a byte: what the shell waits for has it at once if it has a use for it, the others in their turn.
  private func accept(_ byte: UInt8) {
    if let foreground {
      if byte == Control.letter("C") {
        typed.clear()
        return foreground.interrupt()
      }
      if foreground.accept(byte) { return }
    }
    typed.append(byte) { gauge.pay($0) }
  }

  /// Makes something of what was typed, in its turn.
  private func use(_ element: TypedInput.Element) {
    switch (element, attached) {
    case (.loss, let guest?): say("some of what was typed for \(guest.name) was lost")
    case (.loss, nil): terminal.noteLoss()
    case (.byte(Control.leave), let guest?): detach(from: guest)
    case (.byte(let byte), let guest?): type(byte, for: guest)
    case (.byte(let byte), nil):
      if let line = terminal.accept(byte, completingFrom: { words(of: $0, beginning: $1) }) { perform(line) }
    }
  }

  private func type(_ byte: UInt8, for guest: GuestDomain) {
    switch guest.type(byte) {
    case .kept: break
    case .firstLost:
      say("\(guest.name) does not read: what is typed from here on is lost")
      terminal.put(Control.bell)
    case .lost: terminal.put(Control.bell)
    }
  }

  /// Does a piece of what the shell waits for, and goes on with what was typed meanwhile when it is done.
  private func serveForeground() {
    guard let activity = foreground else { return }
    if !activity.isDone { activity.step() }
    if !activity.isDone { return }
    foreground = nil
    activity.end()
    announcer.isHeld = false
    input.raise()
  }

  /// Has the shell wait for something.
  func wait(for activity: Activity) {
    foreground = activity
    announcer.isHeld = activity.ownsTerminal
  }

  /// Gives the terminal to a guest's console.
  func attach(to guest: GuestDomain) {
    say("the console of \(guest.name); Ctrl-] leaves")
    attached = guest
  }

  /// Takes the terminal back, if it is this guest's.
  func detach(from guest: GuestDomain) {
    if attached !== guest { return }
    attached = nil
    say("left the console of \(guest.name)")
  }
}
