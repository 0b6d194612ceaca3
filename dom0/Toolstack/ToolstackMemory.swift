/// What guests hold and may hold.
extension Toolstack {
  /// The frames that may be promised to somebody, what `build` or `guest` may take not counted.
  func availableFrames(beside build: DomainBuild? = nil, _ guest: ManagedDomain? = nil) throws(ToolstackError) -> UInt64
  {
    let free: UInt64
    do throws(GuestError) {
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

  func frames(heldBy domain: ManagedDomain) -> UInt64? {
    held.find(domain.id)?.frameCount
  }

  /// How far above its target a guest counts as having reached it, in frames: kernels count differently what they hold
  /// beside their RAM.
  private static var slack: UInt64 { 256 }

  /// Has the hypervisor hold guests to what they have come down to, once that is their target: what a balloon has given
  /// back is no longer the guest's to take.
  func lowerLimits() {
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
    do throws(GuestError) {
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
  func running(_ id: DomainID) throws(ToolstackError) -> ManagedDomain {
    guard let domain = domain(id) else { throw ToolstackError("there is no such guest") }
    guard domain.stage == .running else { throw ToolstackError("\(domain.name) has ended") }
    return domain
  }

  func write(_ domain: ManagedDomain, _ node: String, _ value: String) throws(ToolstackError) {
    do throws(StoreError) {
      try store.store.write("\(GuestNodes.home(of: domain.id))/\(node)", value)
    } catch {
      throw ToolstackError("the node \(node) of \(domain.name): \(error.name)")
    }
  }
}

/// Names of guests.
extension Toolstack {
  /// Gives a guest another name.
  func rename(_ id: DomainID, to name: String) throws(ToolstackError) {
    let domain = try running(id)
    guard GuestNames.isValid(name) else { throw ToolstackError("'\(name)' is no name: expected \(GuestNames.form)") }
    try checkName(name)
    do throws(GuestError) {
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
