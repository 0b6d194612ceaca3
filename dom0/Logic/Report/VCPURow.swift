#if canImport(XenABI)
  import XenABI
#endif

/// A line of `vcpu-list`, in the columns of Xen's own tool.
struct VCPURow {
  let name: String
  let domain: DomainID
  let vcpu: UInt32
  /// Where it runs or ran last.
  let cpu: UInt32
  let isOnline: Bool
  let isRunning: Bool
  let isBlocked: Bool
  let cpuTime: Nanoseconds
  /// The physical CPUs that it may use, as a text such as `all` or `0-1`.
  let affinity: String

  static var heading: String {
    columns("Name", "ID", "VCPU", "CPU", "State", "Time(s)") + "  Affinity (Hard / Soft)"
  }

  var text: String {
    let state = isOnline ? "\(isRunning ? "r" : "-")\(isBlocked ? "b" : "-")-" : "--p"
    return Self.columns(
      name, "\(domain.rawValue)", "\(vcpu)", isOnline ? "\(cpu)" : "-", state, Quantity.seconds(cpuTime))
      + "  \(affinity) / all"
  }

  private static func columns(
    _ name: String, _ id: String, _ vcpu: String, _ cpu: String, _ state: String, _ time: String
  ) -> String {
    Column.leading(name, width: 32) + Column.trailing(id, width: 6) + Column.trailing(vcpu, width: 6)
      + Column.trailing(cpu, width: 6) + "   " + Column.leading(state, width: 5) + Column.trailing(time, width: 10)
  }
}

/// A line of `sched`, in the columns of Xen's `xl sched-credit2`.
struct SchedulerRow {
  let name: String
  let domain: DomainID
  let weight: UInt64
  /// In percent of one CPU; 0 for none.
  let cap: UInt64

  static var heading: String { columns("Name", "ID", "Weight", "Cap") }

  var text: String { Self.columns(name, "\(domain.rawValue)", "\(weight)", "\(cap)") }

  private static func columns(_ name: String, _ id: String, _ weight: String, _ cap: String) -> String {
    Column.leading(name, width: 33) + Column.trailing(id, width: 5) + Column.trailing(weight, width: 7)
      + Column.trailing(cap, width: 5)
  }
}

/// A set of CPUs as Xen's tools write it: `all`, or ranges.
enum CPUSet {
  /// - Parameters:
  ///   - bits: whether a CPU is in the set, by number.
  static func text(_ bits: [Bool]) -> String {
    if bits.allSatisfy({ $0 }) { return "all" }
    var ranges: [String] = []
    var index = 0
    while index < bits.count {
      if !bits[index] {
        index += 1
        continue
      }
      let first = index
      while index < bits.count && bits[index] { index += 1 }
      ranges.append(first == index - 1 ? "\(first)" : "\(first)-\(index - 1)")
    }
    return ranges.isEmpty ? "none" : ranges.joined(separator: ",")
  }
}
