#if canImport(XenABI)
  import Builder
  import XenABI
#endif

/// Makes a guest's configuration of its settings.
struct ConfigurationReader {
  private var settings: [ConfigurationSetting]
  private(set) var warnings: [ConfigurationWarning] = []

  init(settings: [ConfigurationSetting]) { self.settings = settings }

  mutating func read() throws(ConfigurationFault) -> GuestConfiguration {
    try checkType()
    let name = try name()
    guard let kernel = try text("kernel"), !kernel.isEmpty else {
      throw missing("kernel = \"FILE\", the name of a boot module or of a file in an archive")
    }
    let (frames, maximumFrames) = try memory()
    var configuration = GuestConfiguration(name: name, kernel: kernel, frames: frames, maximumFrames: maximumFrames)
    configuration.uuid = try uuid()
    configuration.ramdisk = try text("ramdisk").flatMap { $0.isEmpty ? nil : $0 }
    configuration.commandLine = try commandLine()
    configuration.vcpus = try vcpus()
    configuration.disks = try disks()
    configuration.onPowerOff = try action("on_poweroff") ?? .destroy
    configuration.onReboot = try action("on_reboot") ?? .restart
    configuration.onCrash = try action("on_crash") ?? .destroy
    configuration.onWatchdog = try action("on_watchdog") ?? .destroy
    configuration.weight = UInt16(try number("cpu_weight", in: 1...65535) ?? 256)
    configuration.cap = UInt16(try number("cap", in: 0...100) ?? 0)
    ignoreRest()
    return configuration
  }

  // MARK: Taking settings

  /// Takes a setting out, so that what is left at the end is unknown.
  private mutating func take(_ key: String) -> ConfigurationSetting? {
    guard let index = settings.firstIndex(where: { $0.key == key }) else { return nil }
    return settings.remove(at: index)
  }

  private mutating func scalar(_ key: String) throws(ConfigurationFault) -> (line: Int, text: String)? {
    guard let setting = take(key) else { return nil }
    guard case .scalar(let text) = setting.value else {
      throw fault(setting.line, "a list for '\(key)'", "a string or a number")
    }
    return (setting.line, text)
  }

  private mutating func text(_ key: String) throws(ConfigurationFault) -> String? { try scalar(key)?.text }

