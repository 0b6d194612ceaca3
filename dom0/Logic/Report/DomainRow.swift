#if canImport(XenABI)
  import XenABI
#endif

/// A line of `list`, in the columns of Xen's own tool.
struct DomainRow {
  let name: String
  let domain: DomainID
  let flags: DomainFlags
  let frameCount: UInt64
  let vcpuCount: UInt32
  let cpuTime: Nanoseconds

  init(name: String, _ information: DomainInformation) {
    self.name = name
    domain = information.domain
    flags = information.flags
    frameCount = information.frameCount
    vcpuCount = information.onlineVCPUCount
    cpuTime = information.cpuTime
  }

  static var heading: String { columns("Name", "ID", "Mem", "VCPUs", "State", "Time(s)") }

  var text: String {
    Self.columns(
      name, "\(domain.rawValue)", "\(Quantity.mebibytes(frames: frameCount))", "\(vcpuCount)",
      DomainState.letters(flags), Quantity.seconds(cpuTime))
  }

  private static func columns(
    _ name: String, _ id: String, _ memory: String, _ vcpus: String, _ state: String, _ time: String
  ) -> String {
    Column.leading(name, width: 32) + Column.trailing(id, width: 6) + Column.trailing(memory, width: 7)
      + Column.trailing(vcpus, width: 7) + "   " + Column.leading(state, width: 6) + Column.trailing(time, width: 10)
  }
}

/// What a domain is doing, in letters and words.
enum DomainState {
  /// Six places: running, blocked, paused, shut down, crashed, dying; a dash where that is not so.
  static func letters(_ flags: DomainFlags) -> String {
    let crashed = flags.contains(.shutdown) && flags.shutdownReason == .crash
    let places: [(Bool, UInt8)] = [
      (flags.contains(.running), UInt8(ascii: "r")), (flags.contains(.blocked), UInt8(ascii: "b")),
      (flags.contains(.paused), UInt8(ascii: "p")), (flags.contains(.shutdown), UInt8(ascii: "s")),
      (crashed, UInt8(ascii: "c")), (flags.contains(.dying), UInt8(ascii: "d")),
    ]
    return PlainText.of(places.map { $0.0 ? $0.1 : UInt8(ascii: "-") })
  }

  /// Why a domain ended, in the words that Xen's tools have for it.
  static func reason(_ reason: ShutdownReason) -> String {
    switch reason {
    case .powerOff: "poweroff"
    case .reboot: "reboot"
    case .suspend: "suspend"
    case .crash: "crash"
    case .watchdog: "watchdog"
    case .softReset: "soft reset"
    default: "reason \(reason.rawValue)"
    }
  }
}
