/// The commands about domains.
extension Service {
  func list(_ words: [String]) {
    let chosen = domains("list", words)
    if chosen.isEmpty { return }
    terminal.print(DomainRow.heading)
    for information in chosen {
      terminal.print(DomainRow(name: guests.name(of: information.domain), information).text)
    }
  }

  /// Shows a guest's console. One that has ended says nothing more and reads nothing; that it ended may have been served
  /// before whoever asks for its console got that far.
  func openConsole(of guest: GuestDomain) {
    if guest.stage != .served {
      terminal.print("\(guest.name) has ended: 'log \(guest.name)' shows what it said")
    } else if guest.hasConsole {
      attach(to: guest)
    } else {
      terminal.print("\(guest.name) has no console")
    }
  }

  func showLog(of word: String) {
    guard let log = (guests.find(word) ?? guests.findFormer(word))?.log else {
      terminal.print("no domain is, or was lately, called '\(word)': 'list' names those there are")
      return
    }
    log.forEachLine { terminal.print("", $0) }
  }

  func create(_ file: String, _ settings: [String], attaches: Bool, paused: Bool) {
    do {
      let reading = try toolstack.create(file, settings: settings, paused: paused)
      wait(for: CreateActivity(self, reading, attaches: attaches))
    } catch {
      terminal.print("create: \(error.message)")
    }
  }

  /// Whether a tool keeps it from running now.
  private func isPaused(_ guest: GuestDomain) throws(ToolstackError) -> Bool {
    do {
      return try DomainControls.list().find(guest.id)?.flags.contains(.paused) == true
    } catch {
      throw ToolstackError("the list of domains", error)
    }
  }

  func pause(_ guest: GuestDomain) throws(ToolstackError) {
    if try isPaused(guest) { throw ToolstackError("it is paused already") }
    do {
      try DomainControls.pause(guest.id)
    } catch {
      throw ToolstackError(error.reason)
    }
  }

  func unpause(_ guest: GuestDomain) throws(ToolstackError) {
    if try !isPaused(guest) { throw ToolstackError("it is not paused") }
    do {
      try DomainControls.unpause(guest.id)
    } catch {
      throw ToolstackError(error.reason)
    }
  }

  func shutDown(_ guest: GuestDomain, waits: Bool) throws(ToolstackError) {
    try toolstack.request(.powerOff, of: guest.id)
    if waits {
      wait(
        for: EndActivity(
          self, guest, "waiting for \(guest.name) to end; Ctrl-C stops waiting", isRequest: true))
    }
  }

  func reboot(_ guest: GuestDomain) throws(ToolstackError) {
    if toolstack.domain(guest.id)?.configuration == nil {
      throw ToolstackError("it was built at boot, from no configuration to build it from anew")
    }
    try toolstack.request(.reboot, of: guest.id)
  }

  func destroy(_ guest: GuestDomain) throws(ToolstackError) {
    let name = guest.name
    try toolstack.destroy(guest.id)
    wait(
      for: EndActivity(self, guest, "destroying \(name)") { [announcer] in announcer.say("\(name) destroyed") })
  }

  func dumpCore(of guest: GuestDomain, to diskName: String) throws(ToolstackError) {
    guard let domain = toolstack.domain(guest.id) else { throw ToolstackError("it is gone") }
    guard let disk = disks.find(diskName) else {
      throw ToolstackError("there is no disk '\(diskName)': 'disks' names those there are")
    }
    if let user = toolstack.user(ofDisk: disk.name) { throw ToolstackError("\(disk.name) is in use by \(user)") }
    let dump = try CoreDump(of: domain, to: disk, gauge)
    let wasRunning = try !isPaused(guest)
    if wasRunning { try pause(guest) }
    wait(for: DumpActivity(self, guest, dump, wasRunning: wasRunning))
  }

  func uptime(_ words: [String]) {
    let chosen = domains("uptime", words)
    if chosen.isEmpty { return }
    terminal.print("\(Column.leading("Name", width: 33))\(Column.trailing("ID", width: 5))  Uptime")
    for information in chosen {
      let name = Column.leading(guests.name(of: information.domain), width: 33)
      let id = Column.trailing("\(information.domain.rawValue)", width: 5)
      let since = guests.all.find(information.domain)?.since ?? .zero
      terminal.print("\(name)\(id)  \(Quantity.duration(Clock.now.since(since)))")
    }
  }

  func rings(_ words: [String]) {
    for information in domains("rings", words) {
      let domain = information.domain
      let layout = DomainControls.ringLayout(of: domain)
      let vcpus = (0...min(information.maximumVCPUID, 127)).map { number in
        RingReport.VCPU(
          number: number, state: ringState(of: domain, VCPUID(number)),
          exits: DomainControls.exitCounts(of: domain, vcpu: VCPUID(number)))
      }
      print(
        RingReport.lines(
          name: guests.name(of: domain), domain: domain, layout: layout?.layout, root: layout?.root ?? 0, vcpus: vcpus))
    }
  }

  /// Where a vCPU was when it was left last; nil where the hypervisor does not tell, as of the one that asks.
  private func ringState(of domain: DomainID, _ vcpu: VCPUID) -> RingReport.State? {
    guard let context = try? DomainControls.processorContext(of: domain, vcpu: vcpu) else { return nil }
    let control = context.state.control
    return RingReport.State(
      ring: context.privilegeLevel, instructionPointer: context.instructionPointer, cr3: context.pageTableRoot,
      isPaging: control.cr0 & 1 << 31 != 0)
  }
}
