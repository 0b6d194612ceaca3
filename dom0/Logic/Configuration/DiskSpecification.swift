#if canImport(XenABI)
  import XenABI
#endif

/// A disk of a guest (xl-disk-configuration(5)): `target,format,vdev,access`, or with keys `target=vda,vdev=xvda,ro`.
struct DiskSpecification: Equatable {
  /// The name of domain 0's disk behind it.
  var target: String
  /// The guest's name of it, and the number that goes with that.
  var deviceName: String
  var device: VirtualDisk
  var isReadOnly: Bool

  /// Reads a specification.
  static func parse(_ text: String, line: Int) throws(ConfigurationFault) -> DiskSpecification {
    var reader = Reader(line: line)
    return try reader.read(text)
  }

  private struct Reader {
    let line: Int
    var target: String?
    var format: String?
    var deviceName = ""
    var device: VirtualDisk?
    var isReadOnly: Bool?
    /// The next parameter that a word without `=` is.
    var position = 0

    init(line: Int) { self.line = line }

    func fault(_ found: String, _ expected: String) -> ConfigurationFault {
      ConfigurationFault(line: line, found: found, expected: expected)
    }

    mutating func read(_ text: String) throws(ConfigurationFault) -> DiskSpecification {
      var rest = Array(text.utf8)[...]
      while true {
        let end = rest.firstIndex(of: UInt8(ascii: ","))
        let word = String(decoding: ConfigurationText.trimmed(rest[..<(end ?? rest.endIndex)]), as: UTF8.self)
        if word.utf8.starts(with: "target=".utf8) {
          // All that is left, commas too.
          let all = String(decoding: ConfigurationText.trimmed(rest), as: UTF8.self)
          try set("target", String(decoding: Array(all.utf8).dropFirst(7), as: UTF8.self))
          break
        }
        try accept(word)
        guard let end else { break }
        rest = rest[(end + 1)...]
      }
      guard let target, !target.isEmpty else { throw fault("the disk '\(text)' without a target", Self.form) }
      guard let device else { throw fault("the disk '\(text)' without a vdev", Self.form) }
      return DiskSpecification(
        target: target, deviceName: deviceName, device: device, isReadOnly: isReadOnly ?? false)
    }

    static var form: String { "\"TARGET,raw,VDEV,ACCESS\", such as \"vda,raw,xvda,w\"" }

    private mutating func accept(_ word: String) throws(ConfigurationFault) {
      let bytes = Array(word.utf8)
      if let equals = bytes.firstIndex(of: UInt8(ascii: "=")) {
        try set(
          String(decoding: bytes[..<equals], as: UTF8.self), String(decoding: bytes[(equals + 1)...], as: UTF8.self))
        return
      }
      switch word {
      case "r", "ro", "w", "rw":
        // Also where it is the fourth of those without a key.
        try set("access", word)
      case "discard", "no-discard", "direct-io-safe":
        // Hints for a backend, which here refuses discards and has no cache that could be passed by.
        break
      case "cdrom": throw fault("'cdrom' in a disk", "a disk that stays: there are no removable ones")
      default:
        let names = ["target", "format", "vdev"]
        if word.isEmpty && position >= names.count { return }
        guard position < names.count else { throw fault("'\(word)' in a disk", Self.form) }
        let name = names[position]
        position += 1
        // An empty word leaves its parameter as it is.
        if !word.isEmpty { try set(name, word) }
      }
    }

    private mutating func set(_ key: String, _ value: String) throws(ConfigurationFault) {
      switch key {
      case "target":
        if target != nil { throw fault("a second target, '\(value)', in a disk", Self.form) }
        target = try Self.withoutPrefix(value, self)
      case "format":
        if format != nil { throw fault("a second format, '\(value)', in a disk", Self.form) }
        guard value == "raw" else { throw fault("the format '\(value)' in a disk", "raw") }
        format = value
      case "vdev":
        if device != nil { throw fault("a second vdev, '\(value)', in a disk", Self.form) }
        device = VirtualDisk(name: value.utf8)
        deviceName = value
        if device == nil { throw fault("the vdev '\(value)' in a disk", "xvda, xvdb..., or a partition such as xvda1") }
      case "access":
        if isReadOnly != nil { throw fault("a second access, '\(value)', in a disk", "one of r and w") }
        switch value {
        case "r", "ro": isReadOnly = true
        case "w", "rw": isReadOnly = false
        default: throw fault("the access '\(value)' in a disk", "r, ro, w or rw")
        }
      case "devtype": if value != "disk" { throw fault("devtype=\(value) in a disk", "devtype=disk") }
      case "backend":
        guard value == "0" || value == "Domain-0" || value == "dom0" else {
          throw fault("backend=\(value) in a disk", "backend=0: domain 0 has all disks")
        }
      case "backendtype": if value != "phy" { throw fault("backendtype=\(value) in a disk", "backendtype=phy") }
      default: throw fault("'\(key)=' in a disk", "target=, format=, vdev=, access=, devtype= or backend=")
      }
    }

    /// A target without the prefix that old configurations have.
    private static func withoutPrefix(_ target: String, _ reader: Reader) throws(ConfigurationFault) -> String {
      let bytes = Array(target.utf8)
      guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else { return target }
      let prefix = String(decoding: bytes[..<colon], as: UTF8.self)
      guard prefix == "phy" || prefix == "file" || prefix == "raw" else {
        throw reader.fault("the prefix '\(prefix):' of a disk's target", "phy:, file: or raw:, or none")
      }
      return String(decoding: bytes[(colon + 1)...], as: UTF8.self)
    }
  }
}
