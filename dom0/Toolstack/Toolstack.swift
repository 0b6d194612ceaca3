/// Builds guests, keeps what is known of them, and does what is to be done at their ends.
///
/// The service's loop calls `serve` while `hasWork`, `observe` with each list of domains that it gets, `domainEnded` once
/// for each that has shut down, and `tick` every second. Nothing here waits.
final class Toolstack {
  let store: StoreService
  let disks: DiskList
  let files: FileList
  /// The domains that exist, but for those on their way.
  private(set) var domains: [ManagedDomain] = []
  private(set) var builds: [DomainBuild] = []
  /// How often a build or a removal was completed: the list of domains is another then.
  private(set) var changeCount = 0
  private var readings: [ConfigurationReading] = []
  private var removals: [DomainRemoval] = []
  private var dumps: [CoreDump] = []
  private var restarts: [Restart] = []
  /// Whether guests that end are on their way out with the machine.
  private var isEnding = false
  /// The frames that each domain held when the hypervisor last told.
  private var held: [DomainInformation] = []
  /// Tells people.
  private let say: (String) -> Void
  /// Has the service give back what it holds of a domain.
  private let release: (DomainID) -> Void
  /// What becomes of a guest built at boot that has ended.
  private let actionOnBootGuests: EndAction

  /// The frames of a domain beside its memory: ACPI tables, store ring, console ring.
  static var specialFrameCount: UInt64 { 3 }

  /// - Parameters:
  ///   - keepsBootGuests: whether guests that were built at boot stay when they have ended.
  ///   - say: shows a line to people.
  ///   - release: gives back what is held of a domain that is about to be taken apart, beside the store's ring.
  init(
    store: StoreService, disks: DiskList, keepsBootGuests: Bool, say: @escaping (String) -> Void,
    release: @escaping (DomainID) -> Void
  ) {
    self.store = store
    self.disks = disks
    self.say = say
    self.release = release
    actionOnBootGuests = keepsBootGuests ? .preserve : .destroy
    files = FileList.ofThisDomain(disks)
  }

  /// The domain of that number, if it is known.
  func domain(_ id: DomainID) -> ManagedDomain? { domains.first { $0.id == id } }

  /// The file of that name, or a line that says which there are.
  func file(_ name: String, _ what: String) throws(ToolstackError) -> NamedFile {
    if let file = files.find(name) { return file }
    let names = files.names
    let others = names.isEmpty ? "domain 0 was handed none" : "there are \(names.joined(separator: ", "))"
    throw ToolstackError("no file \(name) for the \(what): \(others)")
  }
}

// MARK: Building

extension Toolstack {
  /// Builds the guest that a file defines. The file is read first, which a disk may take its time for.
  ///
  /// - Parameter settings: further ones, `KEY=VALUE`, that hold instead of the file's.
  func create(
    _ fileName: String, settings: [String] = [], paused: Bool = false
  ) throws(ToolstackError) -> ConfigurationReading {
    let reading = ConfigurationReading(try file(fileName, "guest's definition"), settings, paused: paused)
    readings.append(reading)
    return reading
  }

  /// Builds a guest. Its name and its disks must be free.
  @discardableResult
  func create(_ configuration: GuestConfiguration, paused: Bool = false) throws(ToolstackError) -> DomainBuild {
    try checkName(configuration.name)
    try checkDisks(configuration.disks)
    let build = try DomainBuild(configuration, paused: paused, toolstack: self)
    builds.append(build)
    return build
  }

  private func checkName(_ name: String) throws(ToolstackError) {
    let isTaken =
      domains.contains { $0.name == name } || builds.contains { $0.configuration.name == name && !$0.isOver }
    if isTaken { throw ToolstackError("there is a guest called \(name) already") }
  }

  /// Each disk must exist, and one that is written to must be nobody else's.
  private func checkDisks(_ wanted: [DiskSpecification]) throws(ToolstackError) {
    for (index, disk) in wanted.enumerated() {
      guard let found = disks.find(disk.target) else {
        let names = disks.all.map { $0.name }.joined(separator: ", ")
        throw ToolstackError(
          "no disk \(disk.target) for \(disk.deviceName): there are \(names.isEmpty ? "none" : names)")
      }
      if found.geometry.isReadOnly && !disk.isReadOnly {
        throw ToolstackError("\(disk.target) can't be written to: expected access r for \(disk.deviceName)")
      }
      for other in wanted[..<index] where conflicts(disk, other) {
        throw ToolstackError(
          "\(disk.target) is given to \(disk.deviceName) and \(other.deviceName), one of which writes")
      }
      if let owner = user(of: disk) {
        throw ToolstackError("\(disk.target) is in use by \(owner), and one of the two writes")
      }
    }
  }

