/// What is done at the prompt.
extension Service {
  /// Does what a line asks for, or says why not.
  func perform(_ line: [UInt8]) {
    // What was typed stands before what the hypervisor may have to say of it.
    terminal.flushAll()
    do throws(Command.Misunderstanding) {
      if let command = try Command.parse(line) { perform(command) }
    } catch {
      terminal.print(error.message)
    }
  }

  private func perform(_ command: Command) {
    switch command {
    case .help(let verb): print(verb?.description.help ?? Command.help)
    case .list(let domains): list(domains)
    case .console(let name): onGuest("console", name) { guest in openConsole(of: guest) }
    case .log(let name): showLog(of: name)
    case .pause(let name): onGuest("pause", name) { guest throws(HypercallError) in try pause(guest) }
    case .unpause(let name):
      onGuest("unpause", name) { guest throws(HypercallError) in try DomainControls.unpause(guest.id) }
    case .destroy(let name): onGuest("destroy", name) { guest throws(HypercallError) in try destroy(guest) }
    case .top(let seconds): wait(for: TopActivity(self, seconds: seconds))
    case .rings(let domains): rings(domains)
    case .info: print(MachineReport.lines())
    case .uptime(let domains): uptime(domains)
    case .dmesg: showHypervisorLog()
    case .audit: audit()
    case .powerOff: end(.powerOff, "powering off")
    case .rebootMachine: end(.reboot, "rebooting")
    default: terminal.print("this part of domain 0 is not there yet")
    }
  }

  /// Does something with the guest of a name or number, or says why that is not possible.
  func onGuest(_ what: StaticString, _ word: String, _ body: (GuestDomain) throws(HypercallError) -> Void) {
    guard let guest = guests.find(word) else {
      terminal.print(
        guests.isOwn(word)
          ? "\(what): '\(word)' is this domain itself; expected a guest"
          : "no domain is called '\(word)': 'list' names those there are")
      return
    }
    do {
      try body(guest)
    } catch {
      terminal.print("\(what) \(guest.name): \(error.reason)")
    }
  }

  /// The domains that a command is about: those that are named, or all. Says which do not exist.
  func domains(_ what: StaticString, _ words: [String]) -> [DomainInformation] {
    do {
      let all = try DomainControls.list()
      if words.isEmpty { return all }
      var chosen: [DomainInformation] = []
      for word in words {
        if let found = all.first(where: { guests.isCalled(word, $0.domain) }) {
          chosen.append(found)
        } else {
          terminal.print("no domain is called '\(word)': 'list' names those there are")
        }
      }
      return chosen
    } catch {
      terminal.print("\(what): \(error.reason)")
      return []
    }
  }

  func print(_ lines: [String]) {
    for line in lines { terminal.print(line) }
  }
}
