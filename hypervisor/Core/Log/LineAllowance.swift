#if canImport(XenABI)
  import XenABI
#endif

/// How many lines of the log a domain may still cause: so many at once, and then one at a time. Else one of them could
/// write the others' lines, and the hypervisor's, out of the ring.
package struct LineAllowance: BitwiseCopyable {
  private var left: UInt64 = burst
  private var renewedAt: Nanoseconds = .zero
  private var leftOut: UInt64 = 0

  /// The lines that may come at once, and the time in which another is earned.
  static var burst: UInt64 { 32 }
  static var period: Nanoseconds { .milliseconds(250) }

  package init() {}

  /// Takes a line's place. False: the line is to be left out, and is counted.
  mutating func take(at now: Nanoseconds) -> Bool {
    let earned = now.since(renewedAt).rawValue / Self.period.rawValue
    if earned > 0 {
      left = min(left &+ min(earned, Self.burst), Self.burst)
      renewedAt = now
    }
    guard left > 0 else {
      leftOut &+= 1
      return false
    }
    left &-= 1
    return true
  }

  /// The lines that were left out since this was asked last.
  mutating func takeLeftOut() -> UInt64 {
    defer { leftOut = 0 }
    return leftOut
  }
}

extension Handle where Object == Domain {
  /// Writes a line whose cause is the guest's doing to the log and to the console, where its level is shown.
  ///
  /// Lines of a domain are limited, and the next one says how many there were beside. Not so errors: they are the report
  /// of a domain's end, or a debug key's.
  @inline(never)
  package func log(_ level: LogLevel, _ text: LogText) {
    let hypervisor = object.hypervisor
    guard level <= hypervisor.object.log.guestLevel else { return }
    guard level == .error || object.lineAllowance.take(at: hypervisor.now) else { return }
    tellLeftOut()
    hypervisor.write(text)
  }

  /// Says how many lines were left out, if any were.
  func tellLeftOut() {
    let count = object.lineAllowance.takeLeftOut()
    if count > 0 { object.hypervisor.write("d\(object.id): \(count) more lines were left out") }
  }
}
