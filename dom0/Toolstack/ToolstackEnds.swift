/// What becomes of domains that have ended.
extension Toolstack {
  /// A guest that is to be built anew.
  struct Restart {
    let configuration: GuestConfiguration
    let time: Nanoseconds
    /// The domain whose end it follows, which must be gone first.
    let domain: DomainID
  }

  /// The least time between two starts of a guest.
  private static var restartPeriod: Nanoseconds { .seconds(5) }

  /// Does what is to be done for a domain that has shut down; returns a line that says what that is.
  func domainEnded(_ information: DomainInformation) -> String {
    let reason = information.flags.shutdownReason
    guard let domain = domain(information.domain), domain.stage == .running else { return "is left alone" }
    domain.request = nil
    store.store.noteShutdown(of: domain.id)
    let action = domain.configuration?.action(on: reason) ?? (reason == .suspend ? .preserve : actionOnBootGuests)
    if reason == .crash || reason == .watchdog { showRegisters(of: domain) }
    if action == .preserve {
      domain.stage = .kept
      return "is kept for a look: 'destroy' takes it apart"
    }
    if action.restarts, !isEnding, let configuration = domain.configuration {
      // Its UUID stays: to tools it is the same guest.
      var again = configuration
      again.uuid = domain.uuid
      again.name = domain.name
      let time = max(Clock.now, domain.startTime.adding(Self.restartPeriod))
      restarts.append(Restart(configuration: again, time: time, domain: domain.id))
      Timers.wake(at: time)
    }
    // One that ends soon after its start is not started again and again as fast as the machine can.
    let lived = Clock.now.since(domain.startTime)
    let wait = Self.restartPeriod.since(lived)
    let restarts = action.restarts && !isEnding
    let restart = wait == .zero ? "is built anew" : "is built anew in \(Quantity.seconds(wait)) s"
    if action.writesCore, let dump = coreDump(of: domain) {
      domain.stage = .dumping
      dumps.append(dump)
      return "leaves a core on \(dump.disk.name)\(restarts ? ", then it \(restart)" : "")"
    }
    destroy(domain)
    return restarts ? restart : "is taken apart"
  }

  /// Has a guest taken apart, whatever it does.
  func destroy(_ id: DomainID) throws(ToolstackError) {
    if let build = builds.first(where: { $0.domain == id && !$0.isOver }) { return build.cancel() }
    guard let domain = domain(id) else { throw ToolstackError("there is no such guest") }
    restarts.removeAll { $0.domain == id }
    dumps.removeAll { $0.domain == id }
    destroy(domain)
  }

  /// Has a guest that has ended not be built anew; returns whether it was to be.
  func cancelRestart(of name: String) -> Bool {
    let before = restarts.count
    restarts.removeAll { $0.configuration.name == name }
    return restarts.count < before
  }

  /// Has no guest be built anew until `resumeBuilding`, and none that is on its way come into being: the machine ends.
  func stopBuilding() {
    isEnding = true
    restarts = []
    readings = []
    for build in builds { build.cancel() }
  }

  /// The machine does not end after all.
  func resumeBuilding() { isEnding = false }

  func destroy(_ domain: ManagedDomain) {
    if domain.stage == .leaving { return }
    domain.stage = .leaving
    removals.append(removal(of: domain.id, uuid: domain.uuid))
  }

  /// The steps that take a domain apart.
  func removal(of domain: DomainID, uuid: GuestUUID) -> DomainRemoval {
    DomainRemoval(of: domain, uuid: uuid, store: store, release: release)
  }

  func serve(_ removal: DomainRemoval) {
    removal.step()
    if removal.isDone { changeCount += 1 }
    guard removal.isDone, let failure = removal.failure else { return }
    say("\(domain(removal.domain)?.name ?? "d\(removal.domain.rawValue)") can't be taken apart: \(failure.reason)")
  }

  func serveRestarts() {
    let now = Clock.now
    // One whose domain is still being written down or taken apart waits: its name is taken.
    let due = restarts.filter { restart in
      restart.time <= now && !domains.contains { $0.id == restart.domain }
    }
    restarts.removeAll { restart in due.contains { $0.domain == restart.domain } }
    for restart in due {
      do throws(ToolstackError) {
        try create(restart.configuration)
      } catch {
        say("\(restart.configuration.name) is not built anew: \(error.message)")
      }
    }
  }
}

/// Looks at the dead: registers and memory.
extension Toolstack {
  private func showRegisters(of domain: ManagedDomain) {
    do throws(GuestError) {
      let context = try DomainControls.processorContext(of: domain.id)
      for line in RegisterReport.lines(context.coreRegisters, control: context.state.control) {
        say("\(domain.name): \(line)")
      }
    } catch {
      say("\(domain.name): its registers can't be had: \(error.reason)")
    }
  }

  private func coreDump(of domain: ManagedDomain) -> CoreDump? {
    guard let name = CommandLineOptions.current["dump"] else {
      say("\(domain.name) leaves no core: domain 0's option dump=DISK names no disk for it")
      return nil
    }
    guard let disk = disks.find(name) else {
      say("\(domain.name) leaves no core: there is no disk \(name)")
      return nil
    }
    do throws(ToolstackError) {
      return try CoreDump(of: domain, to: disk, gauge)
    } catch {
      say("\(domain.name) leaves no core: \(error.message)")
      return nil
    }
  }

  func serve(_ dump: CoreDump) {
    dump.step()
    guard dump.isDone else { return }
    let name = domain(dump.domain)?.name ?? "d\(dump.domain.rawValue)"
    say(
      dump.failure.map { "\(name) leaves no core: \($0)" }
        ?? "\(name) left a core of \(dump.byteCount) bytes on \(dump.disk.name)")
    if let domain = domain(dump.domain) { destroy(domain) }
  }
}
