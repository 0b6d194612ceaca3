/// The toolstack's part of the service loop.
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
    for domain in domains where domain.stage != .leaving && all.find(domain.id) == nil {
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
    domains.insertSorted(
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
    do throws(GuestError) {
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
