/// What `info` tells of hypervisor and machine.
enum MachineReport {
  /// The first line of domain 0.
  static var greeting: String {
    "[dom0] domain 0 of \(hypervisor); 'help' lists the commands"
  }

  private static var hypervisor: String {
    let abi = Hypervisor.version
    let version = "Xen \(abi.major).\(abi.minor)\(Hypervisor.extraVersion)"
    guard let apus = Machine.apusVersion else { return version }
    return "Apus \(apus.major).\(apus.minor).\(apus.patch), ABI of \(version)"
  }

  static func lines(_ guests: GuestList) -> [String] {
    var lines = [
      field("hypervisor", hypervisor), field("capabilities", Hypervisor.capabilities),
      field("uptime", Quantity.duration(Clock.now)),
      field("time-stamp counter", Quantity.megahertz(Clock.scale.frequency.kilohertz)),
    ]
    lines += machine()
    lines.append(rings(guests.name(of: guests.own), guests.own))
    for guest in guests.all { lines += self.guest(guest) }
    return lines
  }

  private static func machine() -> [String] {
    do {
      let machine = try Machine.information()
      let total = Quantity.mebibytes(frames: machine.totalFrameCount)
      let free = Quantity.mebibytes(frames: machine.freeFrameCount)
      let speed = Quantity.megahertz(UInt64(machine.kilohertz))
      return [
        field("processors", "\(machine.processorCount) at \(speed)"),
        field("memory", "\(total) MiB, \(free) MiB of it free"),
      ]
    } catch {
      return [field("machine", error.reason)]
    }
  }

  private static func guest(_ guest: GuestDomain) -> [String] {
    var lines = [rings(guest.name, guest.id)]
    if let count = guest.rings {
      lines.append(field("  event channel", "\(count.sent) events to \(guest.name), \(count.received) back"))
    }
    return lines
  }

  /// The rings that a domain runs in. Only Apus tells.
  private static func rings(_ name: String, _ domain: DomainID) -> String {
    guard let layout = DomainControls.ringLayout(of: domain) else { return field(name, "rings not told") }
    return field(name, "\(layout.name): \(layout.rings)")
  }

  private static func field(_ name: String, _ value: String) -> String {
    "  \(Column.leading(name, width: 18)) \(value)"
  }
}
