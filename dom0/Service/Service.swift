/// What domain 0 does: waits for events, and serves guests, terminal and clock in turn.
final class Service {
  let terminal = Terminal()
  let guests: GuestList
  /// The guest whose console the terminal shows, instead of the prompt.
  private(set) var attached: GuestDomain?

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

  init() throws(HypercallError) {
    guests = GuestList(keepsEnded: CommandLineOptions.current.has("on_end", "preserve"))
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
    while true {
      turn()
      terminal.flush()
      Processor.wait { hasWork }
    }
  }

  private var hasWork: Bool {
    input.isRaised || domainChange.isRaised || hypervisorOutput.isRaised || second.isRaised || guests.haveWork
  }

  /// Does everything that is to be done, each a bounded piece of it.
  private func turn() {
    if hypervisorOutput.take() { terminal.promptIsLost() }
    if second.take() {
      guests.tick()
      domainChange.raise()
    }
    serveConsoles()
    if domainChange.take() { serveChanges() }
    if input.take() { serveInput() }
    if attached == nil { terminal.showPrompt() }
  }

  private func serveConsoles() {
    for guest in guests.all where guest.wake.take() {
      guest.sendTyped()
      let trouble = guest.receive(
        raw: { if guest === attached { terminal.put($0) } }, show: { show($0, of: guest) })
      if trouble != nil { say("\(guest.name)'s console ring is out of step with itself: what it held is lost") }
    }
  }

  private func serveChanges() {
    do {
      for event in try guests.refresh() {
        switch event {
        case .consoleRefused(let guest, let error): say("no console of \(guest.name): \(error.reason)")
        case .ended(let guest): serveEnd(of: guest)
        case .vanished(let guest):
          detach(from: guest)
          say("\(guest.name) is gone")
        }
      }
    } catch {
      say("the hypervisor does not list its domains: \(error.reason)")
    }
  }

  /// Shows the last of a guest that has ended, says why it ended, and has its memory taken back.
  private func serveEnd(of guest: GuestDomain) {
    guest.receiveLast(raw: { if guest === attached { terminal.put($0) } }, show: { show($0, of: guest) })
    detach(from: guest)
    say("\(guest.name) ended: \(DomainState.reason(guest.information.flags.shutdownReason))")
    do {
      try guests.retire(guest)
    } catch {
      say("\(guest.name) could not be destroyed: \(error.reason)")
    }
  }

  private func serveInput() {
    var bytes = Terminal.read()
    while !bytes.isEmpty {
      for byte in bytes {
        if let guest = attached {
          if byte == Control.leave {
            detach(from: guest)
          } else if !guest.type(byte) {
            terminal.put(Control.bell)
          }
        } else if let line = terminal.accept(byte) {
          perform(line)
        }
      }
      terminal.flush()
      bytes = Terminal.read()
    }
  }

  /// Shows a line of a guest with its name in front; where another's console is attached, it is in the log only.
  private func show(_ line: [UInt8], of guest: GuestDomain) {
    if attached == nil { terminal.print("[\(guest.name)] ", line) }
  }

  /// Says something of domain 0's own.
  func say(_ text: String) { terminal.print("[dom0] \(text)") }

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