  private var configurations: [GuestConfiguration] {
    domains.compactMap { $0.configuration } + builds.filter { !$0.isOver }.map { $0.configuration }
  }

  /// The guest that has a disk of that name, if one has.
  func user(ofDisk name: String) -> String? {
    configurations.first { $0.disks.contains { $0.target == name } }?.name
  }

  private func user(of disk: DiskSpecification) -> String? {
    configurations.first { $0.disks.contains { conflicts($0, disk) } }?.name
  }

  private func conflicts(_ a: DiskSpecification, _ b: DiskSpecification) -> Bool {
    a.target == b.target && !(a.isReadOnly && b.isReadOnly)
  }

  /// A build is done: its domain is one like the others.
  func isBuilt(_ build: DomainBuild, _ id: DomainID) {
    changeCount += 1
    domains.append(
      ManagedDomain(
        id, uuid: build.uuid, name: build.configuration.name, configuration: build.configuration,
        targetFrames: build.configuration.frames, maximumFrames: build.configuration.maximumFrames))
  }
}

// MARK: The loop

extension Toolstack {
  /// Whether `serve` has something to do.
  var hasWork: Bool {
    builds.contains { $0.hasWork } || readings.contains { $0.hasWork } || !removals.isEmpty
      || dumps.contains { $0.hasWork } || restarts.contains { $0.time <= Clock.now }
  }

  /// The things that are under way. It changes when a domain is complete or gone.
  var activityCount: Int { readings.count + builds.count + removals.count + dumps.count }

  /// Does a bounded piece of each thing there is to do.
  func serve() {
    for trouble in files.takeTroubles() { say(trouble) }
    for reading in readings { reading.step(self) }
    readings.removeAll { $0.isOver }
    for build in builds where build.hasWork { build.step() }
    builds.removeAll { $0.isOver }
    for removal in removals { serve(removal) }
    removals.removeAll { $0.isDone }
    for dump in dumps where dump.hasWork { serve(dump) }
    dumps.removeAll { $0.isDone }
    serveRestarts()
  }

  /// Takes a list of all domains: learns of those that were built at boot, and of those that are gone.
  func observe(_ all: [DomainInformation]) {
    held = all
    for information in all where isNew(information) { adopt(information) }
    for domain in domains where !all.contains(where: { $0.domain == domain.id }) && domain.stage != .leaving {
      // Somebody else took it apart.
      store.disconnect(domain.id)
      GuestNodes.remove(domain.id, domain.uuid, from: store.store)
      store.store.release(domain.id)
      domain.stage = .leaving
    }
    domains.removeAll { domain in
      domain.stage == .leaving && !removals.contains { $0.domain == domain.id }
    }
    lowerLimits()
  }

  private func isNew(_ information: DomainInformation) -> Bool {
    let id = information.domain
    return id != .zero && !information.flags.contains(.dying) && domain(id) == nil
      && !builds.contains { $0.domain == id } && !removals.contains { $0.domain == id }
  }

  /// Gives a domain that the hypervisor built at boot its nodes, and serves its store ring if it has one.
  private func adopt(_ information: DomainInformation) {
    let id = information.domain
    // What it was given: it may have put other things in place of some of its RAM by now.
    let given = max(information.maximumFrameCount, information.frameCount)
    let frames = given > Self.specialFrameCount ? given - Self.specialFrameCount : 0
    var uuid = GuestUUID(information.handle)
    if uuid == GuestUUID(InlineArray(repeating: 0)) {
      var random = SystemRandomNumberGenerator()
      uuid = GuestUUID { random.next() }
    }
    let name = DomainControls.name(of: id) ?? "d\(id.rawValue)"
    domains.append(
      ManagedDomain(id, uuid: uuid, name: name, configuration: nil, targetFrames: frames, maximumFrames: frames))
    let nodes = GuestNodes(
      domain: id, name: name, uuid: uuid, targetKibibytes: frames * 4, maximumKibibytes: frames * 4,
      consoleFrame: GuestFrame(parameter(.consoleFrame, of: id)),
      consolePort: EventPort(UInt32(truncatingIfNeeded: parameter(.consolePort, of: id))),
      storeFrame: GuestFrame(parameter(.storeFrame, of: id)),
      storePort: EventPort(UInt32(truncatingIfNeeded: parameter(.storePort, of: id))))
    do throws(StoreError) {
      try nodes.create(in: store.store)
    } catch {
      say("\(name) has no nodes in the store: \(error.name)")
    }
    do throws(HypercallError) {
      try store.connect(id)
    } catch {
      say("\(name) has no store: \(error.reason)")
    }
  }

