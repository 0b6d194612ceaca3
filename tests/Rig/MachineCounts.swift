/// What is in use on a machine: what a guest that came and went must leave as it was.
public struct MachineCounts: Equatable, Sendable, CustomStringConvertible {
  /// Frames that nobody has.
  public var freeFrames = 0
  /// Domains, those on their way out too.
  public var domains = 0
  /// Domain 0's event channels.
  public var ports = 0
  /// Grants that domain 0 has mapped.
  public var grants = 0
  /// Nodes of the store.
  public var storeNodes = 0

  public var description: String {
    "\(freeFrames) free frames, \(domains) domains, \(ports) ports, \(grants) grants, \(storeNodes) nodes of the store"
  }
}

extension Machine {
  /// Counts what is in use now, by the hypervisor's debug keys and domain 0's shell.
  public func counts() async throws -> MachineCounts {
    var counts = MachineCounts()
    for line in try await debugKey("m") {
      if let match = line.firstMatch(of: /frames: \d+ in all, (?<free>\d+) free/) {
        counts.freeFrames = Int(match.free) ?? 0
      } else if line.contains(/^  domain \d+:/) {
        counts.domains += 1
      }
    }
    for line in try await debugKey("e") {
      guard let match = line.firstMatch(of: /event channels of domain 0: (?<count>\d+) in use/) else { continue }
      counts.ports = Int(match.count) ?? 0
    }
    for line in try await debugKey("g") {
      guard let match = line.firstMatch(of: /grants of domain 0: .* (?<count>\d+) of others' mapped/) else { continue }
      counts.grants = Int(match.count) ?? 0
    }
    counts.storeNodes = try await command("xenstore-ls -f").count
    return counts
  }

  /// The counts once they have come to rest: two readings in a row that agree.
  public func settledCounts(within limit: Duration = .seconds(20)) async throws -> MachineCounts {
    let deadline = ContinuousClock.now + limit
    var last = try await counts()
    while true {
      try await Task.sleep(for: .milliseconds(200))
      let found = try await counts()
      if found == last { return found }
      try require(ContinuousClock.now < deadline, "the counts don't come to rest: \(last), then \(found)")
      last = found
    }
  }

  /// Waits until the counts are those expected: a domain's frames come back piece by piece.
  public func expectCounts(_ expected: MachineCounts, within limit: Duration = .seconds(20)) async throws {
    let deadline = ContinuousClock.now + limit
    var found = try await counts()
    while found != expected && ContinuousClock.now < deadline {
      try await Task.sleep(for: .milliseconds(200))
      found = try await counts()
    }
    try require(found == expected, "expected \(expected), found \(found)")
  }
}
