/// What is done at the prompt.
extension Service {
  /// Does what a line asks for, or says why not.
  func perform(_ line: [UInt8]) {
    // What was typed stands before what the hypervisor may have to say of it.
    terminal.flush()
    do throws(Command.Misunderstanding) {
      guard let command = try Command.parse(line) else { return }
      if command.verb.takesDomain { performOnDomain(command) } else { perform(command.verb) }
    } catch {
      terminal.print(error.message)
    }
  }

  private func perform(_ verb: CommandVerb) {
    switch verb {
    case .help: for line in Command.help { terminal.print(line) }
    case .list: list()
    case .info: for line in MachineReport.lines(guests) { terminal.print(line) }
    case .dmesg: showHypervisorLog()
    case .audit: audit()
    case .powerOff: end(.powerOff, "powering off")
    case .reboot: end(.reboot, "rebooting")
    case .console, .log, .pause, .unpause, .destroy: break  // about a domain
    }
  }

  private func performOnDomain(_ command: Command) {
    if command.verb == .log, let log = (guests.find(command.domain) ?? guests.findFormer(command.domain))?.log {
      log.forEachLine { terminal.print("", $0) }
      return
    }
    guard let guest = guests.find(command.domain) else {
      terminal.print(
        guests.isOwn(command.domain)
          ? "\(command.verb.name): '\(command.domain)' is this domain itself; expected a guest"
          : "no domain is called '\(command.domain)': 'list' names those there are")
      return
    }
    switch command.verb {
    case .console:
      if guest.hasConsole { attach(to: guest) } else { terminal.print("\(guest.name) has no console") }
    case .pause: pause(guest)
    case .unpause: attempt("unpause", guest) { () throws(HypercallError) in try DomainControls.unpause(guest.id) }
    case .destroy: destroy(guest)
    default: break  // not about a domain
    }
  }

  private func list() {
    do {
      let all = try DomainControls.list()
      terminal.print(DomainRow.heading)
      for information in all {
        terminal.print(DomainRow(name: guests.name(of: information.domain), information).text)
      }
    } catch {
      terminal.print("list: \(error.reason)")
    }
  }

  private func pause(_ guest: GuestDomain) {
    attempt("pause", guest) { () throws(HypercallError) in
      let now = try DomainControls.list().first { $0.domain == guest.id }
      if now?.flags.contains(.paused) == true {
        terminal.print("\(guest.name) is paused already")
      } else {
        try DomainControls.pause(guest.id)
      }
    }
  }

  private func destroy(_ guest: GuestDomain) {
    attempt("destroy", guest) { () throws(HypercallError) in
      try guests.destroy(guest)
      say("\(guest.name) destroyed")
    }
  }

  /// Does something to a guest, or says why it was refused.
  private func attempt(_ what: String, _ guest: GuestDomain, _ body: () throws(HypercallError) -> Void) {
    do {
      try body()
    } catch {
      terminal.print("\(what) \(guest.name): \(error.reason)")
    }
  }

  private func showHypervisorLog() {
    do {
      var assembler = LineAssembler()
      for byte in try Machine.log() {
        if let line = assembler.accept(byte) { terminal.print("", line) }
      }
      if let line = assembler.flush() { terminal.print("", line) }
    } catch {
      terminal.print("dmesg: \(error.reason)")
    }
  }

  private func audit() {
    do {
      let faults = try Machine.audit()
      terminal.print(faults == 0 ? "audit: no faults" : "audit: \(faults) faults; the hypervisor's log names them")
    } catch {
      terminal.print("audit: \(error.reason)")
    }
  }

  /// Ends all guests, and then the machine. Guests can't be asked before there is a xenstore to ask through.
  private func end(_ reason: ShutdownReason, _ text: String) {
    for guest in guests.all { destroy(guest) }
    say(text)
    terminal.flush()
    XenScheduler.shutdown(reason)
  }
}
