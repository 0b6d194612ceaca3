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

  func openConsole(of guest: GuestDomain) {
    if guest.hasConsole { attach(to: guest) } else { terminal.print("\(guest.name) has no console") }
  }

  func showLog(of word: String) {
    guard let log = (guests.find(word) ?? guests.findFormer(word))?.log else {
      terminal.print("no domain is, or was lately, called '\(word)': 'list' names those there are")
      return
    }
    log.forEachLine { terminal.print("", $0) }
  }

  func pause(_ guest: GuestDomain) throws(HypercallError) {
    let now = try DomainControls.list().first { $0.domain == guest.id }
    if now?.flags.contains(.paused) == true {
      terminal.print("\(guest.name) is paused already")
    } else {
      try DomainControls.pause(guest.id)
    }
  }

  func destroy(_ guest: GuestDomain) throws(HypercallError) {
    try guests.destroy(guest)
    say("\(guest.name) destroyed")
  }

  func uptime(_ words: [String]) {
    let chosen = domains("uptime", words)
    if chosen.isEmpty { return }
    terminal.print("\(Column.leading("Name", width: 33))\(Column.trailing("ID", width: 5))  Uptime")
    for information in chosen {
      let name = Column.leading(guests.name(of: information.domain), width: 33)
      let id = Column.trailing("\(information.domain.rawValue)", width: 5)
      let since = guests.all.first { $0.id == information.domain }?.since ?? .zero
      terminal.print("\(name)\(id)  \(Quantity.duration(Clock.now.since(since)))")
    }
  }

  func rings(_ words: [String]) {
    for information in domains("rings", words) {
      let domain = information.domain
      let layout = DomainControls.ringLayout(of: domain)
      let vcpus = (0...min(information.maximumVCPUID, 127)).map { number in
        RingReport.VCPU(
          number: number, state: nil, exits: DomainControls.exitCounts(of: domain, vcpu: VCPUID(number)))
      }
      print(
        RingReport.lines(
          name: guests.name(of: domain), domain: domain, layout: layout?.layout, root: layout?.root ?? 0, vcpus: vcpus))
    }
  }
}
