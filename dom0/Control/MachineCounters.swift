/// What the hypervisor counts of its own work, and the processor's idle time: hypercall 35 (public header `sysctl.h`).
extension Machine {
  /// A performance counter.
  struct Counter {
    var name: String
    /// Of 32 bits; it starts again at zero past the largest.
    var value: UInt32
  }

  /// All performance counters since the last reset.
  static func counters() throws(GuestError) -> [Counter] {
    var size = SystemControlCounters(.query)
    try Hypercall.systemControlCounters(&size)
    let count = Int(min(size.counterCount, 1024))
    var descriptions = [CounterDescription](repeating: CounterDescription(), count: count)
    var values = [UInt32](repeating: 0, count: Int(min(size.valueCount, 4096)))
    let result = withAddress(of: &descriptions) { descriptionAddress in
      withAddress(of: &values) { valueAddress in
        var argument = SystemControlCounters(
          .query, descriptions: GuestVirtualAddress(descriptionAddress), values: GuestVirtualAddress(valueAddress))
        return Result { () throws(GuestError) in try Hypercall.systemControlCounters(&argument) }
      }
    }
    _ = try result.get()
    var counters: [Counter] = []
    var first = 0
    for description in descriptions {
      var name: [UInt8] = []
      for index in description.name.indices where description.name[index] != 0 { name.append(description.name[index]) }
      // One with several values is shown by the first.
      if first < values.count {
        counters.append(Counter(name: String(decoding: name, as: UTF8.self), value: values[first]))
      }
      first += Int(min(description.valueCount, 4096))
    }
    return counters
  }

  /// Starts all performance counters at zero.
  static func resetCounters() throws(GuestError) {
    var argument = SystemControlCounters(.reset)
    try Hypercall.systemControlCounters(&argument)
  }

  /// The number of the scheduler: 6 is credit2.
  static func scheduler() throws(GuestError) -> UInt32 {
    var argument = SystemControlScheduler()
    try Hypercall.systemControlScheduler(&argument)
    return argument.scheduler
  }

  /// How long each processor had nothing to run.
  static func idleTimes() throws(GuestError) -> [Nanoseconds] {
    var times = [Nanoseconds](repeating: .zero, count: 64)
    var count = 0
    let result = withAddress(of: &times) { address in
      var argument = SystemControlProcessors(maximumCount: 64, buffer: GuestVirtualAddress(address))
      let result = Result { () throws(GuestError) in try Hypercall.systemControlProcessors(&argument) }
      count = min(Int(argument.count), 64)
      return result
    }
    _ = try result.get()
    return Array(times[..<count])
  }
}
