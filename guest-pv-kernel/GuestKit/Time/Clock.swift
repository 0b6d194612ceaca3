/// Time as the hypervisor keeps it for this guest: the time-stamp counter, scaled by numbers in the vCPU's shared
/// information (public header `xen.h`, `vcpu_time_info`).
enum Clock {
  /// The numbers as they are now. The version is odd while they change, and another afterwards.
  static var scale: ClockScale {
    let info = VCPURecord.window
    let time = VCPURecord.layout.time
    while true {
      let version = info.load32(at: time)
      let scale = ClockScale(
        timeStamp: info.load64(at: time + 8), systemTime: info.load64(at: time + 16),
        multiplier: info.load32(at: time + 24), shift: Int8(bitPattern: info.load8(at: time + 28)))
      if version & 1 == 0 && info.load32(at: time) == version { return scale }
    }
  }

  /// System time: nanoseconds since the hypervisor's start. It never goes back.
  static var now: Nanoseconds {
    let info = VCPURecord.window
    let time = VCPURecord.layout.time
    while true {
      let version = info.load32(at: time)
      let scale = scale
      let now = scale.systemTime(at: Processor.timeStamp)
      // The counter must be read under the same numbers.
      if version & 1 == 0 && info.load32(at: time) == version { return now }
    }
  }

  /// Seconds and nanoseconds since 1 January 1970, UTC.
  struct WallTime {
    var seconds: UInt64
    var nanoseconds: UInt32
  }

  /// The date: the shared page holds it for the hypervisor's start; system time is added.
  static var wallTime: WallTime {
    let page = SharedPage.window
    var seconds: UInt64 = 0
    var nanoseconds: UInt64 = 0
    while true {
      let version = page.load32(at: SharedPage.layout.wallclockVersion)
      seconds = UInt64(page.load32(at: SharedPage.layout.wallclockSecondsHigh)) << 32
      seconds |= UInt64(page.load32(at: SharedPage.layout.wallclockSeconds))
      nanoseconds = UInt64(page.load32(at: SharedPage.layout.wallclockNanoseconds))
      if version & 1 == 0 && page.load32(at: SharedPage.layout.wallclockVersion) == version { break }
    }
    let sum = nanoseconds &+ now.rawValue
    return WallTime(seconds: seconds &+ sum / 1_000_000_000, nanoseconds: UInt32(sum % 1_000_000_000))
  }

  /// Sleeps for a while; events are handled meanwhile.
  static func sleep(for duration: Nanoseconds) { sleep(until: now.adding(duration)) }

  /// Sleeps until `deadline` in system time.
  static func sleep(until deadline: Nanoseconds) {
    Timers.wake(at: deadline)
    Processor.wait { now >= deadline }
  }
}