  private func parameter(_ parameter: HVMParameter, of domain: DomainID) -> UInt64 {
    (try? XenParameters.get(parameter, of: domain)) ?? 0
  }

  /// A second has passed.
  func tick() {
    for domain in domains where domain.stage == .running { watchRequest(of: domain) }
  }
}

// MARK: Memory

extension Toolstack {
  /// The frames that may be promised to somebody, what `build` or `guest` may take not counted.
  func availableFrames(beside build: DomainBuild? = nil, _ guest: ManagedDomain? = nil) throws(ToolstackError) -> UInt64
  {
    let free: UInt64
    do throws(HypercallError) {
      held = try DomainControls.list()
      lowerLimits()
      free = try Machine.information().freeFrameCount
    } catch {
      throw ToolstackError("the machine's free memory", error)
    }
    var promises = builds.filter { $0 !== build }.map { $0.promise }
    for domain in domains where domain.stage == .running && domain !== guest {
      guard let current = frames(heldBy: domain) else { continue }
      promises.append(MemoryBudget.Promise(current: current, target: domain.limitFrames + Self.specialFrameCount))
    }
    return MemoryBudget(free: free, promises: promises).available
  }

  private func frames(heldBy domain: ManagedDomain) -> UInt64? {
    held.first { $0.domain == domain.id }?.frameCount
  }

  /// How far above its target a guest counts as having reached it, in frames: kernels count differently what they hold
  /// beside their RAM.
  private static var slack: UInt64 { 256 }

  /// Has the hypervisor hold guests to what they have come down to, once that is their target: what a balloon has given
  /// back is no longer the guest's to take.
  private func lowerLimits() {
    for domain in domains where domain.stage == .running && domain.targetFrames < domain.limitFrames {
      guard let current = frames(heldBy: domain) else { continue }
      let ram = current > Self.specialFrameCount ? current - Self.specialFrameCount : 0
      let limit = max(ram, domain.targetFrames)
      if limit >= domain.limitFrames || limit - domain.targetFrames > Self.slack { continue }
      // One that is refused keeps its promise, and is tried again.
      try? setLimit(of: domain, frames: limit)
    }
  }

  private func setLimit(of domain: ManagedDomain, frames: UInt64) throws(ToolstackError) {
    do throws(HypercallError) {
      try DomainControls.setMaximumMemory(frames: frames + Self.specialFrameCount, of: domain.id)
    } catch {
      throw ToolstackError("the memory of \(domain.name)", error)
    }
    domain.limitFrames = frames
  }

  /// Asks a guest to hold so many frames, by `memory/target`. More than it has is promised, and must be there.
  func setMemory(of id: DomainID, frames: UInt64) throws(ToolstackError) {
    let domain = try running(id)
    guard frames >= GuestPhysicalLayout.leastFrames else {
      throw ToolstackError("\(domain.name) needs at least \(GuestPhysicalLayout.leastFrames >> 8) MiB")
    }
    guard frames <= domain.maximumFrames else {
      throw ToolstackError(
        "\(domain.name) may have at most \(domain.maximumFrames >> 8) MiB: expected no more, or a larger maxmem")
    }
    // What was promised to it before and is asked for anew is no further promise.
    let left = try availableFrames(beside: nil, domain)
    let total = frames + Self.specialFrameCount
    let current = self.frames(heldBy: domain) ?? 0
    if total > current && total - current > left {
      throw ToolstackError(
        "\(domain.name) would need \((total - current) >> 8) MiB more, and \(left >> 8) MiB are free")
    }
    if frames > domain.limitFrames { try setLimit(of: domain, frames: frames) }
    domain.targetFrames = frames
    lowerLimits()
    try write(domain, "memory/target", "\(frames * 4)")
  }

  /// Limits what a guest may be told to hold: no less than it should hold now, and no more than it was built with.
  func setMaximumMemory(of id: DomainID, frames: UInt64) throws(ToolstackError) {
    let domain = try running(id)
    guard frames >= domain.targetFrames else {
      throw ToolstackError(
        "\(domain.name) is to hold \(domain.targetFrames >> 8) MiB now: expected no less, or 'mem-set' first")
    }
    guard frames <= domain.builtFrames else {
      throw ToolstackError(
        "\(domain.name) was built for \(domain.builtFrames >> 8) MiB at most: expected no more, or a larger maxmem")
    }
    domain.maximumFrames = frames
    try write(domain, "memory/static-max", "\(frames * 4)")
  }

