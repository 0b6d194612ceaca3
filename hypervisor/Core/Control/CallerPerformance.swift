#if canImport(XenABI)
  import XenABI
#endif

/// sysctl: the scheduler, the performance counters, idle time (public header `sysctl.h`).
extension Caller {
  /// XEN_SYSCTL_sched_id: the scheduler whose parameters the one here has.
  func systemControlScheduler(_ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    var request = SystemControlScheduler()
    request.scheduler = DomainControlScheduling.credit2
    try memory.write(request, at: argument)
    return 0
  }

  /// XEN_SYSCTL_perfc_op: names and values of the counters, one value each and of 32 bits, since the last reset.
  ///
  /// - Throws: `invalidArgument` for another command, `badAddress`.
  func systemControlCounters(_ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    var request = try memory.read(SystemControlCounters.self, at: argument)
    let values = hypervisor.readCounters(vcpu.object.cpu)
    switch request.command {
    case .reset: hypervisor.object.performance.base = values
    case .query: break
    default: throw .invalidArgument
    }
    if request.command == .query {
      var index = 0
      while index < PerformanceRecord.count {
        try write(index, values[index], to: request)
        index &+= 1
      }
    }
    request.counterCount = UInt32(PerformanceRecord.count)
    request.valueCount = UInt32(PerformanceRecord.count)
    try memory.write(request, at: argument)
    return 0
  }

  private func write(
    _ index: Int, _ value: UInt64, to request: SystemControlCounters
  ) throws(HypercallError) {
    if !request.descriptions.isNull {
      let size = UInt64(CounterDescription.size(width))
      try memory.write(
        Self.description(of: index), at: request.descriptions.advanced(by: UInt64(index) &* size))
    }
    if !request.values.isNull {
      let since = value &- hypervisor.object.performance.base[index]
      try memory.write(UInt32(truncatingIfNeeded: since), at: request.values.advanced(by: UInt64(index) &* 4))
    }
  }

  private static func description(of index: Int) -> CounterDescription {
    var description = CounterDescription()
    var text = LogText()
    if let kind = ExitKind(rawValue: UInt8(truncatingIfNeeded: index)) {
      text.append("exits: ")
      text.append(kind.name)
    } else if let counter = PerformanceCounter(rawValue: UInt8(truncatingIfNeeded: index &- ExitKind.count)) {
      text.append(counter.name)
    }
    var place = 0
    while place < min(text.count, 79) {
      description.name[place] = text.bytes[place]
      place &+= 1
    }
    return description
  }

  /// XEN_SYSCTL_getcpuinfo: how long each processor had nothing to run.
  ///
  /// - Throws: `badAddress`.
  func systemControlProcessors(_ argument: GuestVirtualAddress) throws(HypercallError) -> UInt64 {
    var request = try memory.read(SystemControlProcessors.self, at: argument)
    request.count = min(request.maximumCount, 1)
    if request.count > 0 { try memory.write(vcpu.object.cpu.object.idleTime.rawValue, at: request.buffer) }
    try memory.write(request, at: argument)
    return 0
  }
}
