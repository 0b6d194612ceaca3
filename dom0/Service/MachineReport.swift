/// What `info` tells of hypervisor and machine, in the fields of Xen's `xl info`.
enum MachineReport {
  /// The first line of domain 0.
  static var greeting: String {
    "[dom0] domain 0 of \(hypervisor); 'help' lists the commands"
  }

  private static var hypervisor: String {
    guard let apus = Machine.apusVersion else { return xen }
    return "Apus \(apus.major).\(apus.minor).\(apus.patch), ABI of \(xen)"
  }

  private static var xen: String {
    let abi = Hypervisor.version
    return "Xen \(abi.major).\(abi.minor)\(Hypervisor.extraVersion)"
  }

  static func lines() -> [String] {
    let abi = Hypervisor.version
    var lines = [
      field("hypervisor", hypervisor), field("xen_version", "\(abi.major).\(abi.minor)\(Hypervisor.extraVersion)"),
      field("xen_caps", Hypervisor.capabilities),
    ]
    lines += machine()
    lines += [
      field("tsc_mhz", Quantity.megahertz(Clock.scale.frequency.kilohertz)),
      field("uptime", Quantity.duration(Clock.now)),
    ]
    if let layout = DomainControls.ringLayout(of: Hypervisor.domainID ?? .zero)?.layout {
      lines.append(field("rings", "\(layout.name): \(layout.rings)"))
    }
    return lines
  }

  private static func machine() -> [String] {
    do {
      let machine = try Machine.information()
      return [
        field("nr_cpus", "\(machine.processorCount)"),
        field("cores_per_socket", "\(machine.coresPerSocket)"),
        field("threads_per_core", "\(machine.threadsPerCore)"),
        field("virt_caps", capabilities(machine.capabilities)),
        field("total_memory", "\(Quantity.mebibytes(frames: machine.totalFrameCount))"),
        field("free_memory", "\(Quantity.mebibytes(frames: machine.freeFrameCount))"),
      ]
    } catch {
      return [field("machine", error.reason)]
    }
  }

  private static func capabilities(_ capabilities: MachineCapabilities) -> String {
    var words: [String] = []
    if capabilities.contains(.paravirtual) { words.append("pv") }
    if capabilities.contains(.hardwareAssisted) { words.append("hvm") }
    if capabilities.contains(.nestedPaging) { words.append("hap") }
    if capabilities.contains(.directIO) { words.append("pv_directio") }
    return words.joined(separator: " ")
  }

  private static func field(_ name: String, _ value: String) -> String {
    "\(Column.leading(name, width: 23)): \(value)"
  }
}