  private mutating func number(
    _ key: String, in range: ClosedRange<UInt64>
  ) throws(ConfigurationFault) -> UInt64? {
    let isAppended = settings.first { $0.key == key }?.isAppended == true
    guard let (line, text) = try scalar(key) else { return nil }
    if isAppended { throw fault(line, "'\(key) +='", "'\(key) =': nothing can be appended to a number") }
    guard let number = ConfigurationText.number(text), range.contains(number) else {
      throw fault(line, "\(key) = \(text)", "a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  private func fault(_ line: Int?, _ found: String, _ expected: String) -> ConfigurationFault {
    ConfigurationFault(line: line, found: found, expected: expected)
  }

  private func missing(_ what: String) -> ConfigurationFault {
    fault(nil, "no such line", what)
  }

  // MARK: What the keys mean

  /// `type`, and what said the same before: only PVH can be built.
  private mutating func checkType() throws(ConfigurationFault) {
    if let (line, type) = try scalar("type"), type != "pvh" {
      throw fault(line, "type = \"\(type)\"", Self.instead(of: type))
    }
    if let (line, builder) = try scalar("builder") {
      if builder == "hvm" {
        throw fault(line, "builder = \"hvm\"", Self.instead(of: builder))
      }
      warn(line, "builder")
    }
  }

  /// What is offered to whoever asks for another type of domain.
  private static func instead(of type: String) -> String {
    switch type {
    case "hvm":
      "type = \"pvh\" and kernel = \"FILE\": there is no firmware here, but a kernel with a PVH note starts by itself, "
        + "and GRUB as such a kernel (Debian's grub-xen-bin) starts what is on the guest's disk"
    case "pv": "type = \"pvh\": a kernel with a PVH note, which most kernels for pv have too (CONFIG_PVH)"
    default: "type = \"pvh\""
    }
  }

  private mutating func name() throws(ConfigurationFault) -> String {
    guard let (line, name) = try scalar("name") else { throw missing("name = \"...\"") }
    guard GuestNames.isValid(name) else { throw fault(line, "name = \"\(name)\"", GuestNames.form) }
    return name
  }

  private mutating func memory() throws(ConfigurationFault) -> (frames: UInt64, maximum: UInt64) {
    // Frames of 4 KiB in a MiB: 256.
    let least = max(1, GuestPhysicalLayout.leastFrames >> 8)
    let most = GuestPhysicalLayout.mostFrames >> 8
    let maximumLine = settings.first { $0.key == "maxmem" }?.line
    let memory = try number("memory", in: least...most)
    let maximum = try number("maxmem", in: least...most)
    guard let frames = memory ?? maximum else { throw missing("memory = MiB") }
    if let maximum, maximum < frames {
      throw fault(maximumLine, "maxmem = \(maximum)", "no less than memory = \(frames)")
    }
    return (frames << 8, (maximum ?? frames) << 8)
  }

  private mutating func uuid() throws(ConfigurationFault) -> GuestUUID? {
    guard let (line, text) = try scalar("uuid") else { return nil }
    guard let uuid = GuestUUID(text) else {
      throw fault(line, "uuid = \"\(text)\"", "32 hexadecimal digits, such as 01234567-89ab-cdef-0123-456789abcdef")
    }
    return uuid
  }

  /// `cmdline`, or else what `root` and `extra` add up to.
  private mutating func commandLine() throws(ConfigurationFault) -> String {
    let root = try scalar("root")
    let extra = try scalar("extra")
    if let line = try text("cmdline") {
      for (key, other) in [("root", root), ("extra", extra)] {
        if let other {
          warnings.append(
            ConfigurationWarning(line: other.line, text: "'\(key)' is ignored beside 'cmdline'"))
        }
      }
      return line
    }
    var words: [String] = []
    if let root { words.append("root=\(root.text)") }
    if let extra, !extra.text.isEmpty { words.append(extra.text) }
    return words.joined(separator: " ")
  }

  private mutating func vcpus() throws(ConfigurationFault) -> UInt32 {
    for key in ["vcpus", "maxvcpus"] {
      guard let (line, text) = try scalar(key) else { continue }
      guard ConfigurationText.number(text) == 1 else {
        throw fault(line, "\(key) = \(text)", "\(key) = 1: a domain has one vCPU for now")
      }
    }
    return 1
  }

  private mutating func disks() throws(ConfigurationFault) -> [DiskSpecification] {
    guard let setting = take("disk") else { return [] }
    guard case .list(let elements) = setting.value else {
      throw fault(setting.line, "a string for 'disk'", "a list: disk = [ \"vda,raw,xvda,w\" ]")
    }
    var disks: [DiskSpecification] = []
    for element in elements {
      guard case .scalar(let text) = element.value else {
        throw fault(element.line, "a list in 'disk'", "a string for each disk: \"vda,raw,xvda,w\"")
      }
      let disk = try DiskSpecification.parse(text, line: element.line)
      if disks.contains(where: { $0.device == disk.device }) {
        throw fault(element.line, "a second disk \(disk.deviceName)", "a vdev of its own for each disk")
      }
      disks.append(disk)
    }
    return disks
  }

  private mutating func action(_ key: String) throws(ConfigurationFault) -> EndAction? {
    guard let (line, text) = try scalar(key) else { return nil }
    guard let action = EndAction(text) else { throw fault(line, "\(key) = \"\(text)\"", EndAction.names) }
    return action
  }

  /// Says of every key that nobody took that it has no effect.
  private mutating func ignoreRest() {
    for setting in settings { warn(setting.line, setting.key) }
  }

  private mutating func warn(_ line: Int, _ key: String) {
    warnings.append(ConfigurationWarning(line: line, text: "'\(key)' has no effect here and is ignored"))
  }
}
