#if canImport(XenABI)
  import XenABI
#endif

/// What is known of a domain at one moment, for `top`.
struct DomainSample {
  let name: String
  let domain: DomainID
  let flags: DomainFlags
  let frameCount: UInt64
  let vcpuCount: UInt32
  let cpuTime: Nanoseconds
  /// Exits since it was built, by `ExitKind`.
  let exits: [UInt64]
  /// Events between it and domain 0 so far, both ways.
  private(set) var events: UInt64

  /// The same with another number of events.
  func with(events: UInt64) -> DomainSample {
    var copy = self
    copy.events = events
    return copy
  }
}

/// The lines of `top`: what happened between two moments.
struct TopReport {
  /// The machine's part of the heading.
  struct MachineSample {
    let uptime: Nanoseconds
    let processorCount: UInt32
    let totalFrames: UInt64
    let freeFrames: UInt64
  }

  /// The exits that are named: the most frequent.
  private static var namedKinds: Int { 3 }

  static func lines(_ machine: MachineSample, _ now: [DomainSample], before: [DomainSample], elapsed: Nanoseconds)
    -> [String]
  {
    let running = now.filter { $0.flags.contains(.running) }.count
    let blocked = now.filter { $0.flags.contains(.blocked) }.count
    let paused = now.filter { $0.flags.contains(.paused) }.count
    let total = Quantity.mebibytes(frames: machine.totalFrames)
    let free = Quantity.mebibytes(frames: machine.freeFrames)
    let cpus = machine.processorCount == 1 ? "1 CPU" : "\(machine.processorCount) CPUs"
    let domains = now.count == 1 ? "1 domain" : "\(now.count) domains"
    var lines = [
      "up \(Quantity.duration(machine.uptime)), \(cpus), \(total) MiB, \(free) MiB free",
      "\(domains): \(running) running, \(blocked) blocked, \(paused) paused", "", heading,
    ]
    for sample in now {
      let previous = before.first { $0.domain == sample.domain && $0.cpuTime <= sample.cpuTime }
      lines.append(row(sample, since: previous, elapsed: elapsed))
    }
    return lines
  }

  static var heading: String {
    columns("Name", "ID", "State", "CPU(s)", "CPU(%)", "Mem", "Exits/s", "Events/s") + "  most frequent exits"
  }

  private static func row(_ sample: DomainSample, since previous: DomainSample?, elapsed: Nanoseconds) -> String {
    let rates = sample.exits.indices.map { index in
      let before = previous.map { index < $0.exits.count ? $0.exits[index] : 0 } ?? sample.exits[index]
      return Quantity.perSecond(sample.exits[index] &- before, in: elapsed)
    }
    let events = Quantity.perSecond(sample.events &- (previous?.events ?? sample.events), in: elapsed)
    let used = previous.map { sample.cpuTime.since($0.cpuTime) } ?? .zero
    let frequent = rates.indices.filter { rates[$0] > 0 }.sorted { rates[$0] > rates[$1] }.prefix(namedKinds)
    let named = frequent.map { "\(ExitText.name(UInt32($0))) \(rates[$0])" }.joined(separator: ", ")
    return columns(
      sample.name, "\(sample.domain.rawValue)", DomainState.letters(sample.flags), Quantity.seconds(sample.cpuTime),
      Quantity.percent(used, of: elapsed), "\(Quantity.mebibytes(frames: sample.frameCount))",
      "\(rates.reduce(0, &+))", "\(events)") + (named.isEmpty ? "" : "  \(named)")
  }

  private static func columns(
    _ name: String, _ id: String, _ state: String, _ time: String, _ share: String, _ memory: String,
    _ exits: String, _ events: String
  ) -> String {
    Column.leading(name, width: 16) + Column.trailing(id, width: 4) + " " + Column.leading(state, width: 6)
      + Column.trailing(time, width: 9) + Column.trailing(share, width: 7) + Column.trailing(memory, width: 6)
      + Column.trailing(exits, width: 9) + Column.trailing(events, width: 9)
  }
}

/// What guests are left for, in words.
enum ExitText {
  static func name(_ number: UInt32) -> String {
    UInt8(exactly: number).flatMap { ExitKind(rawValue: $0) }.map { "\($0.name)" } ?? "reason \(number)"
  }

  /// All that came, the most frequent first: `hypercall 120, HLT 7`.
  static func all(_ counts: [UInt64]) -> String {
    let frequent = counts.indices.filter { counts[$0] > 0 }.sorted { counts[$0] > counts[$1] }
    return frequent.map { "\(name(UInt32($0))) \(counts[$0])" }.joined(separator: ", ")
  }
}
