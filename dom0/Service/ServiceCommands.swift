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
    case .list, .create, .console, .log, .pause, .unpause, .shutdown, .reboot, .destroy, .rename, .dumpCore:
      performOnDomains(command)
    case .memSet(let name, let bytes): setMemory(of: name, bytes)
    case .memMax(let name, let bytes): setMaximumMemory(of: name, bytes)
    case .vcpuList(let domains): listVCPUs(domains)
    case .sched(let domain, let weight, let cap): schedule(domain, weight, cap)
    case .top(let seconds): wait(for: TopActivity(self, seconds: seconds))
    case .rings(let domains): rings(domains)
    case .blockList(let name): onGuest("block-list", name) { guest in listBlockDevices(of: guest) }
    case .storeList(let path, let fullPaths, let permissions):
      storeList(path, fullPaths: fullPaths, permissions: permissions)
    case .storeRead(let paths): storeRead(paths)
    case .storeWrite(let path, let value): storeWrite(path, value)
    case .storeRemove(let paths): storeRemove(paths)
    case .disks: listDisks()
    case .files: listFiles()
    case .info: print(MachineReport.lines())
    case .uptime(let domains): uptime(domains)
    case .dmesg(let clears): showHypervisorLog(clears: clears)
    case .perf(let resets): showCounters(resets: resets)
    case .audit: audit()
    case .powerOff(let asks): wait(for: MachineEndActivity(self, .powerOff, asksGuests: asks))
    case .rebootMachine: wait(for: MachineEndActivity(self, .reboot, asksGuests: true))
    }
  }

  private func performOnDomains(_ command: Command) {
    switch command {
    case .list(let domains): list(domains)
    case .create(let file, let settings, let attaches, let staysPaused):
      create(file, settings, attaches: attaches, paused: staysPaused)
    case .console(let name): onGuest("console", name) { guest in openConsole(of: guest) }
    case .log(let name): showLog(of: name)
    case .pause(let name): onGuest("pause", name) { guest throws(ToolstackError) in try pause(guest) }
    case .unpause(let name): onGuest("unpause", name) { guest throws(ToolstackError) in try unpause(guest) }
    case .shutdown(let name, let waits):
      onGuest("shutdown", name) { guest throws(ToolstackError) in try shutDown(guest, waits: waits) }
    case .reboot(let name): onGuest("reboot", name) { guest throws(ToolstackError) in try reboot(guest) }
    case .destroy(let name):
      if guests.find(name) == nil && toolstack.cancelRestart(of: name) {
        say("\(name) is not built anew")
        return
      }
      onGuest("destroy", name) { guest throws(ToolstackError) in try destroy(guest) }
    case .rename(let name, let new):
      onGuest("rename", name) { guest throws(ToolstackError) in
        try toolstack.rename(guest.id, to: new)
        guest.name = new
      }
    case .dumpCore(let name, let disk):
      onGuest("dump-core", name) { guest throws(ToolstackError) in try dumpCore(of: guest, to: disk) }
    default: break  // not about a domain's life
    }
  }

  /// Does something with the guest of a name or number, or says why that is not possible.
  func onGuest(_ what: StaticString, _ word: String, _ body: (GuestDomain) throws(ToolstackError) -> Void) {
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
      terminal.print("\(what) \(guest.name): \(error.message)")
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
