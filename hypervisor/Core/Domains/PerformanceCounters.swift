#if canImport(XenABI)
  import XenABI
#endif

/// What the hypervisor counts, for XEN_SYSCTL_perfc_op: first the exits by kind, then these.
package enum PerformanceCounter: UInt8, BitwiseCopyable {
  case eventsDelivered, contextSwitches, timersExpired, nestedFlushes, framesScrubbed, domainsMade, domainsForgotten

  static var count: Int { 7 }

  var name: StaticString {
    switch self {
    case .eventsDelivered: "events delivered"
    case .contextSwitches: "context switches"
    case .timersExpired: "timers expired"
    case .nestedFlushes: "nested translations flushed"
    case .framesScrubbed: "frames scrubbed"
    case .domainsMade: "domains made"
    case .domainsForgotten: "domains forgotten"
    }
  }
}

/// What is kept for the counters that no object counts, or none that is left.
package struct PerformanceRecord: BitwiseCopyable {
  /// The exits, events and flushes of domains that are gone.
  var exits = InlineArray<19, UInt64>(repeating: 0)
  var events: UInt64 = 0
  var flushes: UInt64 = 0
  var domainsMade: UInt64 = 0
  var domainsForgotten: UInt64 = 0
  /// What the counters showed when they were reset.
  var base = InlineArray<26, UInt64>(repeating: 0)

  init() {}

  /// The number of counters: the kinds of exits, and the others.
  static var count: Int { ExitKind.count &+ PerformanceCounter.count }
}

extension Handle where Object == Hypervisor {
  /// All counters since the machine started, in their order.
  func readCounters(_ cpu: Handle<CPU>) -> InlineArray<26, UInt64> {
    var values = InlineArray<26, UInt64>(repeating: 0)
    var index = 0
    while index < ExitKind.count {
      values[index] = object.performance.exits[index]
      index &+= 1
    }
    var events = object.performance.events
    var flushes = object.performance.flushes
    var next = object.domains.first
    while let domain = next {
      events &+= domain.object.eventCount
      flushes &+= domain.object.flushCount
      domain.addExits(to: &values)
      next = domain.object.next
    }
    let first = ExitKind.count
    values[first &+ Int(PerformanceCounter.eventsDelivered.rawValue)] = events
    values[first &+ Int(PerformanceCounter.contextSwitches.rawValue)] = cpu.object.switchCount
    values[first &+ Int(PerformanceCounter.timersExpired.rawValue)] = cpu.object.timerCount
    values[first &+ Int(PerformanceCounter.nestedFlushes.rawValue)] = flushes
    values[first &+ Int(PerformanceCounter.framesScrubbed.rawValue)] = object.allocator.scrubbedCount
    values[first &+ Int(PerformanceCounter.domainsMade.rawValue)] = object.performance.domainsMade
    values[first &+ Int(PerformanceCounter.domainsForgotten.rawValue)] = object.performance.domainsForgotten
    return values
  }

  /// Keeps what a domain counted that is about to be forgotten.
  func keepCounters(of domain: Handle<Domain>) {
    var values = InlineArray<26, UInt64>(repeating: 0)
    domain.addExits(to: &values)
    var index = 0
    while index < ExitKind.count {
      object.performance.exits[index] &+= values[index]
      index &+= 1
    }
    object.performance.events &+= domain.object.eventCount
    object.performance.flushes &+= domain.object.flushCount
    object.performance.domainsForgotten &+= 1
  }
}

extension Handle where Object == Domain {
  fileprivate func addExits(to values: inout InlineArray<26, UInt64>) {
    var number: UInt32 = 0
    while number < object.vcpuCount {
      if let vcpu = vcpu(VCPUID(number)) {
        var index = 0
        while let kind = ExitKind(rawValue: UInt8(truncatingIfNeeded: index)) {
          values[index] &+= vcpu.object.exits[kind]
          index &+= 1
        }
      }
      number &+= 1
    }
  }
}