  /// The domain of that number, which has not ended.
  private func running(_ id: DomainID) throws(ToolstackError) -> ManagedDomain {
    guard let domain = domain(id) else { throw ToolstackError("there is no such guest") }
    guard domain.stage == .running else { throw ToolstackError("\(domain.name) has ended") }
    return domain
  }

  private func write(_ domain: ManagedDomain, _ node: String, _ value: String) throws(ToolstackError) {
    do throws(StoreError) {
      try store.store.write("\(GuestNodes.home(of: domain.id))/\(node)", value)
    } catch {
      throw ToolstackError("the node \(node) of \(domain.name): \(error.name)")
    }
  }
}

// MARK: Names

extension Toolstack {
  /// Gives a guest another name.
  func rename(_ id: DomainID, to name: String) throws(ToolstackError) {
    let domain = try running(id)
    guard GuestNames.isValid(name) else { throw ToolstackError("'\(name)' is no name: expected \(GuestNames.form)") }
    try checkName(name)
    do throws(HypercallError) {
      try DomainControls.setName(name, of: id)
    } catch {
      throw ToolstackError("\(domain.name) can't be renamed", error)
    }
    domain.name = name
    try write(domain, "name", name)
    do throws(StoreError) {
      try store.store.write("\(GuestNodes.virtualMachine(domain.uuid))/name", name)
    } catch {
      throw ToolstackError("the name of \(name) in the store: \(error.name)")
    }
  }
}

// MARK: Requests

extension Toolstack {
  /// How long a guest has to take note of a request, and to end.
  private static var patience: (taken: Nanoseconds, ended: Nanoseconds) { (.seconds(10), .seconds(60)) }

  /// Asks a guest to power itself off or to reboot.
  func request(_ kind: ManagedDomain.Request.Kind, of id: DomainID) throws(ToolstackError) {
    let domain = try running(id)
    try write(domain, "control/shutdown", kind.word)
    domain.request = ManagedDomain.Request(kind: kind, time: Clock.now)
  }

  /// Says once when a guest does not do what it was asked to. A guest takes note by emptying the node.
  private func watchRequest(of domain: ManagedDomain) {
    guard var request = domain.request else { return }
    let waited = Clock.now.since(request.time)
    if !request.isTaken {
      let node = try? store.store.read("\(GuestNodes.home(of: domain.id))/control/shutdown")
      request.isTaken = node != request.kind.word
    }
    if !request.isTaken && waited >= Self.patience.taken {
      let isPaused = held.first { $0.domain == domain.id }?.flags.contains(.paused) == true
      let reason = isPaused ? "it is paused" : "it seems to have no handler"
      say("\(domain.name) does not answer '\(request.kind.word)': \(reason); 'destroy' ends it all the same")
      // A handler that comes up later must not find an old request.
      try? store.store.write("\(GuestNodes.home(of: domain.id))/control/shutdown", "")
      domain.request = nil
      return
    }
    if request.isTaken && waited >= Self.patience.ended && !request.isTold {
      request.isTold = true
      say("\(domain.name) has taken '\(request.kind.word)' a minute ago and still runs")
    }
    domain.request = request
  }
}

// MARK: Ends

extension Toolstack {
  /// A guest that is to be built anew.
  private struct Restart {
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

  private func destroy(_ domain: ManagedDomain) {
    if domain.stage == .leaving { return }
    domain.stage = .leaving
    removals.append(removal(of: domain.id, uuid: domain.uuid))
  }

  /// The steps that take a domain apart.
  func removal(of domain: DomainID, uuid: GuestUUID) -> DomainRemoval {
    DomainRemoval(of: domain, uuid: uuid, store: store, release: release)
  }

  private func serve(_ removal: DomainRemoval) {
    removal.step()
    if removal.isDone { changeCount += 1 }
    guard removal.isDone, let failure = removal.failure else { return }
    say("\(domain(removal.domain)?.name ?? "d\(removal.domain.rawValue)") can't be taken apart: \(failure.reason)")
  }

  private func serveRestarts() {
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

// MARK: Looks at the dead

extension Toolstack {
  private func showRegisters(of domain: ManagedDomain) {
    do throws(HypercallError) {
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
      return try CoreDump(of: domain, to: disk)
    } catch {
      say("\(domain.name) leaves no core: \(error.message)")
      return nil
    }
  }

  private func serve(_ dump: CoreDump) {
    dump.step()
    guard dump.isDone else { return }
    let name = domain(dump.domain)?.name ?? "d\(dump.domain.rawValue)"
    say(
      dump.failure.map { "\(name) leaves no core: \($0)" }
        ?? "\(name) left a core of \(dump.byteCount) bytes on \(dump.disk.name)")
    if let domain = domain(dump.domain) { destroy(domain) }
  }
}
